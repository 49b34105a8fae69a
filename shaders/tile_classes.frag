#version 330
// What a slice has to do in a tile: 0 nothing, 0.2 be there for its neighbours (something nearer covers
// the tile, blurred or not), 0.4 be blurred; 0.8 and 0.6 the same behind a foreground, or, in front,
// behind a nearer slice.
//
// Above the slices, what the picture is made of in a tile: 0 what is sharp alone, 0.25 with slices
// behind, 0.5 in front too; 1 and 0.75 these two with nothing that is sharp.
#include "inc/reach.glsl"

uniform sampler2D u_tiles;  // (touched, covered) of slices above each other

out float o_class;

// Whether slot `nearer` still covers the tile after its blur, and its neighbours, from which the
// later layers of a cascade read.
bool covers(int nearer, ivec2 tile, ivec2 tiles) {
    float blurred_px = nearer < SLICES ? reach_px(nearer) : 0.0;
    int reach = 1 + int(ceil(blurred_px / float(TILE)));
    for (int y = -reach; y <= reach; ++y)
        for (int x = -reach; x <= reach; ++x) {
            ivec2 at = clamp(tile + ivec2(x, y), ivec2(0), tiles - 1);
            if (texelFetch(u_tiles, ivec2(at.x, at.y + nearer * tiles.y), 0).g < 0.5) return false;
        }
    return true;
}

bool is_hidden(int slot, ivec2 tile, ivec2 tiles) {
    bool is_behind = slot < BEHINDS;
    for (int i = 0; is_behind && i < slot; ++i)
        if (covers(i, tile, tiles)) return true;
    if (is_behind && covers(SLICES, tile, tiles)) return true;
    for (int i = is_behind ? BEHINDS : slot + 1; i < SLICES; ++i)
        if (covers(i, tile, tiles)) return true;
    return false;
}

bool is_touched(int slot, ivec2 tile, ivec2 tiles) {
    return texelFetch(u_tiles, ivec2(tile.x, tile.y + slot * tiles.y), 0).r > 0.5;
}

bool is_behind_a_front(int slot, ivec2 tile, ivec2 tiles) {
    for (int i = max(slot + 1, BEHINDS); i < SLICES; ++i)
        if (is_touched(i, tile, tiles)) return true;
    return false;
}

float slice_class(int slot, ivec2 tile, ivec2 tiles) {
    if (!is_touched(slot, tile, tiles)) return 0.0;
    float open = is_hidden(slot, tile, tiles) ? 0.2 : 0.4;
    return is_behind_a_front(slot, tile, tiles) ? 1.0 - open : open;
}

float picture_class(ivec2 tile, ivec2 tiles) {
    vec2 sharp = texelFetch(u_tiles, ivec2(tile.x, tile.y + SLICES * tiles.y), 0).rg;
    if (is_behind_a_front(-1, tile, tiles)) return sharp.r > 0.5 ? 0.5 : 0.75;
    if (sharp.r < 0.5) return 1.0;
    return sharp.g > 0.5 ? 0.0 : 0.25;
}

void main() {
    ivec2 tiles = textureSize(u_tiles, 0) / ivec2(1, SLICES + 1);
    int slot = int(gl_FragCoord.y) / tiles.y;
    ivec2 tile = ivec2(gl_FragCoord.x, int(gl_FragCoord.y) % tiles.y);
    o_class = slot == SLICES ? picture_class(tile, tiles) : slice_class(slot, tile, tiles);
}
