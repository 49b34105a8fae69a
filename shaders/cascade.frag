#version 330
// One layer of a cascade: TAPS bilinear reads, placed and weighted by the bank, per pixel.
// Twin: blur_varying() in fitter/twin.py. Cost: 1 + 2 · TAPS fetches.
#include "inc/bank.glsl"

uniform sampler2D u_color;  // linear light, premultiplied; LINEAR, clamped at the border
uniform sampler2D u_place;  // where each pixel is on the bank's axes [knots]
uniform vec2 u_step;        // one px of a bank offset in uv: (1, -1) / size since the bank's +y is
                            // down; negated, the kernel is turned by 180°

out vec4 o_color;

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
    for (int i = 0; i < TAPS; ++i) {
        vec3 tap = bank_tap(i, place);
        sum += tap.z * textureLod(u_color, uv + tap.xy * u_step, 0.0);
    }
    o_color = sum;  // a layer's weights sum to 1: the bank's checks see to it
}
