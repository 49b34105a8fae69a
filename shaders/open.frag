#version 330
// Where light from behind the focus plane comes through at all: 1 minus what is in front, of a pixel.
#include "inc/sharp.glsl"

uniform sampler2D u_coc;  // signed CoC [px]

out float o_open;

void main() {
    o_open = 1.0 - front_mask(texelFetch(u_coc, ivec2(gl_FragCoord.xy), 0).r);
}
