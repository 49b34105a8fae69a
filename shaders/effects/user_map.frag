#version 330
// Whatever a map says, a texel a pixel of the whole picture or of any other size.
#include "inc/effect.glsl"

uniform sampler2D u_map;    // the picture's top row is its last one; LINEAR
uniform vec2 u_map_origin;  // where in the picture the map begins, from the top left [px]
uniform vec2 u_map_part;    // (width, height) of what of it the map covers [px]; 0: all of it
uniform vec2 u_gain;        // of the map's values, on each axis
uniform vec2 u_bias;

Spot spot_at(vec2 px) {
    vec2 covered = u_map_part.x > 0.0 ? u_map_part : u_whole;
    vec2 uv = (px - u_map_origin) / covered;
    vec2 value = textureLod(u_map, vec2(uv.x, 1.0 - uv.y), 0.0).xy;
    return Spot(u_bias + u_gain * value, UPRIGHT);
}
