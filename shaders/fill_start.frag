#version 330
// The start of the fill: half the size, what is hidden by slices in front left out.
//
// Under the front as a whole there is what is not in front. Under one of its slices, what the front
// itself continues as: only that is kept, and alpha says how much of what is known it is, so that a
// leaf before a table hides table, and before the sky no table.
#include "inc/slices.glsl"

uniform sampler2D u_color;  // premultiplied
uniform sampler2D u_coc;    // signed CoC [px]
uniform int u_nearer;       // this front slice and nearer ones are left out

layout(location = 0) out vec4 o_color;  // premultiplied; alpha = how much there is
layout(location = 1) out vec2 o_coc;    // (CoC · alpha [px], how well known)

void main() {
    ivec2 last = textureSize(u_color, 0) - 1;
    vec4 color = vec4(0.0);
    vec2 coc = vec2(0.0);
    for (int i = 0; i < 4; ++i) {
        ivec2 at = min(2 * ivec2(gl_FragCoord.xy) + ivec2(i & 1, i >> 1), last);
        float own_px = texelFetch(u_coc, at, 0).r;
        vec4 light = texelFetch(u_color, at, 0);
        // A bright point beside the front says little about what the front hides.
        light /= 1.0 + max(light.r, max(light.g, light.b));
        float nearer = nearer_mask(own_px, u_nearer);
        float known = u_nearer == 0 ? 1.0 - nearer : is_clear(nearer);
        float there = u_nearer == 0 ? known : nearer_mask(own_px, 0) * known;
        color += light * there;
        coc += light.a * vec2(own_px * there, known);
    }
    // One known pixel in four is enough to know a texel.
    float gain = coc.g > 0.0 ? min(1.0 / coc.g, 1.0) : 0.0;
    o_color = color * gain;
    o_coc = coc * gain;
}
