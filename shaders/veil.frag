#version 330
// How blurred what is in front of focus is, nearby: mean |CoC| [px], 0 where there is nothing. With
// it the blur behind finds what the foreground leaves open of the aperture, see inc/veil.glsl.
#include "inc/pairs_in.glsl"

out float o_radius;

const float NOTHING = 1e-9;

void main() {
    vec2 sum = vec2(0.0);
    for (int i = BEHINDS; i < SLICES; ++i) {
        vec4 pair = pair_at(i / 2, ivec2(gl_FragCoord.xy));
        sum += i % 2 == 1 ? pair.zw : pair.xy;
    }
    o_radius = sum.y > NOTHING ? sum.x / sum.y : 0.0;
}
