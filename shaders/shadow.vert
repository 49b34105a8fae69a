#version 330
// A caster as the sun sees it. The same instance data as forward.vert.
uniform mat4 u_world_to_clip;

in vec3 in_position;
in vec2 in_uv;
in vec4 in_world_x;
in vec4 in_world_y;
in vec4 in_world_z;
in vec4 in_surface;
in vec2 in_uv_scale;

out vec2 v_uv;
flat out float v_cutoff;

void main() {
    vec4 local = vec4(in_position, 1.0);
    vec3 world = vec3(dot(in_world_x, local), dot(in_world_y, local), dot(in_world_z, local));
    v_uv = in_uv * in_uv_scale;
    v_cutoff = in_surface.w;
    gl_Position = u_world_to_clip * vec4(world, 1.0);
}
