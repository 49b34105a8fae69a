#version 330
// The sky stands at the far plane, wherever no object does.
uniform mat4 u_clip_to_world;  // of a camera at the origin

out vec3 v_direction;  // not of length 1

void main() {
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0;
    vec4 far = u_clip_to_world * vec4(corner, 1.0, 1.0);
    v_direction = far.xyz;
    gl_Position = vec4(corner, 1.0, 1.0);
}
