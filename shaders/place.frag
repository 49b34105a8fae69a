#version 330
// The parameter map of both slices: where each pixel is on the bank's radius axis [knots].
//
// A pixel of the slice has its own CoC; past the slice's silhouette, where its light spreads to, it
// has the mask-weighted mean of the slice nearby. Where there is nothing nearby, it stays sharp.
#include "inc/knots.glsl"

uniform sampler2D u_coc;     // |CoC| · mask, mask: of behind, then of front; full size
uniform sampler2D u_spread;  // the same, averaged over the window; LINEAR

layout(location = 0) out float o_behind;
layout(location = 1) out float o_front;

const float NOTHING = 1e-12;  // less mask than half of 1 % of a pixel at the rim of any window

void main() {
    vec4 own = texelFetch(u_coc, ivec2(gl_FragCoord.xy), 0);
    vec2 uv = gl_FragCoord.xy / (float(SHRINK) * vec2(textureSize(u_spread, 0)));
    vec4 near = textureLod(u_spread, uv, 0.0);
    vec2 mean = near.y > NOTHING ? vec2(near.x / near.y, 0.0) : vec2(0.0);
    mean.y = near.w > NOTHING ? near.z / near.w : 0.0;
    vec2 radius_px = own.xz + (1.0 - own.yw) * mean;
    o_behind = knot_place(radius_px.x);
    o_front = knot_place(radius_px.y);
}
