// Light on a metallic-roughness surface: Lambert below, GGX above (Walter 2007; Smith's masking in
// Hammon's 2017 form; Schlick's Fresnel), lit by the sky, suns and point lights.
#include "inc/sky.glsl"
#include "inc/shadow.glsl"

// SUNS (0 or 1), POINTS (0..16): defines, counted from the scene.
uniform vec3 u_sun_direction;   // towards the sun, length 1
uniform vec3 u_sun_irradiance;  // on a surface that faces it
const int SLOTS = POINTS > 0 ? POINTS : 1;  // GLSL has no empty arrays
uniform vec4 u_point_place[SLOTS];      // xyz m; w: radius squared, m2
uniform vec3 u_point_intensity[SLOTS];  // irradiance at 1 m

const float PI = 3.14159265;
const float MIN_ROUGHNESS = 0.05;  // below, a highlight is smaller than a pixel and only flickers
const float MAX_RADIANCE = 60000.0;  // half float ends at 65504

struct Surface {
    vec3 base;        // linear
    float metallic;
    float roughness;  // 0..1, squared below
    vec3 normal;      // length 1
    vec3 to_eye;      // length 1
};

struct Lobe {  // what does not change from light to light
    vec3 diffuse;
    vec3 f0;       // reflectance head on
    float alpha2;
    float alpha;
    float n_eye;
};

// Where normals turn quickly from pixel to pixel, the highlight is widened by their spread
// (Tokuyoshi and Kaplanyan 2019), else bumps glitter.
float widened(float alpha2, vec3 normal) {
    vec3 dx = dFdx(normal), dy = dFdy(normal);
    return min(alpha2 + min(0.5 * (dot(dx, dx) + dot(dy, dy)), 0.18), 1.0);
}

Lobe lobe_of(Surface s) {
    float rough = max(s.roughness, MIN_ROUGHNESS);
    float alpha2 = widened(rough * rough * rough * rough, s.normal);
    vec3 f0 = mix(vec3(0.04), s.base, s.metallic);
    float n_eye = clamp(dot(s.normal, s.to_eye), 1e-3, 1.0);
    return Lobe(s.base * (1.0 - s.metallic) / PI, f0, alpha2, sqrt(alpha2), n_eye);
}

float fifth_power(float x) {
    float x2 = x * x;
    return x2 * x2 * x;
}

// Radiance towards the eye for one unit of irradiance head on, from the direction `to_light`.
vec3 reflected(Surface s, Lobe lobe, vec3 to_light) {
    float n_light = dot(s.normal, to_light);
    vec3 halfway = normalize(to_light + s.to_eye + 1e-5);
    float n_half = clamp(dot(s.normal, halfway), 0.0, 1.0);
    float slope = n_half * n_half * (lobe.alpha2 - 1.0) + 1.0;
    float masked = mix(2.0 * n_light * lobe.n_eye, n_light + lobe.n_eye, lobe.alpha);
    float peak = lobe.alpha2 * 0.5 / (PI * slope * slope * max(masked, 1e-4));
    float graze = fifth_power(1.0 - clamp(dot(halfway, to_light), 0.0, 1.0));
    vec3 fresnel = lobe.f0 + (1.0 - lobe.f0) * graze;
    return (lobe.diffuse * (1.0 - fresnel) + fresnel * peak) * max(n_light, 0.0);
}

vec3 sky_light(Surface s, Lobe lobe) {
    vec3 mirrored = reflect(-s.to_eye, s.normal);
    vec3 seen = mix(sky_radiance(mirrored.y, s.roughness), sky_ambient(mirrored.y), lobe.alpha);
    float gloss = 1.0 - lobe.alpha;
    vec3 rim = max(vec3(gloss), lobe.f0) - lobe.f0;  // rough surfaces have no bright rim
    vec3 fresnel = lobe.f0 + rim * fifth_power(1.0 - lobe.n_eye);
    return lobe.diffuse * PI * sky_ambient(s.normal.y) * (1.0 - fresnel) + fresnel * seen;
}

// world: m. at_shadow: see sun_visibility().
vec3 shade(Surface s, vec3 world, vec3 at_shadow) {
    Lobe lobe = lobe_of(s);
    vec3 light = sky_light(s, lobe);
    for (int i = 0; i < SUNS; ++i) {
        vec3 sun = u_sun_irradiance * sun_visibility(at_shadow);
        light += sun * reflected(s, lobe, u_sun_direction);
    }
    for (int i = 0; i < POINTS; ++i) {
        vec3 line = u_point_place[i].xyz - world;
        float far2 = max(dot(line, line), u_point_place[i].w);
        light += u_point_intensity[i] / far2 * reflected(s, lobe, line * inversesqrt(far2));
    }
    return light;
}

// Exposed radiance that a half float holds.
vec4 exposed(vec3 radiance, float exposure) {
    return vec4(min(radiance * exposure, vec3(MAX_RADIANCE)), 1.0);
}
