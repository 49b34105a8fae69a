#version 330
// One pass of Kawase's filter: four bilinear reads at the corners of a square, each pixel its own.
// M. Kawase 2003, Frame Buffer Postprocessing Effects in DOUBLE-S.T.E.A.L, GDC. Cost: 5 fetches.
//
// Kawase's pass i reads at ±(i + 1/2) px. Here a pass is asked for a variance, and its offset follows.
#include "inc/sigma.glsl"

uniform sampler2D u_color;  // linear light, premultiplied; LINEAR, clamped at the border
uniform sampler2D u_place;  // where each pixel is on the bank's axis [knots]
uniform float u_share;      // of the whole blur's variance that this pass adds
uniform vec2 u_stretch;     // of σ along x and y: what the aperture's frame makes of it

out vec4 o_color;

// The offset at which a pair of reads at ±offset has this variance [px²], that of the bilinear reads
// included: with offset = n + f it is offset² + f (1 - f) = n² + (2 n + 1) f, linear between integers.
float offset_px(float variance) {
    float whole = floor(sqrt(variance));
    return whole + (variance - whole * whole) / (2.0 * whole + 1.0);
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float sigma = sigma_px(texelFetch(u_place, pixel, 0).x);
    if (sigma <= 0.0) {
        o_color = texelFetch(u_color, pixel, 0);
        return;
    }
    vec2 variance = u_share * sigma * sigma * u_stretch * u_stretch;
    vec2 size = vec2(textureSize(u_color, 0));
    vec2 to = vec2(offset_px(variance.x), offset_px(variance.y)) / size;
    vec2 uv = gl_FragCoord.xy / size;
    o_color = 0.25 * (textureLod(u_color, uv + to, 0.0) + textureLod(u_color, uv - to, 0.0)
                    + textureLod(u_color, uv + vec2(to.x, -to.y), 0.0)
                    + textureLod(u_color, uv + vec2(-to.x, to.y), 0.0));
}
