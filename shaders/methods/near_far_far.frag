#version 330
// What is behind focus, blurred at half size: TAPS reads in a pixel's own CoC. Only what is behind
// focus itself counts, and only if its own disc is wide enough to reach: nothing in focus bleeds in.
// For a pixel in front of focus, what may be behind it: all within its own CoC that is not in front.
// Cost: 1 + TAPS fetches where a pixel is out of focus, 1 elsewhere.
#include "inc/near_far.glsl"

uniform sampler2D u_half;      // (linear light, signed CoC [px of the picture]); NEAREST, clamped
uniform vec2 u_taps[TAPS];     // over the unit disc
uniform float u_radius_share;  // of a radius, for these taps: the fill after them adds the rest

out vec4 o_far;  // premultiplied; alpha 0 in focus and where nothing behind is seen

void main() {
    vec2 texel_uv = 1.0 / vec2(textureSize(u_half, 0));
    vec2 uv = gl_FragCoord.xy * texel_uv;
    float own_px = texelFetch(u_half, ivec2(gl_FragCoord.xy), 0).a;
    o_far = vec4(0.0);
    if (abs(own_px) <= SHARP_PX) return;
    bool is_front = own_px < 0.0;
    float radius = u_radius_share * radius_of(own_px);
    for (int i = 0; i < TAPS; ++i) {
        vec2 offset = radius * u_taps[i];
        vec4 tap = textureLod(u_half, uv + offset * texel_uv, 0.0);
        float reaches = clamp(radius_of(tap.a) - length(offset) + 1.0, 0.0, 1.0);
        float share = is_front ? 1.0 - near_share(tap.a) : far_share(tap.a) * reaches;
        o_far += share * vec4(tap.rgb, 1.0);
    }
    o_far = o_far.a > 0.0 ? o_far / o_far.a : vec4(0.0);
}
