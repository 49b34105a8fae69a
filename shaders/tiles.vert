#version 330
// One point sprite a tile, thrown out where the tile's class says there is nothing to do. A sprite and
// not a quad: along the diagonal of two triangles every pixel would be shaded twice.
//
// They lie at depth 0, where that matters.
//
// The viewport is the whole grid of tiles, also where it goes past the target's edge: a point is thrown
// out by its middle.

uniform sampler2D u_classes;  // of tiles; slices above each other
uniform ivec2 u_tiles;        // how many, x and y
uniform float u_tile_px;      // side of one, px of the target
uniform int u_slice;
uniform vec2 u_wanted;        // smallest and largest class that is drawn

void main() {
    ivec2 tile = ivec2(gl_VertexID % u_tiles.x, gl_VertexID / u_tiles.x);
    float found = texelFetch(u_classes, ivec2(tile.x, tile.y + u_slice * u_tiles.y), 0).r;
    vec2 middle = 2.0 * (vec2(tile) + 0.5) / vec2(u_tiles) - 1.0;
    bool is_wanted = found >= u_wanted.x && found <= u_wanted.y;
    gl_Position = is_wanted ? vec4(middle, -1.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = u_tile_px;
}
