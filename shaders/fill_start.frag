#version 330
// The start of the fill: half the size, what is hidden by slices in front left out.
#include "inc/slices.glsl"

uniform sampler2D u_color;  // premultiplied
uniform sampler2D u_coc;    // signed CoC [px]
uniform int u_nearer;       // this front slice and nearer ones are left out

layout(location = 0) out vec4 o_color;  // premultiplied; alpha = how well known
layout(location = 1) out float o_coc;   // CoC · alpha [px]

void main() {
    ivec2 last = textureSize(u_color, 0) - 1;
    vec4 color = vec4(0.0);
    float coc_px = 0.0;
    for (int i = 0; i < 4; ++i) {
        ivec2 at = min(2 * ivec2(gl_FragCoord.xy) + ivec2(i & 1, i >> 1), last);
        float own_px = texelFetch(u_coc, at, 0).r;
        vec4 known = texelFetch(u_color, at, 0) * (1.0 - nearer_mask(own_px, u_nearer));
        // A bright point beside the front says little about what the front hides.
        known /= 1.0 + max(known.r, max(known.g, known.b));
        color += known;
        coc_px += own_px * known.a;
    }
    // One known texel in four is enough to know a coarser one.
    float gain = color.a > 0.0 ? min(1.0 / color.a, 1.0) : 0.0;
    o_color = color * gain;
    o_coc = coc_px * gain;
}
