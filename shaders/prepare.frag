#version 330
// Colour and signed CoC at the size the slices are blurred at: that of the picture, or half of it.
//
// Where 2 × 2 pixels become one, it gets the CoC of the brightest of them, and the light of those
// that share it; alpha is how many do. An average CoC would belong to nothing in the scene, and an
// average colour would carry what is in focus into the blur. A broken pixel (NaN, Inf) is left out.
#include "inc/coc.glsl"

layout(location = 0) out vec4 o_color;  // premultiplied; alpha = share of the pixel
layout(location = 1) out vec2 o_coc;    // (signed CoC [px of the picture], whether a pixel is sharp)

#if SCALE == 2
const float ALIKE_PX = 1.0;   // CoCs that differ by less share a pixel,
const float ALIKE_PART = 0.1; // or by less than this part of them

// Sound light, and alpha 0 for a broken pixel.
vec4 sound_light(ivec2 pixel) {
    vec3 color = texelFetch(u_source, pixel, 0).rgb;
    return is_sound(color) ? vec4(held(within_half(color)), 1.0) : vec4(0.0);
}

float brightness(vec4 light) { return light.a * (1.0 + light.r + light.g + light.b); }

float depth_at(ivec2 pixel) { return texelFetch(u_depth, pixel, 0).r; }

void main() {
    ivec2 near = 2 * ivec2(gl_FragCoord.xy);
    ivec2 far = min(near + 1, textureSize(u_source, 0) - 1);
    near = min(near, far);
    ivec2 beside = ivec2(far.x, near.y), above = ivec2(near.x, far.y);
    vec4 a = sound_light(near), b = sound_light(beside), c = sound_light(above), d = sound_light(far);
    vec4 depth = vec4(depth_at(near), depth_at(beside), depth_at(above), depth_at(far));
    vec4 tilt_px = tilt_at(near) + vec4(0.0, u_tilt.x, u_tilt.y, u_tilt.x + u_tilt.y);
    vec4 coc_px = coc_of(depth, tilt_px);

    vec4 bright = vec4(brightness(a), brightness(b), brightness(c), brightness(d));
    vec2 low = bright.x >= bright.y ? vec2(bright.x, coc_px.x) : vec2(bright.y, coc_px.y);
    vec2 high = bright.z >= bright.w ? vec2(bright.z, coc_px.z) : vec2(bright.w, coc_px.w);
    float chosen_px = low.x >= high.x ? low.y : high.y;

    vec4 apart = abs(coc_px - chosen_px);
    vec4 share = 0.25 * vec4(lessThanEqual(apart, vec4(max(ALIKE_PX, ALIKE_PART * abs(chosen_px)))));
    o_color = share.x * a + share.y * b + share.z * c + share.w * d;
    float sum_px = dot(share * coc_px, vec4(a.a, b.a, c.a, d.a));
    o_coc.r = o_color.a > 0.0 ? sum_px / o_color.a : chosen_px;
    float sharpest_px = min(min(abs(coc_px.x), abs(coc_px.y)), min(abs(coc_px.z), abs(coc_px.w)));
    o_coc.g = sharpest_px < BLURRED_PX ? 1.0 : 0.0;
}
#else
void main() {
    ivec2 pixel = min(ivec2(gl_FragCoord.xy), textureSize(u_source, 0) - 1);
    o_color = light_at(pixel);
    float coc_px = coc_at(pixel);
    o_coc = vec2(coc_px, abs(coc_px) < BLURRED_PX ? 1.0 : 0.0);
}
#endif
