#version 330
// A surface without textures. Twin with textures: textured.frag.
#include "inc/pbr.glsl"

uniform vec3 u_eye;  // world, m
uniform float u_exposure;

in vec3 v_world;
in vec3 v_normal;
in vec4 v_base;
in vec3 v_at_shadow;
flat in vec3 v_emissive;
flat in vec4 v_surface;

layout(location = 0) out vec4 o_color;  // exposed linear

void main() {
    vec3 to_eye = normalize(u_eye - v_world);
    vec3 normal = normalize(v_normal) * (gl_FrontFacing ? 1.0 : -1.0);
    Surface s = Surface(v_base.rgb, v_surface.x, v_surface.y, normal, to_eye);
    o_color = exposed(shade(s, v_world, v_at_shadow) + v_emissive, u_exposure);
}
