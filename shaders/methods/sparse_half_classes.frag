#version 330
// What is drawn in a tile: 0 neither size, 0.25 full size, 0.75 half size, 0.5 both. A cascade's later
// layers read beyond a tile what earlier ones wrote, so what is needed nearby is drawn here too.
// Cost: up to (2 u_margins + 1)² fetches a tile, of each.

uniform sampler2D u_needs;   // of tiles: 1 or 0 of full size; of half size
uniform ivec2 u_margins;     // how many tiles away is near, for each

out float o_class;

bool is_near(ivec2 tile, int size) {
    ivec2 last = textureSize(u_needs, 0) - 1;
    int margin = u_margins[size];
    for (int y = -margin; y <= margin; ++y)
        for (int x = -margin; x <= margin; ++x) {
            ivec2 at = clamp(tile + ivec2(x, y), ivec2(0), last);
            if (texelFetch(u_needs, at, 0)[size] > 0.5) return true;
        }
    return false;
}

void main() {
    ivec2 tile = ivec2(gl_FragCoord.xy);
    bool needs_full = is_near(tile, 0), needs_half = is_near(tile, 1);
    o_class = needs_full ? (needs_half ? 0.5 : 0.25) : (needs_half ? 0.75 : 0.0);
}
