#version 330
// One quad a tile, collapsed where the tile's class says there is nothing to do.

uniform sampler2D u_classes;  // of tiles; slices above each other
uniform ivec2 u_tiles;        // how many, x and y
uniform vec2 u_tile_size;     // of a tile in the target, in clip space
uniform int u_slice;
uniform vec2 u_wanted;        // smallest and largest class that is drawn

void main() {
    ivec2 tile = ivec2(gl_InstanceID % u_tiles.x, gl_InstanceID / u_tiles.x);
    float found = texelFetch(u_classes, ivec2(tile.x, tile.y + u_slice * u_tiles.y), 0).r;
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 at = (vec2(tile) + corner) * u_tile_size - 1.0;  // past the edge: clipped
    bool is_wanted = found >= u_wanted.x && found <= u_wanted.y;
    gl_Position = is_wanted ? vec4(at, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
