#version 330
// Fills the gaps between the taps of both sides: a mean of TAPS reads over the area that one tap of
// the gather stands for. Cost: 2 + 2 TAPS fetches a texel of half size, fewer where a side is empty.
#include "inc/near_far.glsl"

uniform sampler2D u_half;      // (linear light, signed CoC [px of the picture])
uniform sampler2D u_far;       // premultiplied; LINEAR
uniform sampler2D u_near;      // premultiplied; LINEAR
uniform sampler2D u_reach;     // how far the near side looked [texels]; LINEAR, TILE texels a tile
uniform vec2 u_taps[TAPS];     // over the unit disc
uniform float u_radius_share;  // of a radius

layout(location = 0) out vec4 o_far;   // alpha 0 or 1: whether anything behind is known
layout(location = 1) out vec4 o_near;  // premultiplied

vec4 mean_over(sampler2D color, float radius) {
    vec2 texel_uv = 1.0 / vec2(textureSize(color, 0));
    vec4 sum = vec4(0.0);
    for (int i = 0; i < TAPS; ++i) {
        sum += textureLod(color, (gl_FragCoord.xy + radius * u_taps[i]) * texel_uv, 0.0);
    }
    return sum / float(TAPS);
}

void main() {
    float own_px = texelFetch(u_half, ivec2(gl_FragCoord.xy), 0).a;
    vec2 tile_uv = gl_FragCoord.xy / (float(TILE) * vec2(textureSize(u_reach, 0)));
    float reach = textureLod(u_reach, tile_uv, 0.0).r;
    o_far = o_near = vec4(0.0);
    if (abs(own_px) > SHARP_PX) {
        vec4 mean = mean_over(u_far, u_radius_share * radius_of(own_px));
        if (mean.a > 0.0) o_far = mean / mean.a;  // of what there is, however little is beside it
    }
    if (reach > 0.0) o_near = mean_over(u_near, u_radius_share * reach);
}
