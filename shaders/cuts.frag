#version 330
// Where slices begin: half by how much of the picture lies between, half evenly, so that neither a
// crowd of pixels nor a wide range shares one slice. Follows its goal slowly, so that nothing pops.
#include "inc/bins.glsl"

uniform sampler2D u_histogram;
uniform sampler2D u_last;    // cuts of the frame before
uniform float u_largest_px;  // upper end of the last bin
uniform ivec2 u_slices;      // behind, in front
uniform float u_rate;        // share of the way to the goal that this frame goes; 1: all of it

out vec2 o_cut;  // begin, width of the ramp [px]; see inc/slices.glsl

const float CROWD = 0.5;    // weight of the crowd against the range
const float RAMP = 0.07;    // of where it begins: wide enough not to show, and to move unseen
const float LEAST_RAMP_PX = 1.0;
const int FINE = 4;         // steps within a bin

void main() {
    int index = int(gl_FragCoord.x);
    int side = int(gl_FragCoord.y);
    float count[BINS];
    float all = 0.0, largest_px = SHARP_PX + 1.0;
    for (int i = 0; i < BINS; ++i) {
        count[i] = 0.0;
        for (int row = 0; row < textureSize(u_histogram, 0).y; ++row)
            count[i] += texelFetch(u_histogram, ivec2(i + side * BINS, row), 0).r;
        all += count[i];
        if (count[i] > 0.0) largest_px = bin_start_px(float(i + 1), u_largest_px);
    }
    float share = float(index) / float(max(u_slices[side], 1));
    float begin_px = largest_px, below = 0.0;
    for (int i = 0; i < FINE * BINS; ++i) {
        float px = bin_start_px(float(i) / float(FINE), u_largest_px);
        float range = clamp((px - SHARP_PX) / (largest_px - SHARP_PX), 0.0, 1.0);
        if (mix(range, all > 0.0 ? below / all : range, CROWD) >= share) {
            begin_px = min(px, largest_px);
            break;
        }
        below += count[i / FINE] / float(FINE);
    }
    if (index >= u_slices[side]) begin_px = largest_px;
    vec2 goal = vec2(begin_px, max(LEAST_RAMP_PX, RAMP * begin_px));
    vec2 last = texelFetch(u_last, ivec2(index, side), 0).xy;
    o_cut = index == 0 ? vec2(SHARP_PX, SHARP_PX) : mix(last, goal, u_rate);
}
