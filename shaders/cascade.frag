#version 330
// One layer of a cascade: TAPS bilinear reads, placed and weighted by the bank, per pixel.
// Twin: blur_varying() in fitter/twin.py. Cost: 1 + 2 · TAPS fetches, with VEIL and a foreground
// nearby 2 + 3 · TAPS.
#include "inc/bank.glsl"
#if defined(VEIL) || defined(CAT_EYE)
#include "inc/radius.glsl"
#endif
#ifdef VEIL
#include "inc/veil.glsl"
#endif
#ifdef CAT_EYE
#include "inc/cat_eye.glsl"
uniform float u_scale;  // px of the picture a texel
#endif

uniform sampler2D u_color;  // linear light, premultiplied; LINEAR, clamped at the border
uniform sampler2D u_place;  // where each pixel is on the bank's axes [knots]
uniform mat2 u_frame;       // bank offset (px, +y down) to uv: (1, -1) / size for an upright kernel

out vec4 o_color;

const float SHUT = 0.02;      // less than this share of the aperture open: nothing to divide by
const float TAP_RADII = 0.35;  // about how far from its place a tap of the first layer stands for

vec4 read(vec3 tap, vec2 uv) { return tap.z * textureLod(u_color, uv + u_frame * tap.xy, 0.0); }

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec2 place = texelFetch(u_place, pixel, 0).xy;
#ifdef IDENTITY_FIRST  // the bank's first knot is the identity: what is sharp costs one fetch
    if (place.x <= 0.0) {
        o_color = texelFetch(u_color, pixel, 0);
        return;
    }
#endif
    vec2 uv = gl_FragCoord.xy / vec2(textureSize(u_color, 0));
    vec4 sum = vec4(0.0);
#if defined(VEIL) || defined(CAT_EYE)
    float radius = radius_px(place.x);
    float ratio = 0.0;
    bool is_partly_shut = false;
#ifdef VEIL
    ratio = veil_px(uv) / radius;
    is_partly_shut = ratio > 0.0;
#endif
#ifdef CAT_EYE
    is_partly_shut = true;
#endif
    if (is_partly_shut) {
        vec4 all = vec4(0.0);
        float open = 0.0;
        for (int i = 0; i < TAPS; ++i) {
            vec3 tap = bank_tap(i, place);
            float seen = 1.0;
#ifdef VEIL
            if (ratio > 0.0) seen = open_at(uv - u_frame * tap.xy * ratio);
#endif
#ifdef CAT_EYE
            seen *= through_rim(-tap.xy * u_scale / radius, uv, TAP_RADII);
#endif
            vec4 light = read(tap, uv);
            all += light;
            sum += seen * light;
            open += seen * tap.z;
        }
        o_color = open > SHUT ? sum / open : all;
        return;
    }
#endif
    for (int i = 0; i < TAPS; ++i) sum += read(bank_tap(i, place), uv);
    o_color = sum;  // a layer's weights sum to 1: the bank's checks see to it
}
