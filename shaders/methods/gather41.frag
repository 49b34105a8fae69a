#version 330
// Depth of field in one pass: 41 bilinear taps, spread over the CoC of the pixel they are gathered
// for. No bank, no slices, no tiles. realtime/methods/gather41.py tells its source.
// Cost: 1 + 41 fetches. It is what others' times are measured against, so it is as lean as it gets.
#include "inc/coc.glsl"  // u_source: LINEAR, clamped at the border

uniform ivec2 u_corner;  // of the picture's part that is drawn [px]

out vec4 o_color;

const float COUNT = 41.0;

// Offset in radii. Written out: out of an array, the same taps took 46 ms where these take 34
// (llvmpipe, 960 x 540).
#define TAP(x, y) sum += textureLod(u_source, uv + radius_uv * vec2(x, y), 0.0);

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy) + u_corner;
    vec2 pixel_uv = 1.0 / vec2(textureSize(u_source, 0));
    vec2 uv = (vec2(pixel) + 0.5) * pixel_uv;
    vec2 radius_uv = abs(coc_at(pixel)) * pixel_uv;
    vec4 sum = vec4(0.0);
    // A sunflower: sqrt((i + 0.5) / 41), turned by i golden angles.
    TAP(0.1104, 0.0000) TAP(-0.1410, 0.1292) TAP(0.0216, -0.2460) TAP(0.1778, 0.2319)
    TAP(-0.3262, -0.0577) TAP(0.3090, -0.1966) TAP(-0.1034, 0.3845) TAP(-0.1971, -0.3796)
    TAP(0.4277, 0.1562) TAP(-0.4449, 0.1837) TAP(0.2145, -0.4584) TAP(0.1585, 0.5053)
    TAP(-0.4777, -0.2769) TAP(0.5604, -0.1232) TAP(-0.3420, 0.4865) TAP(-0.0790, -0.6098)
    TAP(0.4851, 0.4088) TAP(-0.6528, 0.0270) TAP(0.4761, -0.4738) TAP(-0.0319, 0.6889)
    TAP(-0.4530, -0.5429) TAP(0.7177, 0.0966) TAP(-0.6081, 0.4231) TAP(0.1662, -0.7386)
    TAP(0.3843, 0.6707) TAP(-0.7513, -0.2397) TAP(0.7298, -0.3372) TAP(-0.3162, 0.7555)
    TAP(-0.2822, -0.7845) TAP(0.7509, 0.3946) TAP(-0.8340, 0.2198) TAP(0.4741, -0.7373)
    TAP(0.1508, 0.8775) TAP(-0.7147, -0.5535) TAP(0.9142, -0.0757) TAP(-0.6319, 0.6831)
    TAP(0.0046, -0.9435) TAP(0.6426, 0.7083) TAP(-0.9649, -0.0894) TAP(0.7819, -0.5934)
    TAP(-0.1779, 0.9778)
    o_color = sum / COUNT;
}
