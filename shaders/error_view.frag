#version 330
// How far two pictures are apart, as people see it: the largest difference of the channels as they
// are judged, times a gain, in false colours. A difference of colour only would be lost in dark grey.
#include "inc/judged.glsl"

uniform sampler2D u_picture;    // exposed linear light
uniform sampler2D u_reference;  // the same, of the same size
uniform float u_gain;           // 1 shows a difference of all there is brightest
uniform vec3 u_ramp[RAMP];      // display-referred colours of no error … of 1 / gain and more

out vec4 o_color;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec3 picture = judged(texelFetch(u_picture, pixel, 0).rgb);
    vec3 apart = abs(picture - judged(texelFetch(u_reference, pixel, 0).rgb));
    float at = min(u_gain * max(apart.r, max(apart.g, apart.b)), 1.0) * float(RAMP - 1);
    int below = min(int(at), RAMP - 2);
    o_color = vec4(mix(u_ramp[below], u_ramp[below + 1], at - float(below)), 1.0);
}
