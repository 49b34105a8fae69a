#version 330
// One layer of a cascade: a bilinear read a tap, placed and weighted by the bank, per pixel.
// Twin: blur_varying() in fitter/twin.py. Cost: a fetch a tap, those of inc/bank.glsl and one; with
// VEIL two and one a tap more; with FRAMED one more.
#include "inc/bank.glsl"
#ifdef PART
#include "inc/part.glsl"
#endif
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
#ifdef FRAMED
uniform sampler2D u_frames;  // each pixel's own frame: columns, px to px, +y down
uniform vec2 u_to_uv;        // (1, -1) / size; with PART (1, -1)
#else
uniform mat2 u_frame;       // bank offset (px, +y down) to uv: (1, -1) / size for an upright kernel;
                            // with PART to px, +y up
#endif

out vec4 o_color;

vec2 uv;
mat2 frame;  // bank offset (px, +y down) to uv; with PART to px, +y up
vec4 sum = vec4(0.0);

#if defined(VEIL) || defined(CAT_EYE)
const float SHUT = 0.02;      // less than this share of the aperture open: nothing to divide by
const float TAP_RADII = 0.35;  // about how far from its place a tap of the first layer stands for

vec4 all = vec4(0.0);
float open = 0.0;
float radius;  // [px of the picture]
#ifdef VEIL
float ratio;  // CoC of the foreground over that of what is blurred
#endif

void add_tap(vec2 offset, float weight) {
    vec2 to = frame * offset;
    float seen = 1.0;
#ifdef VEIL
    seen = open_at(uv - ratio * to);
#endif
#ifdef CAT_EYE
    seen *= through_rim(-offset * u_scale / radius, uv, TAP_RADII);
#endif
    vec4 light = weight * textureLod(u_color, uv + to, 0.0);
    all += light;
    sum += seen * light;
    open += seen * weight;
}
#else
void add_tap(vec2 offset, float weight) {
#ifdef PART
    sum += weight * textureLod(u_color, part_uv(frame * offset), 0.0);
#else
    sum += weight * textureLod(u_color, uv + frame * offset, 0.0);
#endif
}
#endif

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec2 place = texelFetch(u_place, pixel, 0).xy;
#ifdef IDENTITY_FIRST  // the bank's first knot is the identity: what is sharp costs one fetch
    if (place.x <= 0.0) {
        o_color = texelFetch(u_color, pixel, 0);
        return;
    }
#endif
    uv = gl_FragCoord.xy / vec2(textureSize(u_color, 0));
#ifdef FRAMED
    vec4 columns = texelFetch(u_frames, pixel, 0);
    frame = mat2(u_to_uv * columns.xy, u_to_uv * columns.zw);
#else
    frame = u_frame;
#endif
#if defined(VEIL) || defined(CAT_EYE)
    radius = radius_px(place.x);
#ifdef VEIL
    ratio = veil_px(uv) / radius;
#endif
#endif
    add_taps(place);
#if defined(VEIL) || defined(CAT_EYE)
    o_color = open > SHUT ? sum / open : all;
#else
    o_color = sum;  // a layer's weights sum to 1: the bank's checks see to it
#endif
}
