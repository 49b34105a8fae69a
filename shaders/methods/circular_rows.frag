#version 330
// Discs by complex Gaussians, first half: along the rows, all components at once.
// Source: O. Niemitalo 2010; K. Garcia 2017; see realtime/methods/circular.py.
// Cost: 2 + 2 n + (n + 1) · COMPONENTS fetches, n = ceil(REACH · radius - 1/2).
//
// Weights are even: a component's weight serves both sides.
#include "inc/circular.glsl"

uniform sampler2D u_color;  // linear light, premultiplied
uniform sampler2D u_place;  // where each pixel is on the bank's axis [knots]

layout(location = 0) out vec4 o_rows[2 * COMPONENTS];  // real, imaginary, of one after the other

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float radius = max(radius_px(texelFetch(u_place, pixel, 0).x), LEAST_RADIUS_PX);
    int last = textureSize(u_color, 0).x - 1;
    vec4 light = texelFetch(u_color, pixel, 0);
    vec4 rows[2 * COMPONENTS];
    vec2 inner[COMPONENTS];
    for (int i = 0; i < COMPONENTS; ++i) {
        inner[i] = light_up_to(i, 0.5, radius);
        rows[2 * i] = 2.0 * inner[i].x * light;
        rows[2 * i + 1] = 2.0 * inner[i].y * light;
    }
    int taps = circular_taps(radius);
    for (int x = 1; x <= taps; ++x) {
        light = texelFetch(u_color, ivec2(max(pixel.x - x, 0), pixel.y), 0)
              + texelFetch(u_color, ivec2(min(pixel.x + x, last), pixel.y), 0);
        for (int i = 0; i < COMPONENTS; ++i) {
            vec2 outer = light_up_to(i, float(x) + 0.5, radius);
            vec2 weight = outer - inner[i];
            rows[2 * i] += weight.x * light;
            rows[2 * i + 1] += weight.y * light;
            inner[i] = outer;
        }
    }
    o_rows = rows;
}
