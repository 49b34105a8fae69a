#version 330
// Anti-aliasing after the fact, for scenes drawn with one sample a pixel. After the description of
// FXAA (Lottes 2009): where neighbours differ, follow the edge both ways to its ends; how near the
// closer end is says how much of this pixel the other side covers. Light is mixed linearly, as
// multisampling does; edges are looked for in what the eye sees of it.

#include "inc/hdr.glsl"

uniform sampler2D u_color;  // exposed linear light
uniform int u_reach_px;    // edges are followed this far

layout(location = 0) out vec4 o_color;

const float LEAST_CONTRAST = 0.03;     // of perceived light, 0..1: below, no edge is seen
const float RELATIVE_CONTRAST = 0.125; // and below this part of the brightest neighbour

vec4 color_at(ivec2 at) {  // black where a pixel is broken
    vec4 color = texelFetch(u_color, clamp(at, ivec2(0), textureSize(u_color, 0) - 1), 0);
    return is_sound(color.rgb) ? vec4(within_half(color.rgb), color.a) : vec4(0.0, 0.0, 0.0, 1.0);
}

// About what a screen shows of it, 0..1: compressed, with a root for the eye.
float perceived(vec3 light) {
    float luma = dot(light, vec3(0.2126, 0.7152, 0.0722));
    return sqrt(luma / (1.0 + luma));
}

float luma_at(ivec2 at) { return perceived(color_at(at).rgb); }

// How many px from `at` in steps of `along` the edge towards `across` stays what it is, and the
// difference from its middle there.
vec2 end_of_edge(ivec2 at, ivec2 along, ivec2 across, float middle, float least) {
    float off = 0.0;
    int far = 1;
    for (; far <= u_reach_px; ++far) {
        ivec2 here = at + far * along;
        off = 0.5 * (luma_at(here) + luma_at(here + across)) - middle;
        if (abs(off) >= least) break;
    }
    return vec2(float(far), off);
}

// Part of the pixel that belongs to its neighbour, and which neighbour that is.
float covered(ivec2 at, float own, float n, float s, float e, float w, out ivec2 across) {
    float ne = luma_at(at + ivec2(1, 1)), nw = luma_at(at + ivec2(-1, 1));
    float se = luma_at(at + ivec2(1, -1)), sw = luma_at(at + ivec2(-1, -1));
    float level = 2.0 * abs(n + s - 2.0 * own) + abs(ne + se - 2.0 * e) + abs(nw + sw - 2.0 * w);
    float upright = 2.0 * abs(e + w - 2.0 * own) + abs(ne + nw - 2.0 * n) + abs(se + sw - 2.0 * s);
    bool is_level = level >= upright;
    ivec2 along = is_level ? ivec2(1, 0) : ivec2(0, 1);
    float before = is_level ? s : w, after = is_level ? n : e;
    bool is_after = abs(after - own) >= abs(before - own);
    across = (is_after ? 1 : -1) * along.yx;
    float other = is_after ? after : before;

    float middle = 0.5 * (own + other);
    float least = 0.25 * abs(other - own);
    vec2 back = end_of_edge(at, -along, across, middle, least);
    vec2 forth = end_of_edge(at, along, across, middle, least);
    vec2 closer = back.x < forth.x ? back : forth;
    // Only on the side that the edge steps away from: its end has turned to the other's light.
    bool steps = (own < middle) != (closer.y < 0.0);
    return steps ? max(0.5 - (closer.x - 0.5) / (back.x + forth.x - 1.0), 0.0) : 0.0;
}

vec4 smoothed(ivec2 at, vec4 color) {
    float own = perceived(color.rgb);
    float n = luma_at(at + ivec2(0, 1)), s = luma_at(at - ivec2(0, 1));
    float e = luma_at(at + ivec2(1, 0)), w = luma_at(at - ivec2(1, 0));
    float most = max(own, max(max(n, s), max(e, w)));
    float range = most - min(own, min(min(n, s), min(e, w)));
    if (range <= max(LEAST_CONTRAST, RELATIVE_CONTRAST * most)) return color;
    ivec2 across;
    float part = covered(at, own, n, s, e, w, across);
    return mix(color, color_at(at + across), part);
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    o_color = smoothed(at, color_at(at));
}
