#version 330
// A part of a picture as it is; where a pixel was broken (NaN, Inf), black.
#include "inc/hdr.glsl"

uniform sampler2D u_color;
uniform ivec2 u_corner;  // where the part begins, bottom left [px]

out vec4 o_color;

void main() {
    vec4 color = texelFetch(u_color, ivec2(gl_FragCoord.xy) + u_corner, 0);
    o_color = is_sound(color.rgb) ? vec4(within_half(color.rgb), color.a) : vec4(0.0, 0.0, 0.0, 1.0);
}
