#version 330
// Cut the picture at the focus plane into two slices, one behind and one in front.
//
// A gather blurs with the CoC of the pixel it writes, but light spreads with the CoC of the pixel
// it leaves; within one slice the two nearly agree. Colour is premultiplied by the slice's mask, so
// that a slice is a picture with holes whose alpha is blurred along with it. Behind + front masks
// sum to 1.
#include "inc/hdr.glsl"

uniform sampler2D u_color;        // scene, exposed linear light
uniform sampler2D u_depth;        // window depth 0..1, sky 1
uniform vec2 u_depth_to_inverse;  // 1 / distance [1/m] = x + y * depth, along the view axis
uniform vec2 u_coc;               // CoC radius [px] = x - y / distance; + behind, - in front
uniform float u_max_coc_px;       // what the bank can blur

layout(location = 0) out vec4 o_behind;  // premultiplied; alpha = mask
layout(location = 1) out vec4 o_front;
layout(location = 2) out vec4 o_coc;     // |CoC| · mask, mask: of behind, then of front

const float SOFT_PX = 1.0;  // width of the seam between the slices, in CoC radius

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec3 color = texelFetch(u_color, pixel, 0).rgb;
    float depth = texelFetch(u_depth, pixel, 0).r;
    float inverse_m = max(u_depth_to_inverse.x + u_depth_to_inverse.y * depth, 0.0);
    if (depth >= 1.0) inverse_m = 0.0;  // sky is at infinity, not at the far plane
    float coc_px = clamp(u_coc.x - u_coc.y * inverse_m, -u_max_coc_px, u_max_coc_px);

    float sound = is_sound(color) ? 1.0 : 0.0;
    color = sound > 0.0 ? within_half(color) : vec3(0.0);
    float behind = clamp(coc_px / SOFT_PX + 0.5, 0.0, 1.0);
    vec2 mask = sound * vec2(behind, 1.0 - behind);
    o_behind = vec4(color, 1.0) * mask.x;
    o_front = vec4(color, 1.0) * mask.y;
    o_coc = vec4(abs(coc_px) * mask.x, mask.x, abs(coc_px) * mask.y, mask.y);
}
