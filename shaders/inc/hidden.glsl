// What slices in front hide, one layer for each front slice that hides something. Needs HIDDEN, 0 … 4.

#if HIDDEN > 0
uniform vec2 u_size;  // of the picture that the layers cover, in px of the reading pass
uniform sampler2D u_hidden_0;
uniform sampler2D u_hidden_coc_0;
#endif
#if HIDDEN > 1
uniform sampler2D u_hidden_1;
uniform sampler2D u_hidden_coc_1;
#endif
#if HIDDEN > 2
uniform sampler2D u_hidden_2;
uniform sampler2D u_hidden_coc_2;
#endif
#if HIDDEN > 3
uniform sampler2D u_hidden_3;
uniform sampler2D u_hidden_coc_3;
#endif

vec4 hidden_color(int layer, vec2 uv) {
#if HIDDEN > 3
    if (layer == 3) return textureLod(u_hidden_3, uv, 0.0);
#endif
#if HIDDEN > 2
    if (layer == 2) return textureLod(u_hidden_2, uv, 0.0);
#endif
#if HIDDEN > 1
    if (layer == 1) return textureLod(u_hidden_1, uv, 0.0);
#endif
#if HIDDEN > 0
    return textureLod(u_hidden_0, uv, 0.0);
#else
    return vec4(0.0);
#endif
}

float hidden_coc(int layer, vec2 uv) {
#if HIDDEN > 3
    if (layer == 3) return textureLod(u_hidden_coc_3, uv, 0.0).r;
#endif
#if HIDDEN > 2
    if (layer == 2) return textureLod(u_hidden_coc_2, uv, 0.0).r;
#endif
#if HIDDEN > 1
    if (layer == 1) return textureLod(u_hidden_coc_1, uv, 0.0).r;
#endif
#if HIDDEN > 0
    return textureLod(u_hidden_coc_0, uv, 0.0).r;
#else
    return 0.0;
#endif
}
