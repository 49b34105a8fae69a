#version 330
// Of every slice and tile, whether any of its light may fall there, and whether it covers all of it
// before it is blurred. Slices above each other, then what is sharp: whether there is any, and no else.
#include "inc/covers.glsl"
#include "inc/reach.glsl"

out vec2 o_tile;  // (touched, covered)

// What a blur reaches beyond its radius: the last layers' rings, and a texel of half size [px].
const float MARGIN_PX = 4.0;

// px between a block and the tile whose first block is `first`; 0 inside, and beside it.
float gap_px(ivec2 block, ivec2 first) {
    ivec2 apart = max(first - block, block - (first + BLOCKS - 1)) - 1;
    return length(vec2(max(apart, 0))) * float(BLOCK);
}

// A pixel is blurred over the mean radius around it, which is at most the largest in the window: so
// light may come from a block that is no farther than that.
bool is_touched(sampler2D cover, int slot, ivec2 first, ivec2 blocks) {
    int reach = 1 + int(ceil((reach_px(slot) + MARGIN_PX) / float(BLOCK)));
    ivec2 low = max(first - reach, ivec2(0)), high = min(first + BLOCKS - 1 + reach, blocks - 1);
    float largest_px = 0.0, nearest_px = 1e6;
    for (int y = low.y; y <= high.y; ++y)
        for (int x = low.x; x <= high.x; ++x) {
            float radius_px = abs(texelFetch(cover, ivec2(x, y), 0)[slot % 4]);
            if (radius_px > 0.0) {
                largest_px = max(largest_px, radius_px);
                nearest_px = min(nearest_px, gap_px(ivec2(x, y), first));
            }
        }
    return nearest_px <= largest_px + MARGIN_PX;
}

// The texture is chosen out here, not at every fetch.
bool is_touched(int slot, ivec2 first, ivec2 blocks) {
#if SLICES > 6
    if (slot / 4 == 2) return is_touched(u_cover_2, slot, first, blocks);
#endif
#if SLICES > 2
    if (slot / 4 == 1) return is_touched(u_cover_1, slot, first, blocks);
#endif
    return is_touched(u_cover_0, slot, first, blocks);
}

void main() {
    ivec2 blocks = textureSize(u_cover_0, 0);
    int tiles_y = (blocks.y + BLOCKS - 1) / BLOCKS;
    int slot = int(gl_FragCoord.y) / tiles_y;
    ivec2 first = ivec2(gl_FragCoord.x, int(gl_FragCoord.y) % tiles_y) * BLOCKS;
    ivec2 low = max(first - 1, ivec2(0)), high = min(first + BLOCKS, blocks - 1);
    bool covers_all = true, is_sharp = false;
    for (int y = low.y; y <= high.y; ++y)
        for (int x = low.x; x <= high.x; ++x) {
            float cover = cover_at(slot, ivec2(x, y));
            covers_all = covers_all && cover < 0.0;
            is_sharp = is_sharp || cover_at(SLICES + 1, ivec2(x, y)) != 0.0;
        }
    bool touched = slot < SLICES ? is_touched(slot, first, blocks) : is_sharp;
    o_tile = vec2(touched ? 1.0 : 0.0, covers_all ? 1.0 : 0.0);
}
