// From a scene's colour and depth to sound light and the signed CoC. Twin: ThinLens.coc_radius() in
// realtime/scene/lens.py, through DepthMapping.coc_coefficients().
#include "inc/hdr.glsl"

uniform sampler2D u_source;     // exposed linear light
uniform sampler2D u_depth;      // window depth
uniform vec2 u_depth_to_q;      // q = x + y · depth: 1 / distance [1/m]; without perspective a distance
uniform vec3 u_sky;             // depth of the sky; 1 where a larger depth is farther, else -1; its q
uniform vec2 u_q_to_coc;        // CoC radius [px] = x + y · q; + behind, - in front
uniform vec3 u_tilt;            // added to it for a plane in focus that lies askew: x, y a px, and at 0
uniform vec2 u_limits_px;       // largest radius in front and behind
uniform float u_brightest;      // fireflies are held at this peak

float tilt_at(ivec2 pixel) { return dot(u_tilt.xy, vec2(pixel) + 0.5) + u_tilt.z; }

// tilt_px: tilt_at() of the four.
vec4 coc_of(vec4 depth, vec4 tilt_px) {
    vec4 q = max(u_depth_to_q.x + u_depth_to_q.y * depth, 0.0);
    // Nothing is farther than the sky; a broken depth (NaN) counts as sky.
    q = mix(vec4(u_sky.z), q, greaterThan((u_sky.x - depth) * u_sky.y, vec4(0.0)));
    return clamp(u_q_to_coc.x + u_q_to_coc.y * q + tilt_px, -u_limits_px.x, u_limits_px.y);
}

float coc_at(ivec2 pixel) {
    return coc_of(texelFetch(u_depth, pixel, 0).rrrr, vec4(tilt_at(pixel))).x;
}

// Fireflies go no higher than `u_brightest`.
vec3 held(vec3 light) {
    float peak = max(light.r, max(light.g, light.b));
    return light * min(1.0, u_brightest / max(peak, 1e-6));
}

// Light of a pixel; alpha 1. A broken one (NaN, Inf) becomes the mean of its sound neighbours; alpha
// is 0 where it has none.
vec4 light_at(ivec2 pixel) {
    ivec2 last = textureSize(u_source, 0) - 1;
    vec3 color = texelFetch(u_source, pixel, 0).rgb;
    bool is_whole = is_sound(color);
    vec4 light = is_whole ? vec4(within_half(color), 1.0) : vec4(0.0);
    int neighbours = is_whole ? 0 : 9;  // a loop that hardly ever runs costs less than a branch
    for (int i = 0; i < neighbours; ++i) {
        ivec2 at = clamp(pixel + ivec2(i % 3, i / 3) - 1, ivec2(0), last);
        vec3 near = texelFetch(u_source, at, 0).rgb;
        if (is_sound(near)) light += vec4(within_half(near), 1.0);
    }
    if (light.a > 0.0) light /= light.a;
    light.rgb = held(light.rgb);
    return light;
}
