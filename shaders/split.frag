#version 330
// Lift what is in front of the focus plane off the picture. It becomes a slice of its own, and
// leaves holes in the rest, which the fill closes: a blurred foreground is translucent at its edge,
// and shows there what a sharp picture does not.
#include "inc/hdr.glsl"
#include "inc/slices.glsl"

uniform sampler2D u_color;        // scene, exposed linear light
uniform sampler2D u_depth;        // window depth 0..1, sky 1
uniform vec2 u_depth_to_inverse;  // 1 / distance [1/m] = x + y * depth, along the view axis
uniform vec2 u_coc;               // CoC radius [px] = x - y / distance; + behind, - in front
uniform float u_max_coc_px;       // what the bank can blur

layout(location = 0) out vec4 o_rest;      // premultiplied by 1 - front; alpha = how well known
layout(location = 1) out float o_rest_coc; // CoC · alpha [px]
layout(location = 2) out vec4 o_front;     // premultiplied by front
layout(location = 3) out float o_front_coc;  // |CoC| · front [px]

// What a broken pixel (NaN, Inf) becomes: the mean of its sound neighbours; alpha 0 without any.
vec4 sound_mean(ivec2 pixel) {
    ivec2 last = textureSize(u_color, 0) - 1;
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 9; ++i) {
        ivec2 at = clamp(pixel + ivec2(i % 3, i / 3) - 1, ivec2(0), last);
        vec3 color = texelFetch(u_color, at, 0).rgb;
        if (is_sound(color)) sum += vec4(within_half(color), 1.0);
    }
    return sum.a > 0.0 ? sum / sum.a : vec4(0.0);
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec3 color = texelFetch(u_color, pixel, 0).rgb;
    float depth = texelFetch(u_depth, pixel, 0).r;
    float inverse_m = max(u_depth_to_inverse.x + u_depth_to_inverse.y * depth, 0.0);
    if (depth >= 1.0) inverse_m = 0.0;  // sky is at infinity, not at the far plane
    float coc_px = clamp(u_coc.x - u_coc.y * inverse_m, -u_max_coc_px, u_max_coc_px);

    float known = 1.0;
    if (is_sound(color)) {
        color = within_half(color);
    } else {
        vec4 around = sound_mean(pixel);
        known = around.a;
        color = around.rgb;
    }
    float front = known * front_mask(coc_px);
    float rest = known - front;
    o_rest = vec4(color, 1.0) * rest;
    o_rest_coc = coc_px * rest;
    o_front = vec4(color, 1.0) * front;
    o_front_coc = -coc_px * front;
}
