#version 330
// The slices laid over each other: front over sharp over behind.
#include "inc/slices.glsl"

uniform sampler2D u_behind;      // blurred, premultiplied; alpha below 1 beside what is sharp
uniform sampler2D u_filled;      // what is not in front; alpha 1
uniform sampler2D u_filled_coc;  // its CoC [px]
uniform sampler2D u_front;       // blurred, premultiplied; alpha = how much it covers of the aperture

out vec4 o_color;

const float NOTHING = 1e-3;  // half floats divide badly by less

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 behind = max(texelFetch(u_behind, pixel, 0), 0.0);  // kernels may have negative lobes
    vec3 filled = texelFetch(u_filled, pixel, 0).rgb;
    vec4 front = max(texelFetch(u_front, pixel, 0), 0.0);
    float sharp = sharp_mask(texelFetch(u_filled_coc, pixel, 0).r);
    vec3 back = behind.a > NOTHING ? behind.rgb / behind.a : filled;
    o_color = vec4(front.rgb + (1.0 - min(front.a, 1.0)) * mix(back, filled, sharp), 1.0);
}
