#version 330
// Where slices begin: half by how much of the picture lies between, half evenly, so that neither a
// crowd of pixels nor a wide range shares one slice. Follows its goal slowly, so that nothing pops.
//
// There may be a slice more than is to be used: then the side that needs it less leaves its last one
// empty, which begins beyond all radii. In between it begins somewhere on the way there.
#include "inc/bins.glsl"

uniform sampler2D u_histogram;
uniform sampler2D u_last;    // cuts of the frame before
uniform float u_largest_px;  // upper end of the last bin
uniform ivec2 u_slices;      // behind, in front: how many there are
uniform float u_spare;       // 1 where one of them has to stay empty, else 0
uniform float u_rate;        // share of the way to the goal that this frame goes; 1: all of it

out vec2 o_cut;  // begin, width of the ramp [px]; see inc/slices.glsl

const float CROWD = 0.5;    // weight of the crowd against the range
const float RAMP = 0.07;    // of where it begins: wide enough not to show, and to move unseen
const float LEAST_RAMP_PX = 1.0;
const int FINE = 4;         // steps within a bin

const int BEHIND = 0;

// A side's need of slices is how many pixels it has times the standard deviation of their radii, of which
// the first pixel does not count: nobody sees it. The front gets the spare one where it needs it more
// times as much as what is behind than this: not at all, wholly. What is behind takes up more of most
// pictures, and its lights show most. Of the shipped scenes, the largest ratio where a slice more behind
// was better is 3.5, the least where it was better in front 8.8.
const vec2 FRONT_RATIO = vec2(4.0, 8.0);
const float UNSEEN_PX = 1.0;
const float BEYOND = 1.1;  // of the largest radius: so far that a ramp does not reach back to it

float count[BINS];  // of one side
float all;
float largest_px;

void read_side(int side) {
    all = 0.0;
    largest_px = SHARP_PX + 1.0;
    for (int i = 0; i < BINS; ++i) {
        count[i] = 0.0;
        for (int row = 0; row < textureSize(u_histogram, 0).y; ++row)
            count[i] += texelFetch(u_histogram, ivec2(i + side * BINS, row), 0).r;
        all += count[i];
        if (count[i] > 0.0) largest_px = bin_start_px(float(i + 1), u_largest_px);
    }
}

// See FRONT_RATIO.
float need() {
    float sum = 0.0, squares = 0.0;
    for (int i = 0; i < BINS; ++i) {
        float px = bin_start_px(float(i) + 0.5, u_largest_px);
        sum += count[i] * px;
        squares += count[i] * px * px;
    }
    float spread = sqrt(max(all * squares - sum * sum, 0.0));  // pixels · standard deviation
    return max(spread - all * UNSEEN_PX, 0.0);
}

// Where slice `index` of `slices` begins.
float begin_px(int index, int slices) {
    if (index >= slices) return BEYOND * u_largest_px + 0.5 * LEAST_RAMP_PX;
    float share = float(index) / float(slices);
    float below = 0.0;
    for (int i = 0; i < FINE * BINS; ++i) {
        float px = bin_start_px(float(i) / float(FINE), u_largest_px);
        float range = clamp((px - SHARP_PX) / (largest_px - SHARP_PX), 0.0, 1.0);
        if (mix(range, all > 0.0 ? below / all : range, CROWD) >= share) return min(px, largest_px);
        below += count[i / FINE] / float(FINE);
    }
    return largest_px;
}

// How far the spare slice is in front, 0 … 1, from what both sides need.
float in_front(float own, float other, int side) {
    float behind = max(side == BEHIND ? own : other, 1e-3);
    float front = side == BEHIND ? other : own;
    return smoothstep(FRONT_RATIO.x * behind, FRONT_RATIO.y * behind, front);
}

void main() {
    int index = int(gl_FragCoord.x);
    int side = int(gl_FragCoord.y);
    int slices = u_slices[side];
    read_side(1 - side);
    float other = need();
    read_side(side);
    float front = in_front(need(), other, side);
    float given_up = u_spare * (side == BEHIND ? front : 1.0 - front);
    float begin = mix(begin_px(index, slices), begin_px(index, slices - 1), given_up);
    if (index >= slices) begin = largest_px;
    vec2 goal = vec2(begin, max(LEAST_RAMP_PX, RAMP * begin));
    vec2 last = texelFetch(u_last, ivec2(index, side), 0).xy;
    o_cut = index == 0 ? vec2(SHARP_PX, SHARP_PX) : mix(last, goal, u_rate);
}
