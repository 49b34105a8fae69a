#version 330
// Push-pull of depth, downwards: half the size, each texel the mean of those above it that know one.
// START: 1 where the finer level is a depth buffer, 1 in it being nothing; else -1 is.

uniform sampler2D u_finer;
#if START == 1
uniform vec2 u_to_whole;  // factor and bias from its depth to that of the whole scene's camera
#endif

out float o_depth;  // -1: not known

bool is_known(float depth) {
#if START == 1
    return depth < 1.0;
#else
    return depth >= 0.0;
#endif
}

void main() {
    // Odd sizes: the last texel of the finer level is read again.
    ivec2 last = textureSize(u_finer, 0) - 1;
    float sum = 0.0, count = 0.0;
    for (int i = 0; i < 4; ++i) {
        ivec2 at = min(2 * ivec2(gl_FragCoord.xy) + ivec2(i & 1, i >> 1), last);
        float depth = texelFetch(u_finer, at, 0).r;
        if (is_known(depth)) {
            sum += depth;
            count += 1.0;
        }
    }
    o_depth = -1.0;
    if (count > 0.0) o_depth = sum / count;
#if START == 1
    if (count > 0.0) o_depth = clamp(o_depth * u_to_whole.x + u_to_whole.y, 0.0, 1.0);
#endif
}
