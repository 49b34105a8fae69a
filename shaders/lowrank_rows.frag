#version 330
// Low rank, first half: two pairs' passes along the rows at once, one result each.
// Twin: blur() in fitter/methods/lowrank.py. Cost: 1 + (2 · reach + 1) · 2 fetches.
//
// The vectors are the picture of a point light along x: light from `pixel - offset` arrives here.
#include "inc/lowrank.glsl"

uniform sampler2D u_color;  // linear light, premultiplied
uniform sampler2D u_place;  // where each pixel is on the bank's axes [knots]
uniform int u_turn;         // 1 upright, -1 turned by 180°

layout(location = 0) out vec4 o_first;
layout(location = 1) out vec4 o_second;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec2 place = texelFetch(u_place, pixel, 0).xy;
    int reach = lowrank_reach(place.x);
    int last = textureSize(u_color, 0).x - 1;
    o_first = o_second = vec4(0.0);
    for (int offset = -reach; offset <= reach; ++offset) {
        vec2 row = lowrank_vectors(offset, place).xy;
        vec4 light = texelFetch(u_color, ivec2(clamp(pixel.x - u_turn * offset, 0, last), pixel.y), 0);
        o_first += row.x * light;
        o_second += row.y * light;
    }
}
