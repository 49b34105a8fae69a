// Reading the covers that spread_start.frag wrote: of every block, the largest radius of a slice in it
// [px], negative where it covers all of it, 0 where there is none. Needs SLICES.

uniform sampler2D u_cover_0;  // of four slots each
#if SLICES > 2
uniform sampler2D u_cover_1;
#endif
#if SLICES > 6
uniform sampler2D u_cover_2;
#endif

float cover_at(int slot, ivec2 at) {
    int four = slot / 4;
    vec4 cover = texelFetch(u_cover_0, at, 0);
#if SLICES > 2
    if (four == 1) cover = texelFetch(u_cover_1, at, 0);
#endif
#if SLICES > 6
    if (four == 2) cover = texelFetch(u_cover_2, at, 0);
#endif
    return cover[slot % 4];
}
