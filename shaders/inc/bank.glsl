// Reading a layer of a bank. Twin: Bank.cascade() in realtime/bank/model.py. Needs KNOTS_X, KNOTS_Y,
// TAPS, EQUAL (1 where all weights of the layer are the same), and what realtime/gl/records.py and
// orbits.py find in the layer: RECORDS, a row of the macros below; for symmetric taps TURNS and
// MIRROR. With HINGES the layer's numbers stand in the source instead: see inc/bends.glsl.
//
// A *place* is where a pixel is on the bank's axes, counted in knots: 0 is the first knot, 2.25 a
// quarter of the way from the third to the fourth. It is found once per pixel, and a linear-filtered
// fetch mixes four numbers of the neighbouring knots for nothing.
// A *record* is an orbit of taps, which share a weight and follow from one offset by moves that are
// the same everywhere; without a symmetry it is one tap.
// Cost: 3/4 of a fetch a record, rounded up; half of one where weights are equal.

// What is done with a tap: the including shader says it. offset: [px of the bank].
void add_tap(vec2 offset, float weight);

void add_pair(vec2 offset, float weight) {
    add_tap(offset, weight);
    add_tap(-offset, weight);
}

#ifdef TURNS  // cosine and sine of each rotation: TURN(1.0, 0.0) TURN(0.0, 1.0) ...
#define TURN(COS, SIN) add_tap(mat2(COS, SIN, -(SIN), COS) * offset, weight);
void add_turned(vec2 offset, float weight) { TURNS }
#ifdef MIRROR  // a matrix
void add_mirrored(vec2 offset, float weight) {
    add_turned(offset, weight);
    add_turned(MIRROR * offset, weight);
}
#endif
#endif

#ifndef HINGES
uniform sampler2DArray u_taps;  // x = axes[0], y = axes[1], layer = four numbers of records

vec2 knot_uv;  // texel centres are the knots

vec4 texel(int at) { return textureLod(u_taps, vec3(knot_uv, float(at)), 0.0); }

// Each macro reads records from texel `at` on; A to D are the functions above, one a record.
#if EQUAL == 1
#define WEIGHTS(at) vec4(1.0 / float(TAPS))
#define ONE(at, A) LAST(at, A, 1.0 / float(TAPS))
const int FOUR_TEXELS = 2;
#else
#define WEIGHTS(at) texel(at)
#define ONE(at, A) { vec4 a = texel(at); A(a.xy, a.z); }
const int FOUR_TEXELS = 3;
#endif
#define LAST(at, A, w) A(texel(at).xy, w);
#define BOTH(at, A, B, w) { vec4 ab = texel(at); A(ab.xy, w.x); B(ab.zw, w.y); }
#define TWO(at, A, B) { vec4 w = WEIGHTS(at + 1); BOTH(at, A, B, w) }
#define THREE(at, A, B, C) { vec4 w = WEIGHTS(at + 2); BOTH(at, A, B, w) LAST(at + 1, C, w.z) }
#define FOUR(i, A, B, C, D) { vec4 w = WEIGHTS(i + 2); BOTH(i, A, B, w) BOTH(i + 1, C, D, w.zw) }
#define FOURS(at, n, A) for (int i = 0; i < n; ++i) FOUR(at + FOUR_TEXELS * i, A, A, A, A)
// A whole layer of three like records in two texels: the third has the weight that is left of 1.
#define ALL_THREE(A) { vec4 c = texel(1); BOTH(0, A, A, c.zw) A(c.xy, LEFT_OF_1(c.z + c.w)); }
#define LEFT_OF_1(two) (3.0 / float(TAPS) - (two))

void add_taps(vec2 place) {
    knot_uv = (place + 0.5) / vec2(KNOTS_X, KNOTS_Y);
    RECORDS
}
#else
#include "inc/bends.glsl"
#endif
