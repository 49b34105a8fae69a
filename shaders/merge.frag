#version 330
// The blurred slices of one side, laid under each other, near to far.

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

out vec4 o_color;  // premultiplied

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 color = sound_slice(texelFetch(u_slice_0, pixel, 0));
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
