// The values that errors are measured on, 0 … 1: a scene's light after the tone curve; PLAIN: a
// photograph's as they are stored and shown, since it was tone-mapped when it was made.
// Needs GAMMA. A broken pixel (NaN, Inf) counts as black.
#include "inc/srgb.glsl"
#include "inc/tone_curve.glsl"

vec3 judged(vec3 light) {
#ifdef PLAIN
    return is_sound(light) ? srgb(clamp(light, 0.0, 1.0)) : vec3(0.0);
#else
    return tone_curve(light);
#endif
}
