#version 330
// A Gaussian along one axis, each pixel its own σ; drawn along rows, then along columns.
// Cost: 3 + 2 · ceil(1.5 σ) fetches, with taps to 3 σ, rounded up to an even number.
//
// Two neighbouring taps are one bilinear read between them, nearer to the heavier one (D. Rákos 2010,
// Efficient Gaussian blur with linear sampling). At the border both texels of a read are held by
// themselves, so this is exact there too. Weights go from one to the next by two products
// (K. Turkowski 2007, Incremental Computation of the Gaussian, GPU Gems 3, chapter 40).
#include "inc/sigma.glsl"

uniform sampler2D u_color;  // linear light, premultiplied; LINEAR, clamped at the border
uniform sampler2D u_place;  // where each pixel is on the bank's axis [knots]
uniform vec2 u_axis;        // (1, 0) along rows, (0, 1) along columns
uniform float u_stretch;    // of σ along this axis: what the aperture's frame makes of it

out vec4 o_color;

// From here on a Gaussian that is sampled at pixels has the variance σ² to 1e-3; below, it has too
// little. So what is below is this one mixed with the pixel itself, and has it exactly.
const float LEAST_SIGMA_PX = 0.8;

vec4 blurred(vec2 uv, float sigma) {
    vec2 to_uv = u_axis / vec2(textureSize(u_color, 0));
    vec4 sum = textureLod(u_color, uv, 0.0);
    float total = 1.0;
    float weight = 1.0;                          // of the tap before
    float ratio = exp(-0.5 / (sigma * sigma));   // of the next one to it
    float bend = ratio * ratio;                  // of the next ratio to this one
    int pairs = int(ceil(1.5 * sigma));
    for (int pair = 0; pair < pairs; ++pair) {
        float near = weight * ratio;
        ratio *= bend;
        float far = near * ratio;
        ratio *= bend;
        float both = near + far;
        vec2 offset = (float(2 * pair + 1) + far / both) * to_uv;
        sum += both * (textureLod(u_color, uv + offset, 0.0) + textureLod(u_color, uv - offset, 0.0));
        total += 2.0 * both;
        weight = far;
    }
    return sum / total;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float sigma = u_stretch * sigma_px(texelFetch(u_place, pixel, 0).x);
    vec4 own = texelFetch(u_color, pixel, 0);
    float share = min(sigma * sigma / (LEAST_SIGMA_PX * LEAST_SIGMA_PX), 1.0);
    o_color = own;
    if (share > 0.0) {
        vec2 uv = gl_FragCoord.xy / vec2(textureSize(u_color, 0));
        o_color = mix(own, blurred(uv, max(sigma, LEAST_SIGMA_PX)), share);
    }
}
