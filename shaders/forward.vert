#version 330
// One instance of a mesh: its placement and material factors come with the instance, so that a
// hundred bulbs are one draw.
uniform mat4 u_view_projection;
uniform mat4 u_world_to_shadow;  // to shadow map uv and depth, 0..1
uniform float u_shadow_offset_m;   // along the normal: keeps a surface from shading itself

in vec3 in_position;
in vec3 in_normal;
in vec2 in_uv;
in vec4 in_color;     // linear
in vec4 in_world_x;   // rows of the world matrix
in vec4 in_world_y;
in vec4 in_world_z;
in vec3 in_base;      // linear
in vec3 in_emissive;  // radiance
in vec4 in_surface;   // metallic, roughness, normal map's strength, alpha cutoff
in vec2 in_uv_scale;

out vec3 v_world;  // m
out vec3 v_normal;
out vec2 v_uv;
out vec4 v_base;
out vec3 v_at_shadow;
flat out vec3 v_emissive;
flat out vec4 v_surface;

void main() {
    vec4 local = vec4(in_position, 1.0);
    v_world = vec3(dot(in_world_x, local), dot(in_world_y, local), dot(in_world_z, local));
    // Cofactors turn normals rightly under uneven scales. A mirroring points them inwards, and makes
    // outsides into back faces, which turns them once more: so they come out right.
    vec3 x = in_world_x.xyz, y = in_world_y.xyz, z = in_world_z.xyz;
    vec3 yz = cross(y, z);
    vec3 normal = vec3(dot(yz, in_normal), dot(cross(z, x), in_normal), dot(cross(x, y), in_normal));
    v_normal = normal * inversesqrt(max(dot(normal, normal), 1e-30));
    v_uv = in_uv * in_uv_scale;
    v_base = vec4(in_base, 1.0) * in_color;
    v_emissive = in_emissive;
    v_surface = in_surface;
    vec3 lifted = v_world + u_shadow_offset_m * sign(dot(x, yz)) * v_normal;
    v_at_shadow = (u_world_to_shadow * vec4(lifted, 1.0)).xyz;
    gl_Position = u_view_projection * vec4(v_world, 1.0);
}
