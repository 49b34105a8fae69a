#version 330
// A quarter of the size: 1 where one of 4 × 4 pixels is in front of focus.

uniform sampler2D u_depth;     // window depth, 0 near
uniform float u_front_depth;   // what is nearer than this is in front

out float o_front;

void main() {
    ivec2 corner = 4 * ivec2(gl_FragCoord.xy), last = textureSize(u_depth, 0) - 1;
    float nearest = 1.0;
    for (int i = 0; i < 16; ++i)
        nearest = min(nearest, texelFetch(u_depth, min(corner + ivec2(i & 3, i >> 2), last), 0).r);
    o_front = nearest < u_front_depth ? 1.0 : 0.0;
}
