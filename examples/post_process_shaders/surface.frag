#version 330
// Lacquered balls on a tiled floor at dusk: one sun, the sky, and shade from every ball. BALLS: how
// many there are.

uniform vec4 u_balls[BALLS];    // middle [m], radius [m]: what casts shade
uniform vec3 u_eye;             // m
uniform vec3 u_haze;            // colour that distance fades to, linear

in vec3 v_position;
in vec3 v_normal;
flat in vec3 v_color;
flat in vec3 v_glow;
out vec4 o_color;

const vec3 TO_SUN = normalize(vec3(-0.55, 0.62, 0.56));
const vec3 SUN = vec3(2.6, 2.0, 1.45);
const vec3 SKY = vec3(0.16, 0.24, 0.48);
const vec3 BOUNCE = vec3(0.07, 0.055, 0.05);
const vec3 GLOW = vec3(0.95, 0.42, 0.16);    // of the horizon
const float TILE_M = 0.12;
const float HAZE_M = 16.0;                   // 63 % of the light is haze's after it
const float PENUMBRA = 5.0;                  // edge of a shadow: a ball's outline over its distance

vec3 sky_at(vec3 way) {
    float up = max(way.y, 0.0);
    vec3 above = mix(GLOW, SKY, smoothstep(0.0, 0.35, up)) + 0.5 * smoothstep(0.5, 1.0, up);
    return mix(BOUNCE, above, smoothstep(-0.08, 0.05, way.y));
}

// Part of the sun, and part of the sky, that a point with this normal sees past all balls.
// Its own ball shades nothing that faces the light, so it needs no exception.
vec2 open_at(vec3 point, vec3 normal) {
    vec2 open = vec2(1.0);
    for (int i = 0; i < BALLS; ++i) {
        vec3 to = u_balls[i].xyz - point;
        float away = length(to), radius = u_balls[i].w;
        float along = dot(to, TO_SUN);
        float beside = sqrt(max(away * away - along * along, 0.0)) - radius;
        if (along > 0.0) open.x = min(open.x, smoothstep(-0.5, 0.5, PENUMBRA * beside / along));
        // A ball's solid angle, weighed by the cosine: the usual closed form above the horizon.
        open.y *= 1.0 - max(dot(normal, to) / away, 0.0) * radius * radius / (away * away);
    }
    return open;
}

vec3 tiles(vec3 color) {
    vec2 at = v_position.xz / TILE_M;
    vec2 width = fwidth(at);
    vec2 line = smoothstep(0.03 - width, 0.03 + width, abs(fract(at) - 0.5));
    vec2 cell = floor(at + 0.5);
    float shade = 0.75 + 0.5 * fract(sin(dot(cell, vec2(12.9898, 78.233))) * 43758.5453);
    // Joints narrower than a pixel would flicker: they fade into their mean.
    vec2 joint = mix(line, vec2(0.94), clamp(width * 3.0, 0.0, 1.0));
    return color * shade * mix(0.35, 1.0, joint.x * joint.y);
}

void main() {
    vec3 normal = normalize(v_normal), from = v_position - u_eye, way = normalize(from);
    bool is_floor = v_position.y < 1e-4 && v_normal.y > 0.99;
    vec3 color = is_floor ? tiles(v_color) : v_color;
    vec2 open = open_at(v_position, normal);
    float sun = max(dot(normal, TO_SUN), 0.0) * open.x;
    vec3 light = color * (SUN * sun + mix(BOUNCE, SKY, 0.5 + 0.5 * normal.y) * open.y);
    vec3 mirrored = reflect(way, normal);
    float fresnel = 0.04 + 0.96 * pow(1.0 - max(-dot(way, normal), 0.0), 5.0);
    float gleam = pow(max(dot(mirrored, TO_SUN), 0.0), is_floor ? 60.0 : 900.0);
    // Near the floor a ball mirrors the floor, which is dark, not the horizon.
    float seen = is_floor ? 0.25 : smoothstep(-0.02, 0.12, v_position.y + 0.3 * normal.y);
    light += fresnel * seen * open.y * sky_at(mirrored);
    light += (is_floor ? 0.1 : 12.0) * open.x * gleam * SUN;
    float clear = exp(-length(from) / HAZE_M);
    o_color = vec4(mix(u_haze, light, clear) + v_glow, 1.0);
}
