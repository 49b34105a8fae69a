#version 330
// The picture: slices in front over what is sharp over slices behind.
#include "inc/coc.glsl"
#include "inc/slices.glsl"
#include "inc/over.glsl"
#include "inc/hidden.glsl"

#if BEHINDS > 0
uniform sampler2D u_behind;  // blurred slices, merged; LINEAR
#endif
#if FRONTS > 0
uniform sampler2D u_front;
#endif
uniform vec2 u_covered;      // px of the picture that the textures of slices cover

out vec4 o_color;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 own = light_at(pixel);
    float alpha = texelFetch(u_source, pixel, 0).a;
#if BEHINDS + FRONTS == 0
    o_color = vec4(own.rgb, alpha);
#else
    vec2 uv = gl_FragCoord.xy / u_covered;
    float coc_px = coc_at(pixel);
    vec4 sharp = own * sharp_mask(coc_px);
    vec3 known = own.rgb;
#if HIDDEN > 0
    float hidden = own.a > 0.0 ? nearer_mask(coc_px, 0) : 1.0;
    vec2 at = gl_FragCoord.xy / u_size;
    vec4 under_front = hidden_color(0, at);
    sharp += under_front * (sharp_mask(hidden_coc(0, at)) * hidden);
    known = mix(known, under_front.rgb / max(under_front.a, NOTHING_THERE), hidden);
#endif
    vec4 color = vec4(0.0);
#if BEHINDS > 0
    color = textureLod(u_behind, uv, 0.0);
#endif
    // What no slice behind reaches is sharp, or a gap between the two: there the pixel's own light.
    color = color.a > NOTHING_THERE ? color / color.a : vec4(known, 1.0);
    color = over(sharp, color);
#if FRONTS > 0
    color = over(sound_slice(textureLod(u_front, uv, 0.0)), color);
#endif
    o_color = vec4(color.rgb, alpha);
#endif
}
