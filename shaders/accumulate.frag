#version 330
// One view's share of the lens-accumulated picture; blending adds it up in float32, and average.frag
// divides by the views that a pixel got. Towards the corners the rim at the front of the lens hides
// part of the aperture: a view from a point outside the second circle gives nothing there.
#include "inc/hdr.glsl"

uniform sampler2D u_color;
uniform float u_share;   // of the light, that comes through the point; all sum to 1
uniform vec2 u_point;    // of the aperture, whence the view is; in radii, +x right, +y down
uniform mat2 u_cat_eye;  // rows of ThinLens.cat_eye_frame, as columns: multiply from the left

out vec4 o_color;  // rgb · share, share

void main() {
    vec2 size = vec2(textureSize(u_color, 0));
    vec2 place = (2.0 * gl_FragCoord.xy - size) * vec2(1.0, -1.0) / length(size);
    vec2 middle = place * u_cat_eye;
    // A picture of an aperture is made of pixels, some of which reach beyond its radius: those are
    // its rim too, and are clipped where the rim is.
    bool is_open = distance(u_point, middle) <= max(1.0, length(u_point));
    vec3 color = texelFetch(u_color, ivec2(gl_FragCoord.xy), 0).rgb;
    o_color = is_open && is_sound(color) ? vec4(within_half(color), 1.0) * u_share : vec4(0.0);
}
