#version 330
// The blurred slices of one side, laid under each other, near to far. WITH_SHARP: behind the focus plane,
// where what is sharp comes before them all.

uniform sampler2D u_slice_0;  // nearest
#if COUNT > 1
uniform sampler2D u_slice_1;
#endif
#if COUNT > 2
uniform sampler2D u_slice_2;
#endif
#if COUNT > 3
uniform sampler2D u_slice_3;
#endif
#if COUNT > 4
uniform sampler2D u_slice_4;
#endif
#if COUNT > 5
uniform sampler2D u_slice_5;
#endif
#if COUNT > 6
uniform sampler2D u_slice_6;
#endif
#include "inc/over.glsl"
#ifdef WITH_SHARP
#include "inc/sharp.glsl"

uniform sampler2D u_coc;  // signed CoC [px]

// A surface where focus ends is partly sharp and partly in the first slice, which then leaves room for
// what is behind it: light would shine through. So it counts as whole, but is made no more than this many
// times denser: under what is all but sharp there is hardly any of it.
const float MOST = 4.0;
#endif

out vec4 o_color;  // premultiplied

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 color = texelFetch(u_slice_0, pixel, 0);
#ifdef WITH_SHARP
    color /= max(1.0 - sharp_mask(texelFetch(u_coc, pixel, 0).r), 1.0 / MOST);
#endif
    color = sound_slice(color);
#if COUNT > 1
    color = under(color, sound_slice(texelFetch(u_slice_1, pixel, 0)));
#endif
#if COUNT > 2
    color = under(color, sound_slice(texelFetch(u_slice_2, pixel, 0)));
#endif
#if COUNT > 3
    color = under(color, sound_slice(texelFetch(u_slice_3, pixel, 0)));
#endif
#if COUNT > 4
    color = under(color, sound_slice(texelFetch(u_slice_4, pixel, 0)));
#endif
#if COUNT > 5
    color = under(color, sound_slice(texelFetch(u_slice_5, pixel, 0)));
#endif
#if COUNT > 6
    color = under(color, sound_slice(texelFetch(u_slice_6, pixel, 0)));
#endif
    o_color = color;
}
