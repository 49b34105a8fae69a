#version 330
// Hexagons, second half: lines become rhombi, and three of those a hexagon.
// Source: L. McIntosh and others 2012; J. White, C. Barré-Brisebois 2011: see
// realtime/methods/hexagonal.py. Cost: 1 + n1 + n2 fetches, n = radius · (0.87 ... 1), rounded up.
#include "inc/line.glsl"
#include "inc/radius.glsl"

uniform sampler2D u_one;    // the picture along the first line; LINEAR, clamped at the border
uniform sampler2D u_both;   // the same and the picture along the second, added up
uniform sampler2D u_place;  // where each pixel is on the bank's axis [knots]
uniform vec4 u_lines;       // the second's and the third's ends at radius 1, +y up [px]

out vec4 o_color;

void main() {
    float radius = radius_px(texelFetch(u_place, ivec2(gl_FragCoord.xy), 0).x);
    vec4 first = along_line(u_one, radius * u_lines.xy);
    vec4 others = along_line(u_both, radius * u_lines.zw);
    o_color = (first + others) / 3.0;
}
