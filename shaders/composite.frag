#version 330
// The picture: slices in front over what is sharp over slices behind. BEHINDS, FRONTS, SHARP, HIDDEN:
// whether a tile has any of it (0 or 1).
#include "inc/coc.glsl"
#include "inc/sharp.glsl"
#include "inc/over.glsl"
#include "inc/hidden.glsl"

#if BEHINDS > 0
uniform sampler2D u_behind;  // blurred slices, merged; LINEAR
#endif
#if FRONTS > 0
uniform sampler2D u_front;
#endif
#if BEHINDS + FRONTS > 0
uniform vec2 u_covered;      // px of the picture that the textures of slices cover
#endif
uniform vec2 u_corner;       // of the picture's part that is drawn [px]

out vec4 o_color;

void main() {
    vec2 at = gl_FragCoord.xy + u_corner;
    ivec2 pixel = ivec2(at);
    float alpha = texelFetch(u_source, pixel, 0).a;
    vec4 near = vec4(0.0);
#if FRONTS > 0
    near = sound_slice(textureLod(u_front, at / u_covered, 0.0));
#endif
    vec4 color = vec4(0.0);
#if BEHINDS > 0
    color = textureLod(u_behind, at / u_covered, 0.0);
#endif
#if SHARP > 0
    vec4 own = light_at(pixel);
#if BEHINDS + FRONTS == 0
    o_color = vec4(own.rgb, alpha);
    return;
#endif
    float coc_px = coc_at(pixel);
    // A surface where focus ends is partly in the first slice in front, which has a hole where it is
    // sharp: the two share it out, or what is behind shines through.
    near = under(near, own * sharp_mask(coc_px));
    vec3 known = own.rgb;
#if HIDDEN > 0
    float hidden = own.a > 0.0 ? front_mask(coc_px) : 1.0;
    vec2 hidden_uv = at / u_size;
    vec4 under_front = hidden_color(0, hidden_uv);
    near = over(near, under_front * (sharp_mask(hidden_coc(0, hidden_uv)) * hidden));
    known = mix(known, under_front.rgb / max(under_front.a, NOTHING_THERE), hidden);
#endif
    // What no slice behind reaches is sharp, or a gap between the two: there the pixel's own light.
    color = color.a > NOTHING_THERE ? color / color.a : vec4(known, 1.0);
#else
    // All there is is blurred, and slices share out the aperture: no gap that own light must fill.
    color = color.a > NOTHING_THERE ? color / color.a : vec4(0.0);
#endif
    color = over(near, color);
    o_color = vec4(within_half(color.rgb / max(color.a, NOTHING_THERE)), alpha);
}
