#version 330
// Cut one slice: its colour, and where each pixel is on the bank's radius axis.
//
// Radii are averaged over a window about as wide as the blur, each counted by its light: past the
// slice's silhouette, where its light spreads to, there is no other; and near a bright point it is
// the point's radius that shows, not that of what is around it.
#include "inc/slices.glsl"
#include "inc/knots.glsl"
#include "inc/spread.glsl"
#include "inc/energy.glsl"
#include "inc/half_size.glsl"
#include "inc/hidden.glsl"

uniform sampler2D u_color;  // premultiplied
uniform sampler2D u_coc;    // signed CoC [px]
uniform int u_index;        // of the slice, on its side
uniform int u_side;
uniform bool u_is_last;     // of its side: no upper end
uniform float u_scale;      // px of the picture a texel, 1 or 2
#if HIDDEN > 0
uniform int u_nearer;       // the first front slice that hides this one
#endif

layout(location = 0) out vec4 o_color;   // premultiplied by the mask
layout(location = 1) out float o_place;  // [knots]

const float OWN = 4.0;  // what a pixel's own radius counts against the window's mean

float slice_mask(float coc_px) {
    float radius_px = on_side(coc_px, u_side);
    float outer = u_is_last ? 0.0 : rise(radius_px, cut_at(u_index + 1, u_side));
    return rise(radius_px, cut_at(u_index, u_side)) - outer;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float coc_px = texelFetch(u_coc, pixel, 0).r;
    vec4 color = texelFetch(u_color, pixel, 0) * slice_mask(coc_px);
    float radius_px = abs(coc_px) * color.a;
#if HIDDEN > 0
    float hidden = nearer_mask(coc_px, u_nearer);
    if (u_nearer > 0) hidden = hides(hidden);
    if (hidden > 0.0) {
        vec2 uv = gl_FragCoord.xy / u_size;
        float under_px = hidden_coc(0, uv);
        vec4 under = hidden_color(0, uv) * (hidden * slice_mask(under_px));
        color += under;
        radius_px += abs(under_px) * under.a;
    }
#endif
    float own = OWN * energy(color.rgb / max(color.a, 1e-3));
    vec2 near = spread_at(gl_FragCoord.xy * u_scale) + own * vec2(radius_px, color.a);
    float mean_px = near.y > 0.0 ? near.x / near.y : 0.0;
    if (u_scale > 1.0) mean_px = half_size_px(mean_px);
    o_color = color;
    o_place = knot_place(mean_px / u_scale);
}
