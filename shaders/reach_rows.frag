#version 330
// The largest radius of every slice in every row of blocks: a column a slice.
#include "inc/covers.glsl"

out float o_radius;  // [px]

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    float largest_px = 0.0;
    for (int x = 0; x < textureSize(u_cover_0, 0).x; ++x)
        largest_px = max(largest_px, abs(cover_at(at.x, ivec2(x, at.y))));
    o_radius = largest_px;
}
