#version 330
// Each pixel at its own radius on the bank's axis: the parameter map of a plain gather.
#include "inc/knots.glsl"

uniform sampler2D u_color;  // premultiplied
uniform sampler2D u_coc;    // signed CoC [px]
uniform float u_scale;      // px of the picture a texel

layout(location = 0) out vec4 o_color;
layout(location = 1) out float o_place;  // [knots]

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    o_color = texelFetch(u_color, pixel, 0);
    o_place = knot_place(abs(texelFetch(u_coc, pixel, 0).r) / u_scale);
}
