#version 330
// Moved straight while the shutter is open, all of the picture alike.
#include "inc/effect.glsl"

uniform float u_angle;   // clockwise from +x [rad]
uniform float u_length;  // of the whole streak, of the height

Spot spot_at(vec2 px) {
    return Spot(vec2(0.5 * length_px(u_length), 0.0), along(vec2(cos(u_angle), sin(u_angle))));
}
