#version 330
// Turned about a point while the shutter is open: each pixel is smeared along its own arc.
#include "inc/effect.glsl"

uniform vec2 u_middle;    // of the turning, of the picture
uniform float u_half;     // half the angle of the turn [rad]
uniform float u_outer;    // nothing turns farther out than this, of the height
uniform float u_feather;  // and how softly that ends, of the height

Spot spot_at(vec2 px) {
    vec2 out_px = px - place_px(u_middle);
    float far = length(out_px);
    float ends = (length_px(u_outer) - far) / max(length_px(u_feather), 1e-6) + 0.5;
    float bend = u_half * clamp(ends, 0.0, 1.0);
    // A bank's reads are its kernel's points negated: an arc that bends towards +y reads towards -y,
    // which is to be the middle.
    mat2 turned = along(vec2(out_px.y, -out_px.x));
    return Spot(held_arc(vec2(far * bend, bend)), turned);
}
