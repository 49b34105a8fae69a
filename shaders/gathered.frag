#version 330
// A plain gather, and the picture itself where it is sharp.
#include "inc/coc.glsl"
#include "inc/over.glsl"

uniform sampler2D u_blurred;  // premultiplied; LINEAR
uniform vec2 u_covered;       // px of the picture that it covers
uniform vec2 u_corner;        // of the picture's part that is drawn [px]

out vec4 o_color;

void main() {
    vec2 at = gl_FragCoord.xy + u_corner;
    ivec2 pixel = ivec2(at);
    vec4 own = light_at(pixel);
    vec4 blurred = max(textureLod(u_blurred, at / u_covered, 0.0), 0.0);
    float sharp = clamp(1.5 - abs(coc_at(pixel)), 0.0, 1.0) * own.a;
    vec3 color = blurred.a > NOTHING_THERE ? blurred.rgb / blurred.a : own.rgb;
    o_color = vec4(within_half(mix(color, own.rgb, sharp)), texelFetch(u_source, pixel, 0).a);
}
