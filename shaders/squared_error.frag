#version 330
// Squared differences of two pictures as they are judged, summed over BLOCK × BLOCK pixels and over
// red, green and blue: the first step to a PSNR. Sums of sums keep float's rounding small.
#include "inc/judged.glsl"

uniform sampler2D u_picture;    // exposed linear light
uniform sampler2D u_reference;  // the same, of the same size

out float o_sum;

void main() {
    ivec2 first = ivec2(gl_FragCoord.xy) * BLOCK;
    ivec2 end = min(first + BLOCK, textureSize(u_picture, 0));
    o_sum = 0.0;
    for (int y = first.y; y < end.y; ++y)
        for (int x = first.x; x < end.x; ++x) {
            vec3 apart = judged(texelFetch(u_picture, ivec2(x, y), 0).rgb) -
                         judged(texelFetch(u_reference, ivec2(x, y), 0).rgb);
            o_sum += dot(apart, apart);
        }
}
