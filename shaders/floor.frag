#version 330
// The least that a pass of so many fetches can cost: the reads at fixed places, added up, and nothing
// else. See realtime/profiling/floor.py. Cost: FETCHES fetches.
//
// Needs FETCHES (1 or more); PLAIN: 1 reads single texels, 0 through the filter; REACH_PX: how far it
// reads; WIDTH and HEIGHT of the target; SOURCE_WIDTH and SOURCE_HEIGHT of what is read [px]; OUTPUTS,
// 1 … 8. No uniform and no array says where to read, so a compiler can make constants of all of it.
// Places are a golden spiral: they never repeat, and any number of them spreads evenly over the disc
// (Vogel, A better way to construct the sunflower head, 1979).

uniform sampler2D u_color;

layout(location = 0) out vec4 o_color_0;
#if OUTPUTS > 1
layout(location = 1) out vec4 o_color_1;
#endif
#if OUTPUTS > 2
layout(location = 2) out vec4 o_color_2;
#endif
#if OUTPUTS > 3
layout(location = 3) out vec4 o_color_3;
#endif
#if OUTPUTS > 4
layout(location = 4) out vec4 o_color_4;
#endif
#if OUTPUTS > 5
layout(location = 5) out vec4 o_color_5;
#endif
#if OUTPUTS > 6
layout(location = 6) out vec4 o_color_6;
#endif
#if OUTPUTS > 7
layout(location = 7) out vec4 o_color_7;
#endif

const vec2 SOURCE = vec2(SOURCE_WIDTH, SOURCE_HEIGHT);
const vec2 SCALE = SOURCE / vec2(WIDTH, HEIGHT);
const float GOLDEN_ANGLE = 2.39996323;

#define BLOCKS (FETCHES / 64)
#if FETCHES < 64
#define SPIRAL FETCHES
#else
#define SPIRAL 64
#endif

// Blocks of 64 are spirals of half the reach along a diagonal of the other half, a single block is in the
// middle. What is left over lies beside the middle, so that no read is there twice.
#if FETCHES < 64
const float SPREAD_PX = float(REACH_PX);
const vec2 FIRST_PX = vec2(0.0), STEP_PX = vec2(0.0);
#elif FETCHES < 128
const float SPREAD_PX = 0.9 * float(REACH_PX);
const vec2 FIRST_PX = vec2(0.0), STEP_PX = vec2(0.0);
#else
const float SPREAD_PX = 0.5 * float(REACH_PX);
const vec2 FIRST_PX = vec2(-0.35 * float(REACH_PX));  // 0.35 = 0.5 / sqrt(2)
const vec2 STEP_PX = vec2(0.7 * float(REACH_PX) / float(BLOCKS - 1));
#endif

const vec2 REST_PX = float(REACH_PX) * vec2(0.08, -0.05);

#define TURN(i) (GOLDEN_ANGLE * float(i))
#define OFFSET(i) (SPREAD_PX * sqrt(float(i) / float(SPIRAL)) * vec2(cos(TURN(i)), sin(TURN(i))))

#if PLAIN == 1
#define READ(i) texelFetch(u_color, clamp(ivec2(at_px) + ivec2(OFFSET(i)), ivec2(0), ivec2(SOURCE) - 1), 0)
#else
#define READ(i) textureLod(u_color, at + OFFSET(i) / SOURCE, 0.0)
#endif

#define T1(i) sum += READ(i);
#define T2(i) T1(i) T1(i + 1)
#define T4(i) T2(i) T2(i + 2)
#define T8(i) T4(i) T4(i + 4)
#define T16(i) T8(i) T8(i + 8)
#define T32(i) T16(i) T16(i + 16)
#define T64(i) T32(i) T32(i + 32)

void main() {
    vec2 middle_px = SCALE * gl_FragCoord.xy;
    vec2 at_px = middle_px, at = middle_px / SOURCE;
    vec4 sum = vec4(0.0);
#if BLOCKS > 0
    for (int block = 0; block < BLOCKS; ++block) {
        at_px = middle_px + FIRST_PX + float(block) * STEP_PX;
        at = at_px / SOURCE;
        T64(0)
    }
    at_px = middle_px + REST_PX;
    at = at_px / SOURCE;
#endif
    // What is left, a bit of the number at a time. Each begins where the higher bits end.
#if FETCHES / 32 % 2 == 1
    T32(0)
#endif
#if FETCHES / 16 % 2 == 1
    T16(FETCHES / 32 % 2 * 32)
#endif
#if FETCHES / 8 % 2 == 1
    T8(FETCHES / 16 % 4 * 16)
#endif
#if FETCHES / 4 % 2 == 1
    T4(FETCHES / 8 % 8 * 8)
#endif
#if FETCHES / 2 % 2 == 1
    T2(FETCHES / 4 % 16 * 4)
#endif
#if FETCHES % 2 == 1
    T1(FETCHES / 2 % 32 * 2)
#endif
    vec4 mean = sum * (1.0 / float(FETCHES));
    o_color_0 = mean;
#if OUTPUTS > 1
    o_color_1 = mean;
#endif
#if OUTPUTS > 2
    o_color_2 = mean;
#endif
#if OUTPUTS > 3
    o_color_3 = mean;
#endif
#if OUTPUTS > 4
    o_color_4 = mean;
#endif
#if OUTPUTS > 5
    o_color_5 = mean;
#endif
#if OUTPUTS > 6
    o_color_6 = mean;
#endif
#if OUTPUTS > 7
    o_color_7 = mean;
#endif
}
