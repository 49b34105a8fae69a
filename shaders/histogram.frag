#version 330
// How often each CoC occurs, counted on a sparse grid: a column a bin (behind, then in front), a row
// a row of the grid.
#include "inc/bins.glsl"

uniform sampler2D u_coc;     // signed CoC [px]
uniform float u_largest_px;  // upper end of the last bin

out float o_count;

void main() {
    int bin = int(gl_FragCoord.x) % BINS;
    float side = int(gl_FragCoord.x) < BINS ? 1.0 : -1.0;
    int row = int(gl_FragCoord.y);
    ivec2 size = textureSize(u_coc, 0);
    int y = min(row * STEP + STEP / 2, size.y - 1);
    float count = 0.0;
    for (int x = (row & 1) * STEP / 2; x < size.x; x += STEP) {
        float radius_px = side * texelFetch(u_coc, ivec2(x, y), 0).r;
        if (radius_px >= SHARP_PX && bin_of(radius_px, u_largest_px) == bin) count += 1.0;
    }
    o_count = count;
}
