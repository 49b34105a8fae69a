#version 330
// Each pixel moved as a velocity map says, straight or along an arc.
#include "inc/effect.glsl"
#include "inc/path.glsl"

uniform sampler2D u_velocity;     // half chord, sagitta [px of the picture, +y down]; its top row last
uniform vec2 u_velocity_origin;   // where in the picture the map begins, from the top left [px]
uniform vec2 u_velocity_part;     // (width, height) of what of it the map covers [px]; 0: all of it
uniform vec2 u_gain;              // of the chord, of the sagitta
uniform float u_shortening;       // how far reads between pixels count as part of the blur, 0 … 1

// A read between two pixels spreads light along the path as well: by the mean of t (1 - t), 1/6 px² for
// paths longer than a pixel. Shortened by that, a path of ± radius px has its spread, radius² / 3.
float shortened(float radius) {
    return radius < sqrt(1.5) ? radius * radius / 1.5 : sqrt(radius * radius - 0.5);
}

Spot spot_at(vec2 px) {
    vec2 covered = u_velocity_part.x > 0.0 ? u_velocity_part : u_whole;
    vec2 uv = (px - u_velocity_origin) / covered;
    vec4 path = textureLod(u_velocity, vec2(uv.x, 1.0 - uv.y), 0.0);
    Spot spot = spot_along(u_gain.x * path.xy, u_gain.y * path.zw);
    spot.at.x = mix(spot.at.x, shortened(spot.at.x), u_shortening);
    return spot;
}
