#version 330
// One triangle that covers the target, or nothing where the front slice is empty whose inside is to be
// filled: a side that leaves its last slice to the other one then costs no pixel here.
#include "inc/slices.glsl"

uniform int u_nearer;        // of the front slices
uniform float u_largest_px;  // no radius is larger

void main() {
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);  // (0,0) (2,0) (0,2)
    vec2 cut = cut_at(u_nearer, FRONT);
    bool is_empty = cut.x - 0.5 * cut.y > u_largest_px;
    gl_Position = is_empty ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
