#version 330
// What depth of field decided about a picture, to look at. VIEW: 0 the CoC, 1 slices, 2 tiles.
//
// CoC: blue in front of focus, orange behind, black in focus, brighter with the radius; a dark line
// every 4 px of radius. Slices: each its own colour, cold in front and warm behind, paler the farther
// from focus; grey is sharp. Tiles: brighter the more slices are blurred there; blue where one of them
// lies behind a foreground, a dark rim where nothing is sharp.
#include "inc/slices.glsl"

#if VIEW < 2
uniform sampler2D u_coc;       // signed CoC of the picture [px]
#endif
#if VIEW == 0
uniform float u_largest_px;    // radius that is shown brightest
#endif
#if VIEW == 2
uniform sampler2D u_classes;   // see tile_classes.frag
uniform vec2 u_blurred;        // smallest and largest class of what is blurred,
uniform vec2 u_veiled;         // of what is so behind a foreground,
uniform vec2 u_with_sharp;     // and of the picture where something is sharp
#endif
uniform vec2 u_covered;        // px of the picture that the texture covers
uniform vec2 u_corner;         // of the picture's part that is drawn [px]

out vec4 o_color;

const vec3 COLD = vec3(0.05, 0.25, 0.9), WARM = vec3(0.95, 0.35, 0.05), SHARP = vec3(0.25);

#if VIEW == 0
vec3 view(vec2 uv) {
    float coc_px = textureLod(u_coc, uv, 0.0).r;
    float part = clamp(abs(coc_px) / u_largest_px, 0.0, 1.0);
    float line = 0.5 + 0.5 * smoothstep(0.0, 0.3, abs(fract(abs(coc_px) / 4.0 + 0.5) - 0.5) * 4.0);
    return (coc_px < 0.0 ? COLD : WARM) * part * line;
}
#elif VIEW == 1
vec3 of_side(float radius_px, int side, int count, vec3 hue) {
    vec3 color = vec3(0.0);
    for (int i = 0; i < count; ++i) {
        float outer = i + 1 < count ? rise(radius_px, cut_at(i + 1, side)) : 0.0;
        float share = max(rise(radius_px, cut_at(i, side)) - outer, 0.0);
        float paler = float(i) / float(max(count, 2));
        color += share * mix(hue, vec3(1.0), paler * paler) * (0.4 + 0.6 * paler);
    }
    return color;
}

vec3 view(vec2 uv) {
    float coc_px = textureLod(u_coc, uv, 0.0).r;
    vec3 sharp = SHARP * sharp_mask(coc_px);
    if (coc_px < 0.0) return sharp + of_side(-coc_px, FRONT, FRONTS, COLD);
    return sharp + of_side(coc_px, BEHIND, BEHINDS, WARM);
}
#else
bool is_within(float found, vec2 classes) { return found >= classes.x && found <= classes.y; }

vec3 view(vec2 uv) {
    ivec2 tiles = textureSize(u_classes, 0) / ivec2(1, SLICES + 1);
    vec2 at = uv * vec2(tiles);
    ivec2 tile = min(ivec2(at), tiles - 1);
    float blurred = 0.0, veiled = 0.0;
    for (int i = 0; i < SLICES; ++i) {
        float found = texelFetch(u_classes, ivec2(tile.x, tile.y + i * tiles.y), 0).r;
        blurred += is_within(found, u_blurred) ? 1.0 : 0.0;
        veiled = max(veiled, is_within(found, u_veiled) ? 1.0 : 0.0);
    }
    float whole = texelFetch(u_classes, ivec2(tile.x, tile.y + SLICES * tiles.y), 0).r;
    vec2 side = abs(fract(at) - 0.5);
    float rim = !is_within(whole, u_with_sharp) && max(side.x, side.y) > 0.45 ? 0.3 : 1.0;
    return mix(WARM, COLD, veiled) * (blurred / float(SLICES)) * rim;
}
#endif

void main() { o_color = vec4(view((gl_FragCoord.xy + u_corner) / u_covered), 1.0); }
