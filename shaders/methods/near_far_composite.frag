#version 330
// The picture where it is sharp, what is behind by a pixel's own CoC, and over both what is in front.
// Cost: 5 fetches a pixel.
#include "inc/coc.glsl"
#include "inc/near_far.glsl"
#include "inc/over.glsl"

uniform sampler2D u_far;   // premultiplied, half size; LINEAR
uniform sampler2D u_near;  // premultiplied, half size; LINEAR
uniform vec2 u_covered;    // px of the picture that they cover
uniform ivec2 u_corner;    // of the picture's part that is drawn [px]

out vec4 o_color;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy) + u_corner;
    vec2 uv = (vec2(pixel) + 0.5) / u_covered;
    vec4 own = light_at(pixel);
    float coc_px = coc_at(pixel);
    vec4 far = textureLod(u_far, uv, 0.0), near = textureLod(u_near, uv, 0.0);
    vec3 behind = far.a > NOTHING_THERE ? far.rgb / far.a : own.rgb;
    vec3 color = mix(own.rgb, behind, max(far_share(coc_px), near_share(coc_px)));
    // In front, with nothing behind in sight of its texel (which has most of the weight), all is front.
    if (far.a < 0.5 && near.a > NOTHING_THERE) near *= max(1.0, near_share(coc_px) / near.a);
    color = over(near, vec4(color, 1.0)).rgb;
    o_color = vec4(within_half(color), texelFetch(u_source, pixel, 0).a);
}
