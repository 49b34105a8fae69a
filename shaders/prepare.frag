#version 330
// Colour and signed CoC at the size the slices are blurred at: that of the picture, or half of it.
//
// Where 2 × 2 pixels become one, it gets the CoC of the brightest of them, and the light of those
// that share it; alpha is how many do. An average CoC would belong to nothing in the scene, and an
// average colour would carry what is in focus into the blur.
#include "inc/coc.glsl"
#include "inc/energy.glsl"

layout(location = 0) out vec4 o_color;  // premultiplied; alpha = share of the pixel
layout(location = 1) out float o_coc;   // signed CoC [px of the picture]

#if SCALE == 2
const float ALIKE_PX = 1.0;   // CoCs that differ by less share a pixel,
const float ALIKE_PART = 0.1; // or by less than this part of them

void main() {
    ivec2 last = textureSize(u_source, 0) - 1;
    vec4 light[4];
    vec4 coc_px;
    float most = -1.0, chosen_px = 0.0;
    for (int i = 0; i < 4; ++i) {
        ivec2 at = min(2 * ivec2(gl_FragCoord.xy) + ivec2(i & 1, i >> 1), last);
        light[i] = light_at(at);
        coc_px[i] = coc_at(at);
        float weight = energy(light[i].rgb) * light[i].a;
        if (weight > most) {
            most = weight;
            chosen_px = coc_px[i];
        }
    }
    vec4 color = vec4(0.0);
    float sum_px = 0.0;
    for (int i = 0; i < 4; ++i) {
        float apart = abs(coc_px[i] - chosen_px);
        if (apart > max(ALIKE_PX, ALIKE_PART * abs(chosen_px))) continue;
        color += light[i];
        sum_px += coc_px[i] * light[i].a;
    }
    o_color = 0.25 * color;
    o_coc = color.a > 0.0 ? sum_px / color.a : chosen_px;
}
#else
void main() {
    o_color = light_at(ivec2(gl_FragCoord.xy));
    o_coc = coc_at(ivec2(gl_FragCoord.xy));
}
#endif
