#version 330
// What accumulate.frag summed up, over the share of the views it came from: a flat picture stays
// flat, however much of the aperture is open. Black where there was none.
#include "inc/hdr.glsl"

uniform sampler2D u_sum;  // rgb · share, share

out vec4 o_color;  // alpha 1

void main() {
    vec4 sum = texelFetch(u_sum, ivec2(gl_FragCoord.xy), 0);
    o_color = vec4(sum.a > 0.0 ? within_half(sum.rgb / sum.a) : vec3(0.0), 1.0);
}
