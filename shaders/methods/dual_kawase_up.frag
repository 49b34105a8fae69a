#version 330
// Dual filtering, upwards: twice the size, mixed with what the level had on the way down.
// M. Bjørge 2015, Bandwidth-Efficient Rendering, SIGGRAPH; the mixing is ours. Cost: up to 9 fetches and
// 1 for σ, below the picture's own level 4; 1 in place of 9 where the level has all the blur asked for.
//
// A level by itself blurs all pixels alike. Light that goes two ways, by shares that sum to 1, has the
// mean of both variances: so a pixel takes as much of the coarser level as its own variance asks for.
#include "inc/sigma.glsl"

uniform sampler2D u_own;       // the level on the way down
uniform sampler2D u_coarser;   // done; LINEAR, clamped at the border
uniform sampler2D u_place;     // of the whole picture: where each pixel is on the bank's axis [knots]
uniform int u_block;           // px of the picture a texel of this level
uniform vec2 u_variances;      // what the picture has gone through if it turns round here, and if at
                               // the coarser level [px²]

out vec4 o_color;

// Eight reads on a diamond round the place, those on the diagonals twice as heavy.
vec4 from_coarser() {
    vec2 texel = 1.0 / vec2(textureSize(u_coarser, 0));
    vec2 uv = 0.5 * gl_FragCoord.xy * texel;
    vec2 corner = 0.5 * texel, other = vec2(corner.x, -corner.y);
    vec2 right = vec2(texel.x, 0.0), up = vec2(0.0, texel.y);
    vec4 corners = textureLod(u_coarser, uv + corner, 0.0) + textureLod(u_coarser, uv - corner, 0.0)
                 + textureLod(u_coarser, uv + other, 0.0) + textureLod(u_coarser, uv - other, 0.0);
    vec4 sides = textureLod(u_coarser, uv + right, 0.0) + textureLod(u_coarser, uv - right, 0.0)
               + textureLod(u_coarser, uv + up, 0.0) + textureLod(u_coarser, uv - up, 0.0);
    return (2.0 * corners + sides) / 12.0;
}

// σ² at a place [px of the picture].
float variance_at(vec2 at) {
    ivec2 last = textureSize(u_place, 0) - 1;
    float sigma = sigma_px(texelFetch(u_place, min(ivec2(at), last), 0).x);
    return sigma * sigma;
}

// σ² of this texel: where it lies over several pixels, the mean of four, one in each quarter. All of
// them give no better picture; one alone loses what is thin, 2 dB where σ changes in lines 3 px wide.
float variance() {
    if (u_block == 1) return variance_at(gl_FragCoord.xy);
    float sum = 0.0;
    for (int i = 0; i < 4; ++i) {
        vec2 quarter = 0.5 * (vec2(i & 1, i >> 1) - 0.5);
        sum += variance_at(float(u_block) * (gl_FragCoord.xy + quarter));
    }
    return 0.25 * sum;
}

void main() {
    float share = (variance() - u_variances.x) / (u_variances.y - u_variances.x);
    if (share <= 0.0) {
        o_color = texelFetch(u_own, ivec2(gl_FragCoord.xy), 0);
    } else if (share >= 1.0) {
        o_color = from_coarser();
    } else {
        o_color = mix(texelFetch(u_own, ivec2(gl_FragCoord.xy), 0), from_coarser(), share);
    }
}
