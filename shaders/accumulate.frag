#version 330
// One view's share of the lens-accumulated picture; blending adds it up in float32.
#include "inc/hdr.glsl"

uniform sampler2D u_color;
uniform float u_share;  // 1 / number of views

out vec4 o_color;

void main() {
    vec3 color = texelFetch(u_color, ivec2(gl_FragCoord.xy), 0).rgb;
    o_color = is_sound(color) ? vec4(within_half(color), 1.0) * u_share : vec4(0.0);
}
