#version 330
// Push-pull, downwards: half the size, each texel the mean of the four above it.

uniform sampler2D u_finer;  // premultiplied; LINEAR
uniform float u_saturate;   // 4: one known texel in four is enough to know a coarser one

out vec4 o_color;

void main() {
    // Odd sizes: the last texel of the finer level is read again, so nothing is lost or dark.
    ivec2 last = textureSize(u_finer, 0) - 1;
    ivec2 at = 2 * ivec2(gl_FragCoord.xy);
    vec4 mean = 0.25 * (texelFetch(u_finer, min(at, last), 0)
        + texelFetch(u_finer, min(at + ivec2(1, 0), last), 0)
        + texelFetch(u_finer, min(at + ivec2(0, 1), last), 0)
        + texelFetch(u_finer, min(at + ivec2(1, 1), last), 0));
    float known = min(1.0, u_saturate * mean.a);
    o_color = mean.a > 0.0 ? mean * (known / mean.a) : vec4(0.0);
}
