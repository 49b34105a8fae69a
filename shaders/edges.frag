#version 330
// Where anti-aliasing has work: pixels next to a step or a crease of depth. Nothing is written but
// depth 0 there, which lets the pass that follows skip all others before they are shaded.

uniform sampler2D u_depth;     // window depth 0..1, clamped at the border
uniform ivec2 u_corner;        // px of the depth where the picture begins
uniform vec2 u_sharp_depth;    // only edges of what lies between these depths count

const float LEAST_BEND = 4.0 / 16777216.0;  // four steps of a depth of 24 bits
const float RELATIVE_BEND = 0.25;  // a crease whose sides differ this much in slope counts

float depth_at(ivec2 at) {
    return textureLod(u_depth, (vec2(at) + 0.5) / vec2(textureSize(u_depth, 0)), 0.0).r;
}

// Whether depth steps or bends between two neighbours. Window depth is linear on screen over a plane,
// so there, however steep, the two differences cancel.
bool bends(float before, float own, float after) {
    float a = own - before, b = after - own;
    return abs(a - b) > LEAST_BEND + RELATIVE_BEND * (abs(a) + abs(b));
}

bool is_edge(ivec2 at) {
    float own = depth_at(at);
    float n = depth_at(at + ivec2(0, 1)), s = depth_at(at - ivec2(0, 1));
    float e = depth_at(at + ivec2(1, 0)), w = depth_at(at - ivec2(1, 0));
    float nearest = min(own, min(min(n, s), min(e, w)));
    float farthest = max(own, max(max(n, s), max(e, w)));
    return (bends(s, own, n) || bends(w, own, e))
        && nearest <= u_sharp_depth.y && farthest >= u_sharp_depth.x;
}

void main() {
    if (!is_edge(ivec2(gl_FragCoord.xy) + u_corner)) discard;
}
