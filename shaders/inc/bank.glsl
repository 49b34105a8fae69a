// Reading a layer of a bank. Twin: Bank.cascade() in realtime/bank/model.py. Needs KNOTS_X, KNOTS_Y,
// TAPS, EQUAL (1 where all weights of the layer are the same).
//
// A *place* is where a pixel is on the bank's axes, counted in knots: 0 is the first knot, 2.25 a
// quarter of the way from the third to the fourth. It is found once per pixel, and a linear-filtered
// fetch mixes the neighbouring knots for nothing: of two taps' offsets, or of four taps' weights.
// Cost: TAPS / 2 + TAPS / 4 fetches, rounded up; half of TAPS where weights are equal.

uniform sampler2DArray u_offsets;  // x = axes[0], y = axes[1], layer = two taps: dx, dy, dx, dy [px]
#if EQUAL == 0
uniform sampler2DArray u_weights;  // layer = four taps
#endif

// What is done with a tap: the including shader says it. offset: [px of the bank].
void add_tap(vec2 offset, float weight);

vec4 two_offsets(vec2 uv, int two) { return textureLod(u_offsets, vec3(uv, float(two)), 0.0); }

vec4 four_weights(vec2 uv, int four) {
#if EQUAL == 1
    return vec4(1.0 / float(TAPS));
#else
    return textureLod(u_weights, vec3(uv, float(four)), 0.0);
#endif
}

void add_two(vec2 uv, int two, vec2 weights) {
    vec4 offsets = two_offsets(uv, two);
    add_tap(offsets.xy, weights.x);
    add_tap(offsets.zw, weights.y);
}

void add_taps(vec2 place) {
    vec2 uv = (place + 0.5) / vec2(KNOTS_X, KNOTS_Y);  // texel centres are the knots
    for (int four = 0; four < TAPS / 4; ++four) {
        vec4 weights = four_weights(uv, four);
        add_two(uv, 2 * four, weights.xy);
        add_two(uv, 2 * four + 1, weights.zw);
    }
#if TAPS % 4 > 0
    vec4 rest = four_weights(uv, TAPS / 4);
#if TAPS % 4 > 1
    add_two(uv, 2 * (TAPS / 4), rest.xy);
#endif
#if TAPS % 2 == 1
    add_tap(two_offsets(uv, TAPS / 2).xy, TAPS % 4 == 1 ? rest.x : rest.z);
#endif
#endif
}
