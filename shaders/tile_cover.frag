#version 330
// Of every slice and tile, whether any of its light may fall there, and whether it covers all of it
// before it is blurred. Slices above each other, then what is sharp.
#include "inc/pairs_in.glsl"

uniform sampler2D u_cover_0;  // of four slots each
#if SLICES > 3
uniform sampler2D u_cover_1;
#endif
#if SLICES > 7
uniform sampler2D u_cover_2;
#endif

out vec2 o_tile;  // (touched, covered)

const float ALL = 0.999;
const float NONE = 1e-9;

vec4 cover_at(int four, ivec2 at) {
#if SLICES > 7
    if (four == 2) return texelFetch(u_cover_2, at, 0);
#endif
#if SLICES > 3
    if (four == 1) return texelFetch(u_cover_1, at, 0);
#endif
    return texelFetch(u_cover_0, at, 0);
}

void main() {
    ivec2 blocks = textureSize(u_pair_0, 0);
    int tiles_y = (blocks.y + BLOCKS - 1) / BLOCKS;
    int slot = int(gl_FragCoord.y) / tiles_y;
    ivec2 tile = ivec2(gl_FragCoord.x, int(gl_FragCoord.y) % tiles_y);
    float most = 0.0, least = 1.0;
    for (int y = -1; y <= BLOCKS; ++y)
        for (int x = -1; x <= BLOCKS; ++x) {
            ivec2 at = clamp(tile * BLOCKS + ivec2(x, y), ivec2(0), blocks - 1);
            if (slot < SLICES) {
                vec4 pair = pair_at(slot / 2, at);
                most = max(most, slot % 2 == 1 ? pair.w : pair.y);
            }
            least = min(least, cover_at(slot / 4, at)[slot % 4]);
        }
    o_tile = vec2(most > NONE ? 1.0 : 0.0, least > ALL ? 1.0 : 0.0);
}
