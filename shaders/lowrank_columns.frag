#version 330
// Low rank, second half: both pairs' passes along the columns, and their sum.
// Twin: blur() in fitter/methods/lowrank.py. Cost: 1 + (2 · reach + 1) · 3 fetches.
//
// Drawn once for two pairs, added up where there are more. Values below 0 are possible, here as in
// the vectors: whoever lays slices over each other clamps (composite.frag).
#include "inc/lowrank.glsl"

uniform sampler2D u_first;   // the picture after the first pair's rows
uniform sampler2D u_second;  // after the second's
uniform sampler2D u_place;   // where each pixel is on the bank's axes [knots]
uniform int u_turn;          // 1 upright, -1 turned by 180°

out vec4 o_color;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec2 place = texelFetch(u_place, pixel, 0).xy;
    int reach = lowrank_reach(place.x);
    int last = textureSize(u_first, 0).y - 1;
    vec4 sum = vec4(0.0);
    for (int offset = -reach; offset <= reach; ++offset) {
        vec2 column = lowrank_vectors(offset, place).zw;
        // The bank's +y is down, GL's is up.
        ivec2 from = ivec2(pixel.x, clamp(pixel.y + u_turn * offset, 0, last));
        sum += column.x * texelFetch(u_first, from, 0) + column.y * texelFetch(u_second, from, 0);
    }
    o_color = sum;
}
