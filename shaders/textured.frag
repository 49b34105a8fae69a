#version 330
// A surface with its four maps. Twin without: plain.frag.
#include "inc/pbr.glsl"
#include "inc/bump.glsl"

uniform vec3 u_eye;  // world, m
uniform float u_exposure;
uniform sampler2D u_base_color;          // sRGB format: a fetch is linear; alpha is opacity
uniform sampler2D u_metallic_roughness;  // green roughness, blue metallic
uniform sampler2D u_normal;              // tangent space
uniform sampler2D u_emissive;            // sRGB format

in vec3 v_world;
in vec3 v_normal;
in vec2 v_uv;
in vec4 v_base;
in vec3 v_at_shadow;
flat in vec3 v_emissive;
flat in vec4 v_surface;

layout(location = 0) out vec4 o_color;  // exposed linear

void main() {
    vec4 base = texture(u_base_color, v_uv) * v_base;
    vec2 rough_metal = texture(u_metallic_roughness, v_uv).gb * v_surface.yx;
    vec3 bump = texture(u_normal, v_uv).xyz * 2.0 - 1.0;
    vec3 glow = texture(u_emissive, v_uv).rgb * v_emissive;
    vec3 to_eye = normalize(u_eye - v_world);
    vec3 normal = normalize(v_normal) * (gl_FrontFacing ? 1.0 : -1.0);
    normal = bumped(normal, v_world, v_uv, bump * vec3(v_surface.zz, 1.0));
    Surface s = Surface(base.rgb, rough_metal.y, rough_metal.x, normal, to_eye);
    vec3 light = shade(s, v_world, v_at_shadow);
    if (base.a < v_surface.w) discard;  // last: the derivatives above need all 4 pixels of a quad
    o_color = exposed(light + glow, u_exposure);
}
