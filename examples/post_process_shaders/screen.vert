#version 330
// A triangle that covers the screen, from no vertices.

out vec2 v_uv;                  // 0 … 1, +y up

void main() {
    v_uv = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
    gl_Position = vec4(v_uv * 2.0 - 1.0, 0.0, 1.0);
}
