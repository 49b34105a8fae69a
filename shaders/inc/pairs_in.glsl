// Reading what inc/pairs.glsl wrote. Needs PAIRS.

uniform sampler2D u_pair_0;
#if PAIRS > 1
uniform sampler2D u_pair_1;
#endif
#if PAIRS > 2
uniform sampler2D u_pair_2;
#endif
#if PAIRS > 3
uniform sampler2D u_pair_3;
#endif

vec4 pair_at(int pair, ivec2 at) {
#if PAIRS > 3
    if (pair == 3) return texelFetch(u_pair_3, at, 0);
#endif
#if PAIRS > 2
    if (pair == 2) return texelFetch(u_pair_2, at, 0);
#endif
#if PAIRS > 1
    if (pair == 1) return texelFetch(u_pair_1, at, 0);
#endif
    return texelFetch(u_pair_0, at, 0);
}
