#version 330
// Discs by complex Gaussians, second half: along the columns, and the components' sum.
// Source: O. Niemitalo 2010; K. Garcia 2017; see realtime/methods/circular.py.
// Cost: 1 + ((2 n + 1) · 2 + n + 1) · COMPONENTS fetches, n = ceil(REACH · radius - 1/2).
//
// The kernel has negative lobes: less than no light, or alpha, is made 0.
#include "inc/circular.glsl"

uniform sampler2D u_place;        // where each pixel is on the bank's axis [knots]
uniform sampler2D u_real_0;       // the picture after each component's rows
uniform sampler2D u_imaginary_0;
#if COMPONENTS > 1
uniform sampler2D u_real_1;
uniform sampler2D u_imaginary_1;
#endif
#if COMPONENTS > 2
uniform sampler2D u_real_2;
uniform sampler2D u_imaginary_2;
#endif
uniform vec2 u_shares[COMPONENTS];  // what each counts: complex

out vec4 o_color;

ivec2 pixel;
int last;     // row
float radius; // [px]
int taps;

// A component's rows, weighted by complex numbers: the real part of the sum.
vec4 column_of(sampler2D real, sampler2D imaginary, int component) {
    vec2 share = u_shares[component];
    vec2 inner = light_up_to(component, 0.5, radius);
    vec2 weight = 2.0 * inner;
    vec2 both = vec2(share.x * weight.x - share.y * weight.y, share.x * weight.y + share.y * weight.x);
    vec4 sum = both.x * texelFetch(real, pixel, 0) - both.y * texelFetch(imaginary, pixel, 0);
    for (int y = 1; y <= taps; ++y) {
        vec2 outer = light_up_to(component, float(y) + 0.5, radius);
        weight = outer - inner;
        both = vec2(share.x * weight.x - share.y * weight.y, share.x * weight.y + share.y * weight.x);
        ivec2 below = ivec2(pixel.x, max(pixel.y - y, 0)), above = ivec2(pixel.x, min(pixel.y + y, last));
        sum += both.x * (texelFetch(real, below, 0) + texelFetch(real, above, 0))
             - both.y * (texelFetch(imaginary, below, 0) + texelFetch(imaginary, above, 0));
        inner = outer;
    }
    return sum;
}

void main() {
    pixel = ivec2(gl_FragCoord.xy);
    radius = max(radius_px(texelFetch(u_place, pixel, 0).x), LEAST_RADIUS_PX);
    last = textureSize(u_real_0, 0).y - 1;
    taps = circular_taps(radius);
    vec4 sum = column_of(u_real_0, u_imaginary_0, 0);
#if COMPONENTS > 1
    sum += column_of(u_real_1, u_imaginary_1, 1);
#endif
#if COMPONENTS > 2
    sum += column_of(u_real_2, u_imaginary_2, 2);
#endif
    o_color = max(sum, 0.0);
}
