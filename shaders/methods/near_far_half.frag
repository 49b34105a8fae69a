#version 330
// The picture at half size with its signed CoC in alpha. Of 2 x 2 pixels the nearest side wins (near
// over in focus over far), and a texel has the light of that side alone, so that sides do not mix.
// A broken pixel (NaN, Inf) is left out. Cost: 4 fetches of colour and 4 of depth a texel.
#include "inc/coc.glsl"
#include "inc/near_far.glsl"

out vec4 o_half;  // (linear light, signed CoC [px of the picture])

// -1 in front, 0 in focus, 1 behind.
float side_of(float coc_px) {
    return float(coc_px > SHARP_PX) - float(coc_px < -SHARP_PX);
}

void main() {
    ivec2 last = textureSize(u_source, 0) - 1;
    ivec2 corner = 2 * ivec2(gl_FragCoord.xy);
    float nearest_px = coc_at(min(corner, last));
    for (int i = 1; i < 4; ++i) {
        nearest_px = min(nearest_px, coc_at(min(corner + ivec2(i % 2, i / 2), last)));
    }
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 4; ++i) {
        ivec2 pixel = min(corner + ivec2(i % 2, i / 2), last);
        vec3 light = texelFetch(u_source, pixel, 0).rgb;
        if (is_sound(light) && side_of(coc_at(pixel)) == side_of(nearest_px)) {
            sum += vec4(held(within_half(light)), 1.0);
        }
    }
    o_half = vec4(sum.rgb / max(sum.a, 1.0), nearest_px);
}
