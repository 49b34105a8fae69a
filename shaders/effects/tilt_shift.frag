#version 330
// Sharp along a line, blurred away from it: a view camera's tilt, or a city made a toy.
#include "inc/effect.glsl"

uniform vec2 u_middle;   // a point of the line, of the picture
uniform float u_angle;   // of the line, clockwise from +x [rad]
uniform float u_sharp;   // half the width of what stays sharp, of the height
uniform float u_falloff; // from there to the full radius, of the height
uniform float u_radius;  // of the blur, of the height

Spot spot_at(vec2 px) {
    vec2 away = px - place_px(u_middle);
    float off = abs(dot(away, vec2(-sin(u_angle), cos(u_angle))));
    float part = clamp((off - length_px(u_sharp)) / length_px(u_falloff), 0.0, 1.0);
    return Spot(vec2(part * length_px(u_radius), 0.0), UPRIGHT);
}
