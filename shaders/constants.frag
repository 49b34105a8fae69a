#version 330
// A layer of one cascade whose taps stand in the source: what a blur costs that is the same at every
// pixel, to measure against what reading a bank adds. Needs LAYER: a TAP(x, y, weight) for each tap.
// Cost: as many fetches as there are taps.
uniform sampler2D u_color;  // linear light, premultiplied; LINEAR, clamped at the border

out vec4 o_color;

// Offset: where the pixel reads [px, +y up].
#define TAP(x, y, weight) sum += (weight) * textureLod(u_color, uv + vec2(x, y) * pixel_uv, 0.0);

void main() {
    vec2 pixel_uv = 1.0 / vec2(textureSize(u_color, 0));
    vec2 uv = gl_FragCoord.xy * pixel_uv;
    vec4 sum = vec4(0.0);
    LAYER
    o_color = sum;
}
