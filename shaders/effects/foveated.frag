#version 330
// As sharp as the eye sees it: what is far from where it looks is blurred.
#include "inc/effect.glsl"

uniform vec2 u_gaze;     // of the picture
uniform float u_fovea;   // radius of what is seen sharp, of the height
uniform float u_slope;   // growth of the blur's radius with the distance from there
uniform float u_radius;  // of the blur at most, of the height

Spot spot_at(vec2 px) {
    float off = max(length(px - place_px(u_gaze)) - length_px(u_fovea), 0.0);
    return Spot(vec2(min(u_slope * off, length_px(u_radius)), 0.0), UPRIGHT);
}
