#version 330
// CoC and energy of every slice, summed over blocks of pixels: the start of the spread, at a size
// where a wide window is cheap. And how much of each block every slice covers.
//
// Slots of slices: behind outwards, then in front outwards. A cover is the largest radius in the block
// [px], negative where the slice covers all of it, 0 where there is none. Two more slots: what is
// sharp, and what is so in some pixel, though the texel shows another; 1 stands for their radius.
#include "inc/slices.glsl"
#include "inc/pairs.glsl"
#include "inc/energy.glsl"
#include "inc/hidden.glsl"

uniform sampler2D u_color;  // premultiplied
uniform sampler2D u_coc;    // (signed CoC [px], whether a pixel of the texel is sharp)

layout(location = COVER_0) out vec4 o_cover_0;
#if SLICES > 2
layout(location = COVER_1) out vec4 o_cover_1;
#endif
#if SLICES > 6
layout(location = COVER_2) out vec4 o_cover_2;
#endif

const float ALL = 0.999;

vec2 sums[2 * PAIRS];  // (|CoC|, 1) · energy
float cover[12];       // how many of the block's texels
float largest[12];     // [px]
vec2 ramps[SLICES];    // of where each slice begins, as factor and offset: read once, used for every texel

void occupy(int slot, float share, float radius_px) {
    cover[slot] += share;
    if (share > 0.0) largest[slot] = max(largest[slot], radius_px);
}

// What a texel shows: how much of it there is, and that by its energy.
struct Light {
    float alpha;
    float energy;
};

Light light_of(vec4 color) {
    return Light(color.a, color.a * energy(color.rgb / max(color.a, 1e-3)));
}

void add(int slot, float mask, float radius_px, Light light) {
    sums[slot] += mask * light.energy * vec2(radius_px, 1.0);
    occupy(slot, mask * light.alpha, radius_px);
}

void read_ramps() {
    for (int i = 0; i < SLICES; ++i) {
        vec2 cut = i < BEHINDS ? cut_at(i, BEHIND) : cut_at(i - BEHINDS, FRONT);
        ramps[i] = vec2(1.0 / cut.y, 0.5 - cut.x / cut.y);
    }
}

// `rise` of inc/slices.glsl.
float ramp(float radius_px, int slot) {
    return clamp(radius_px * ramps[slot].x + ramps[slot].y, 0.0, 1.0);
}

void add_behind(float radius_px, Light light) {
    float inner = ramp(radius_px, 0);
    for (int i = 0; i < BEHINDS; ++i) {
        float outer = i + 1 < BEHINDS ? ramp(radius_px, i + 1) : 0.0;
        if (inner > outer) add(i, inner - outer, radius_px, light);
        inner = outer;
    }
}

void add_front(float radius_px, Light light) {
    float inner = ramp(radius_px, BEHINDS);
    for (int i = 0; i < FRONTS; ++i) {
        float outer = i + 1 < FRONTS ? ramp(radius_px, BEHINDS + i + 1) : 0.0;
        if (inner > outer) add(BEHINDS + i, inner - outer, radius_px, light);
        inner = outer;
    }
}

#if HIDDEN > 0
// What lies under front slices, as far as a slice may see it: layer 0 is what is not in front, layer
// i > 0 what lies under front slice i, of which only slice i - 1 can be seen.
void add_hidden(float coc_px, ivec2 at) {
    for (int layer = 0; layer < HIDDEN; ++layer) {
        float share = ramp(-coc_px, BEHINDS + layer);
        if (layer > 0) share = hides(share);
        if (share == 0.0) return;
        vec2 uv = (vec2(at) + 0.5) / u_size;
        Light light = light_of(share * hidden_color(layer, uv));
        float hidden_px = hidden_coc(layer, uv);
        if (layer == 0) {
            if (hidden_px > 0.0) add_behind(hidden_px, light);
            float sharp = (1.0 - ramp(abs(hidden_px), 0)) * light.alpha;
            occupy(SLICES, sharp, 1.0);
            occupy(SLICES + 1, sharp, 1.0);
        } else {
            float inner = ramp(-hidden_px, BEHINDS + layer - 1);
            float outer = ramp(-hidden_px, BEHINDS + layer);
            add(BEHINDS + layer - 1, inner - outer, -hidden_px, light);
        }
    }
}
#endif

void main() {
    read_ramps();
    ivec2 last = textureSize(u_color, 0) - 1;
    ivec2 corner = TEXELS * ivec2(gl_FragCoord.xy);
    for (int i = 0; i < 2 * PAIRS; ++i) sums[i] = vec2(0.0);
    for (int i = 0; i < 12; ++i) cover[i] = largest[i] = 0.0;
    for (int y = 0; y < TEXELS; ++y)
        for (int x = 0; x < TEXELS; ++x) {
            ivec2 at = min(corner + ivec2(x, y), last);
            Light light = light_of(texelFetch(u_color, at, 0));
            vec2 coc = texelFetch(u_coc, at, 0).rg;
            float coc_px = coc.r;
            occupy(SLICES + 1, coc.g, 1.0);
            float sharp = 1.0 - ramp(abs(coc_px), 0);
            occupy(SLICES, sharp * light.alpha, 1.0);
            if (coc_px > 0.0) add_behind(coc_px, light);
            else add_front(-coc_px, light);
#if HIDDEN > 0
            if (coc_px < 0.0) add_hidden(coc_px, at);
#endif
        }
    float share = 1.0 / float(TEXELS * TEXELS);
    vec4 pairs[PAIRS];
    for (int i = 0; i < PAIRS; ++i) pairs[i] = share * vec4(sums[2 * i], sums[2 * i + 1]);
    write_pairs(pairs);
    for (int i = 0; i < 12; ++i)
        if (share * cover[i] > ALL) largest[i] = -largest[i];
    o_cover_0 = vec4(largest[0], largest[1], largest[2], largest[3]);
#if SLICES > 2
    o_cover_1 = vec4(largest[4], largest[5], largest[6], largest[7]);
#endif
#if SLICES > 6
    o_cover_2 = vec4(largest[8], largest[9], largest[10], largest[11]);
#endif
}
