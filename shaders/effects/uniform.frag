#version 330
// One kernel for all of the picture.
#include "inc/effect.glsl"

uniform float u_radius;  // of the height
uniform float u_second;  // on the bank's second axis, in its unit

Spot spot_at(vec2 px) { return Spot(vec2(length_px(u_radius), u_second), UPRIGHT); }
