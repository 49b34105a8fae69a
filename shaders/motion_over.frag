#version 330
// A blurred part over what is behind it; what stands before it keeps its place.
#include "inc/body_depth.glsl"
#include "inc/over.glsl"

uniform sampler2D u_color;        // the part, blurred, premultiplied
uniform sampler2D u_still_depth;  // window depth of what is still
uniform vec2 u_still_to_whole;    // factor and bias from it to that of the whole scene's camera

out vec4 o_color;  // premultiplied: blended over

// How much of a pixel what stands before the body leaves free. A depth buffer has one depth a pixel,
// so its edges are steps; a tent of 3 × 3 px makes of them the soft edges that the picture has.
float open_at(ivec2 pixel, float depth) {
    ivec2 last = textureSize(u_still_depth, 0) - 1;
    float open = 0.0;
    for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x) {
            ivec2 at = clamp(pixel + ivec2(x, y), ivec2(0), last);
            float weight = (x == 0 ? 0.6 : 0.2) * (y == 0 ? 0.6 : 0.2);
            float still = texelFetch(u_still_depth, at, 0).r * u_still_to_whole.x + u_still_to_whole.y;
            open += still < depth ? 0.0 : weight;
        }
    return open;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 color = sound_slice(texelFetch(u_color, pixel, 0));
    o_color = color * open_at(pixel, body_depth(pixel));
}
