#version 330
// One triangle that covers the target: no vertex buffer, no seam along a diagonal.

out vec2 v_uv;  // 0..1 over the target, origin at the bottom left as GL has it

void main() {
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);  // (0,0) (2,0) (0,2)
    v_uv = corner;
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
