#version 330
// To half the size: the picture, where each texel then is on the bank's axis, and which of the two sizes
// its four pixels need. Cost: 13 fetches a texel of half the size.
//
// Four reads, 3/4 px off each way, have weights (1, 3, 3, 1) / 8 along an axis: the least with which a
// point keeps its centre, wherever in its texel it is. That softens what is coming up again softer
// still, so a part of four other reads, so far off that they keep centres too, is taken off.
// Along an axis the first have the variance 3/4 px², the others 15/4 px².

uniform sampler2D u_color;         // linear light, premultiplied; LINEAR, clamped at the border
uniform sampler2D u_place;         // where each pixel is on the bank's axis [knots]
uniform sampler2D u_coarse_place;  // from that to the place at half the size, CELLS a knot; LINEAR
uniform vec2 u_mixed;              // up to .x full size alone, from .y on half size alone [knots]

layout(location = 0) out vec4 o_color;
layout(location = 1) out float o_place;  // [knots]
layout(location = 2) out vec2 o_needs;   // 1 where a pixel needs full size; half size

const float NEAR_PX = 0.75, FAR_PX = 1.875;

vec4 corners(vec2 uv, vec2 one) {
    vec2 other = vec2(one.x, -one.y);
    return 0.25 * (textureLod(u_color, uv + one, 0.0) + textureLod(u_color, uv - one, 0.0)
                 + textureLod(u_color, uv + other, 0.0) + textureLod(u_color, uv - other, 0.0));
}

vec4 halved() {
    // A texel lies over two pixels each way, also past an odd edge: nothing shifts.
    vec2 pixel = 1.0 / vec2(textureSize(u_color, 0));
    vec2 uv = 2.0 * gl_FragCoord.xy * pixel;
    return mix(corners(uv, NEAR_PX * pixel), corners(uv, FAR_PX * pixel), -SHARPEN);
}

float coarse_place(float place) {
    float cells = float(textureSize(u_coarse_place, 0).x);
    return textureLod(u_coarse_place, vec2((place * float(CELLS) + 0.5) / cells, 0.5), 0.0).r;
}

bool needs_full(float place) {
#ifdef IDENTITY_FIRST  // what is sharp is copied
    return place > 0.0 && place < u_mixed.y;
#else
    return place < u_mixed.y;
#endif
}

void main() {
    o_color = halved();
    ivec2 first = 2 * ivec2(gl_FragCoord.xy), last = textureSize(u_place, 0) - 1;
    float largest = 0.0;
    o_needs = vec2(0.0);
    for (int i = 0; i < 4; ++i) {
        float place = texelFetch(u_place, min(first + ivec2(i & 1, i >> 1), last), 0).r;
        largest = max(largest, place);
        if (needs_full(place)) o_needs.x = 1.0;
        if (place > u_mixed.x) o_needs.y = 1.0;
    }
    // Not their mean: where small kernels meet large ones, small ones are drawn at full size.
    o_place = coarse_place(largest);
}
