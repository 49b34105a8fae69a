#version 330
// What is in front of focus, blurred at half size over its silhouettes: TAPS reads as far as anything
// in front can reach. A tap stands for its share of that area, and its light is spread over its own
// disc. Cost: 1 + TAPS fetches where something in front can reach, 1 elsewhere.
#include "inc/near_far.glsl"

uniform sampler2D u_half;      // (linear light, signed CoC [px of the picture]); NEAREST, clamped
uniform sampler2D u_reach;     // how far to look [texels]; LINEAR, TILE texels a tile
uniform vec2 u_taps[TAPS];     // over the unit disc
uniform float u_radius_share;  // of a radius, for these taps: the fill after them adds the rest

out vec4 o_near;  // premultiplied; alpha = share of the aperture that it covers

const float EDGE = 0.5;  // half the width of a disc's soft edge [texels]

void main() {
    vec2 texel_uv = 1.0 / vec2(textureSize(u_half, 0));
    vec2 uv = gl_FragCoord.xy * texel_uv;
    vec2 tile_uv = gl_FragCoord.xy / (float(TILE) * vec2(textureSize(u_reach, 0)));
    float reach = textureLod(u_reach, tile_uv, 0.0).r;
    o_near = vec4(0.0);
    if (reach <= 0.0) return;
    float look = u_radius_share * max(reach, LEAST_RADIUS) + EDGE;
    for (int i = 0; i < TAPS; ++i) {
        vec2 offset = look * u_taps[i];
        vec4 tap = textureLod(u_half, uv + offset * texel_uv, 0.0);
        float radius = u_radius_share * max(radius_of(tap.a), LEAST_RADIUS);
        float reaches = clamp((radius - length(offset)) / (2.0 * EDGE) + 0.5, 0.0, 1.0);
        float share = near_share(tap.a) * reaches * look * look / (radius * radius);
        o_near += share / float(TAPS) * vec4(tap.rgb, 1.0);
    }
    o_near /= max(o_near.a, 1.0);
}
