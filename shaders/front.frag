#version 330
// Half the size: 1 where one of 2 × 2 pixels is in front of focus.

uniform sampler2D u_depth;     // window depth, 0 near
uniform float u_front_depth;   // what is nearer than this is in front

out float o_front;

bool is_front(ivec2 pixel) { return texelFetch(u_depth, pixel, 0).r < u_front_depth; }

void main() {
    ivec2 near = 2 * ivec2(gl_FragCoord.xy);
    ivec2 far = min(near + 1, textureSize(u_depth, 0) - 1);
    near = min(near, far);
    bool found = is_front(near) || is_front(far);
    found = found || is_front(ivec2(far.x, near.y)) || is_front(ivec2(near.x, far.y));
    o_front = found ? 1.0 : 0.0;
}
