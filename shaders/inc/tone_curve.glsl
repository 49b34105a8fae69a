// The curve that errors are measured on: light 0 … ∞ to 0 … 1. Needs GAMMA. Twin: tone_curve() in
// realtime/metrics.py. A broken pixel (NaN, Inf) counts as black.
#include "inc/hdr.glsl"

vec3 tone_curve(vec3 light) {
    light = is_sound(light) ? within_half(light) : vec3(0.0);
    return pow(light / (1.0 + light), vec3(1.0 / GAMMA));
}
