#version 330
// Hexagons, first half: along one line, and along that one and another, added up.
// Source: L. McIntosh and others 2012; J. White, C. Barré-Brisebois 2011: see
// realtime/methods/hexagonal.py. Cost: 1 + n0 + n1 fetches, n = radius · (0.87 ... 1), rounded up.
#include "inc/line.glsl"
#include "inc/radius.glsl"

uniform sampler2D u_color;  // linear light, premultiplied; LINEAR, clamped at the border
uniform sampler2D u_place;  // where each pixel is on the bank's axis [knots]
uniform vec4 u_lines;       // both lines' ends at radius 1, +y up [px]

layout(location = 0) out vec4 o_one;
layout(location = 1) out vec4 o_both;

void main() {
    float radius = radius_px(texelFetch(u_place, ivec2(gl_FragCoord.xy), 0).x);
    o_one = along_line(u_color, radius * u_lines.xy);
    o_both = o_one + along_line(u_color, radius * u_lines.zw);
}
