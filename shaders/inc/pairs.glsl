// What a pass writes for all slices at once: (|CoC|, 1) · energy of two slices a target. Needs PAIRS,
// 1 … 4. GLSL 3.30 wants the number of every output spelt out.

layout(location = 0) out vec4 o_pair_0;
#if PAIRS > 1
layout(location = 1) out vec4 o_pair_1;
#endif
#if PAIRS > 2
layout(location = 2) out vec4 o_pair_2;
#endif
#if PAIRS > 3
layout(location = 3) out vec4 o_pair_3;
#endif

void write_pairs(vec4 pairs[PAIRS]) {
    o_pair_0 = pairs[0];
#if PAIRS > 1
    o_pair_1 = pairs[1];
#endif
#if PAIRS > 2
    o_pair_2 = pairs[2];
#endif
#if PAIRS > 3
    o_pair_3 = pairs[3];
#endif
}
