#version 330
// Each pixel its own dense kernel, read from the bank's targets: the yardstick, O(M²) a pixel.
//
// At a knot this is the knot's target exactly. Between two knots both targets are stretched to the
// pixel's radius and mixed, so a disc stays a disc of its own radius, not two discs laid together.
// The identity (radius 0) cannot be stretched; below the second knot the targets are mixed plainly.
#ifdef VEIL
#include "inc/veil.glsl"
#endif
#ifdef CAT_EYE
#include "inc/cat_eye.glsl"
#endif

uniform sampler2D u_color;         // linear light, premultiplied
uniform sampler2D u_place;         // [knots]
uniform sampler2DArray u_targets;  // layer = knot: PSF of TARGET_SIZE², centred, +y as in GL,
                                   // its outermost ring of texels 0
uniform float u_radius[KNOTS_X];   // of each knot [px]
uniform float u_reach[KNOTS_X];    // how far its target reaches from the centre, per axis [px]
uniform mat2 u_to_bank;            // offset in the picture (px, +y up) to one of the PSF
uniform float u_stretch;           // how much farther the picture's offsets may reach
#ifdef VEIL
uniform float u_scale;             // px of the picture a texel
#endif

out vec4 o_color;

const float SHUT = 0.02;  // less than this share of the aperture open: nothing to divide by

// The PSF of a knot at an offset of a pixel [px], stretched by 1 / scale.
float psf(int knot, vec2 offset, float scale) {
    vec2 uv = offset * scale / float(TARGET_SIZE) + 0.5;
    return textureLod(u_targets, vec3(uv, float(knot)), 0.0).r;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float place = texelFetch(u_place, pixel, 0).x;
    int below = min(int(place), KNOTS_X - 1);
    int above = min(below + 1, KNOTS_X - 1);
    float part = place - float(below);
    vec2 scale = vec2(1.0);
    float radius = mix(u_radius[below], u_radius[above], part);
    if (u_radius[below] > 0.0) {
        scale = vec2(u_radius[below], u_radius[above]) / radius;
    }
    float reach_px = u_reach[below] / scale.x;
    if (part > 0.0) reach_px = max(reach_px, u_reach[above] / scale.y);
    int reach = int(ceil(reach_px * u_stretch));

    ivec2 last = textureSize(u_color, 0) - 1;
#if defined(VEIL) || defined(CAT_EYE)
    vec2 size = vec2(textureSize(u_color, 0));
    vec2 uv = gl_FragCoord.xy / size;
#ifdef VEIL
    float ratio = radius > 0.0 ? veil_px(uv) / (radius * u_scale) : 0.0;
#endif
    vec4 all = vec4(0.0);
    float all_total = 0.0;
#endif
    vec4 sum = vec4(0.0);
    float total = 0.0;
    for (int y = -reach; y <= reach; ++y)
        for (int x = -reach; x <= reach; ++x) {
            vec2 offset = u_to_bank * vec2(x, y);
            float weight = (1.0 - part) * psf(below, offset, scale.x);
            if (part > 0.0) weight += part * psf(above, offset, scale.y);
            // The PSF says where light goes; a pixel reads from where its light comes.
            ivec2 from = clamp(pixel - ivec2(x, y), ivec2(0), last);
            vec4 light = weight * texelFetch(u_color, from, 0);
#if defined(VEIL) || defined(CAT_EYE)
            all += light;
            all_total += weight;
            float seen = 1.0;
#ifdef VEIL
            if (ratio > 0.0) seen = open_at(uv + ratio * vec2(x, y) / size);
#endif
#ifdef CAT_EYE
            if (radius > 0.0) seen *= through_rim(vec2(offset.x, -offset.y) / radius, uv, 1.0 / radius);
#endif
            light *= seen;
            weight *= seen;
#endif
            sum += light;
            total += weight;
        }
#if defined(VEIL) || defined(CAT_EYE)
    if (total < SHUT * all_total) {
        sum = all;
        total = all_total;
    }
#endif
    o_color = sum / total;
}
