#version 330
// A surface, lit. BASE_MAPS, ROUGH_MAPS, NORMAL_MAPS, EMISSIVE_MAPS, CUTOUTS: defines, how many of
// each the batch has (0 or 1); without one its factor stands alone and no fetch is paid. METAL_IN_BASE:
// whether metallic stands in the base map's alpha.
#include "inc/pbr.glsl"
#include "inc/bump.glsl"

const int FINISH_MAPS = max(ROUGH_MAPS, NORMAL_MAPS);

uniform vec3 u_eye;  // world, m
uniform float u_exposure;
uniform sampler2D u_base_color;  // sRGB format: a fetch is linear; alpha is opacity
uniform sampler2D u_finish;      // normal x, y, z in tangent space, +y up the texture; roughness
uniform sampler2D u_metallic;    // in blue, unless base_color has it in place of opacity
uniform sampler2D u_emissive;    // sRGB format

in vec3 v_world;
in vec3 v_normal;
in vec2 v_uv;
in vec4 v_base;
in vec3 v_at_shadow;
flat in vec3 v_emissive;
flat in vec4 v_surface;  // metallic, roughness, normal map's strength, alpha cutoff

layout(location = 0) out vec4 o_color;  // exposed linear

void main() {
    vec4 base = v_base;
    vec2 metal_rough = v_surface.xy;
    vec3 glow = v_emissive;
    vec3 normal = normalize(v_normal) * (gl_FrontFacing ? 1.0 : -1.0);
    vec4 painted = vec4(1.0);
    for (int i = 0; i < BASE_MAPS; ++i) painted = texture(u_base_color, v_uv);
    base *= painted;
    metal_rough.x *= METAL_IN_BASE > 0 ? painted.a : 1.0;
    for (int i = 0; i < ROUGH_MAPS - METAL_IN_BASE; ++i) metal_rough.x *= texture(u_metallic, v_uv).b;
    vec4 finish = vec4(0.5, 0.5, 1.0, 1.0);
    for (int i = 0; i < FINISH_MAPS; ++i) finish = texture(u_finish, v_uv);
    metal_rough.y *= finish.a;
    for (int i = 0; i < EMISSIVE_MAPS; ++i) glow *= texture(u_emissive, v_uv).rgb;
    for (int i = 0; i < NORMAL_MAPS; ++i) {
        vec3 bump = finish.xyz * 2.0 - 1.0;
        normal = bumped(normal, v_world, v_uv, bump * vec3(v_surface.zz, 1.0));
    }
    vec3 to_eye = normalize(u_eye - v_world);
    Surface s = Surface(base.rgb, metal_rough.x, metal_rough.y, normal, to_eye);
    vec3 light = shade(s, v_world, v_at_shadow);
    for (int i = 0; i < CUTOUTS; ++i) {
        if (base.a < v_surface.w) discard;  // last: derivatives need all 4 pixels of a quad
    }
    o_color = exposed(light + glow, u_exposure);
}
