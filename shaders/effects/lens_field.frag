#version 330
// A lens's own point spread, from the picture's middle to its corners.
#include "inc/effect.glsl"

uniform float u_radius;  // of an ideal lens's blur, of the height

Spot spot_at(vec2 px) {
    vec2 out_px = px - 0.5 * u_whole;
    float field = length(out_px) / (0.5 * length(u_whole));
    return Spot(vec2(length_px(u_radius), field), along(out_px));
}
