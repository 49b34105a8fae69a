#version 330
// The picture as it is; where a pixel was broken (NaN, Inf), black.
#include "inc/hdr.glsl"

uniform sampler2D u_color;

out vec4 o_color;

void main() {
    vec4 color = texelFetch(u_color, ivec2(gl_FragCoord.xy), 0);
    o_color = is_sound(color.rgb) ? vec4(within_half(color.rgb), color.a) : vec4(0.0, 0.0, 0.0, 1.0);
}
