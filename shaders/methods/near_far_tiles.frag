#version 330
// The largest disc in front of focus in each tile of TILE x TILE texels of half size.
// Cost: TILE² fetches a tile: one a texel.

uniform sampler2D u_half;  // .a: signed CoC [px of the picture]

out float o_near_px;  // CoC radius [px of the picture], 0 where nothing is in front

void main() {
    ivec2 last = textureSize(u_half, 0) - 1;
    ivec2 corner = TILE * ivec2(gl_FragCoord.xy);
    float largest_px = 0.0;
    for (int y = 0; y < TILE; ++y) {
        for (int x = 0; x < TILE; ++x) {
            float coc_px = texelFetch(u_half, min(corner + ivec2(x, y), last), 0).a;
            largest_px = max(largest_px, -coc_px);
        }
    }
    o_near_px = largest_px;
}
