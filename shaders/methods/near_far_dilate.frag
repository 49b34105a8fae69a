#version 330
// How far a pixel has to look for what is in front of it: the largest disc of all tiles around that
// could reach. Cost: (2 AROUND + 1)² fetches a tile.
#include "inc/near_far.glsl"

uniform sampler2D u_tiles;  // largest CoC radius in front, a tile [px of the picture]

out float o_radius;  // texels of half size, 0 where nothing in front can reach

// Read between tiles, a value is used up to a tile from its tile's middle; and a disc lies up to half
// a tile from its own.
const float SLACK = 1.5;  // tiles

void main() {
    ivec2 tile = ivec2(gl_FragCoord.xy), last = textureSize(u_tiles, 0) - 1;
    float largest = 0.0;
    for (int y = -AROUND; y <= AROUND; ++y) {
        for (int x = -AROUND; x <= AROUND; ++x) {
            float near_px = texelFetch(u_tiles, clamp(tile + ivec2(x, y), ivec2(0), last), 0).r;
            float radius = near_px > SHARP_PX ? max(radius_of(near_px), LEAST_RADIUS) : 0.0;
            vec2 apart = max(abs(vec2(x, y)) - SLACK, 0.0) * float(TILE);
            if (radius > 0.0 && length(apart) <= radius + 1.0) largest = max(largest, radius);
        }
    }
    o_radius = largest;
}
