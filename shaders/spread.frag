#version 330
// One direction of the separable window that carries each slice's CoC past its silhouette. A local
// window, as wide as the slice's light reaches: averaging with far-away radii makes highlights the
// wrong size.
#include "inc/reach.glsl"
#include "inc/pairs.glsl"
#include "inc/pairs_in.glsl"

uniform ivec2 u_direction;  // (1, 0) or (0, 1)

float tent(int i, int reach) {
    float wide = float(reach + 1);
    return max(0.0, 1.0 - float(abs(i)) / wide) / wide;
}

void main() {
    ivec2 last = textureSize(u_pair_0, 0) - 1;
    ivec2 here = ivec2(gl_FragCoord.xy);
    int reaches[2 * PAIRS];  // half the window of each slice [blocks]
    int widest = 0;
    for (int i = 0; i < 2 * PAIRS; ++i) {
        reaches[i] = i < SLICES ? int(ceil(reach_px(i) / float(BLOCK))) : 0;
        widest = max(widest, reaches[i]);
    }
    vec4 sums[PAIRS];
    for (int p = 0; p < PAIRS; ++p) sums[p] = vec4(0.0);
    for (int i = -widest; i <= widest; ++i) {
        ivec2 at = clamp(here + i * u_direction, ivec2(0), last);
        for (int p = 0; p < PAIRS; ++p) {
            vec2 share = vec2(tent(i, reaches[2 * p]), tent(i, reaches[2 * p + 1]));
            if (share.x + share.y > 0.0) sums[p] += share.xxyy * pair_at(p, at);
        }
    }
    write_pairs(sums);
}
