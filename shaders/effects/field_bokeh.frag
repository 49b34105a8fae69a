#version 330
// What a fast lens makes of its bokeh towards the corners: clipped by the rim (cat's eyes) and squeezed
// towards the middle, so that the background swirls around it.
#include "inc/effect.glsl"

uniform vec2 u_middle;    // of the field, of the picture
uniform float u_radius;   // of the blur in the middle, of the height
uniform float u_swirl;    // share of its width, along the way outwards, lost in the corner
uniform float u_cat_eye;  // how far the rim has moved over the aperture there, in radii
uniform float u_sharp;    // what is nearer to the middle stays sharp, of the height
uniform float u_falloff;  // from there to the full radius, of the height

Spot spot_at(vec2 px) {
    vec2 out_px = px - place_px(u_middle);
    float far = length(out_px), field = far / (0.5 * length(u_whole));
    float part = clamp((far - length_px(u_sharp)) / max(length_px(u_falloff), 1e-6), 0.0, 1.0);
    mat2 outwards = along(out_px);
    float squeeze = 1.0 - u_swirl * field * field;
    mat2 frame = outwards * mat2(max(squeeze, 0.05), 0.0, 0.0, 1.0) * transpose(outwards);
#if AXES == 2
    frame = frame * outwards;  // the clipped side is on the bank's +x
#endif
    return Spot(vec2(part * length_px(u_radius), u_cat_eye * field), frame);
}
