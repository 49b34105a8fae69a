#version 330
// The slice behind the focus plane, cut from the picture whose holes are filled, and the CoC and
// masks of both slices for the spread. What is sharp leaves a hole here, which the blur's division
// by its alpha closes.
#include "inc/slices.glsl"

uniform sampler2D u_filled;      // what is not in front; alpha 1
uniform sampler2D u_filled_coc;  // its CoC [px]
uniform sampler2D u_front;       // alpha = mask of the front
uniform sampler2D u_front_coc;   // |CoC| · mask [px]

layout(location = 0) out vec4 o_behind;  // premultiplied by mask
layout(location = 1) out vec4 o_coc;     // |CoC| · mask, mask: of behind, then of front

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float coc_px = texelFetch(u_filled_coc, pixel, 0).r;
    float mask = behind_mask(coc_px);
    o_behind = vec4(texelFetch(u_filled, pixel, 0).rgb, 1.0) * mask;
    o_coc = vec4(coc_px * mask, mask, texelFetch(u_front_coc, pixel, 0).r,
                 texelFetch(u_front, pixel, 0).a);
}
