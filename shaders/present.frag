#version 330
// HDR to the screen: Khronos PBR Neutral tone mapping (which keeps base colours as they are and
// rolls off only highlights; constants from its specification), then the sRGB curve. The only
// place where light is encoded for a screen. PLAIN: no tone mapping, for photographs, which have theirs.
#include "inc/hdr.glsl"
#include "inc/srgb.glsl"

uniform sampler2D u_color;  // exposed linear light, Rec. 709 primaries

out vec4 o_color;

const float START = 0.8 - 0.04;    // compression starts here
const float DESATURATION = 0.15;

vec3 neutral(vec3 color) {
    float low = min(color.r, min(color.g, color.b));
    color -= low < 0.08 ? low - 6.25 * low * low : 0.04;
    float peak = max(color.r, max(color.g, color.b));
    if (peak < START) return color;
    float room = 1.0 - START;
    float mapped = 1.0 - room * room / (peak + room - START);
    color *= mapped / peak;
    float whiten = 1.0 - 1.0 / (DESATURATION * (peak - mapped) + 1.0);
    return mix(color, vec3(mapped), whiten);
}

void main() {
    vec3 color = texelFetch(u_color, ivec2(gl_FragCoord.xy), 0).rgb;
    color = within_half(color);  // Inf would divide Inf
#ifndef PLAIN
    color = neutral(color);
#endif
    o_color = vec4(srgb(clamp(color, 0.0, 1.0)), 1.0);
}
