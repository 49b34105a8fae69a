#version 330
// One mesh drawn many times: balls and lamps are scaled spheres, the floor is a scaled square.

uniform mat4 u_camera;          // world to clip

in vec3 in_position;            // of the mesh, -1 … 1
in vec3 in_normal;
in vec4 in_place;               // of the instance: middle [m], scale
in vec3 in_color;               // linear
in vec3 in_glow;                // light it sends out, linear, exposed

out vec3 v_position;            // world, m
out vec3 v_normal;
flat out vec3 v_color;
flat out vec3 v_glow;

void main() {
    v_position = in_place.xyz + in_place.w * in_position;
    v_normal = in_normal;
    v_color = in_color;
    v_glow = in_glow;
    gl_Position = u_camera * vec4(v_position, 1.0);
}
