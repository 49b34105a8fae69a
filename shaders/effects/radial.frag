#version 330
// Zoomed while the shutter is open: each pixel is smeared towards and away from a point.
#include "inc/effect.glsl"

uniform vec2 u_middle;   // of the zoom, of the picture
uniform float u_amount;  // by how much the picture grows meanwhile
uniform float u_inner;   // what is nearer to the middle stays sharp, of the height

Spot spot_at(vec2 px) {
    vec2 out_px = px - place_px(u_middle);
    float far = max(length(out_px) - length_px(u_inner), 0.0);
    return Spot(vec2(0.5 * u_amount * far, 0.0), along(out_px));
}
