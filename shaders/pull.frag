#version 330
// Push-pull, downwards: half the size, each texel the mean of the four above it.

uniform sampler2D u_finer;      // premultiplied, alpha = how much there is
uniform sampler2D u_finer_coc;  // (CoC · alpha [px], how well known)
uniform float u_saturate;       // 4: one known texel in four is enough to know a coarser one

layout(location = 0) out vec4 o_color;
layout(location = 1) out vec2 o_coc;

void main() {
    // Odd sizes: the last texel of the finer level is read again, so nothing is lost or dark.
    ivec2 last = textureSize(u_finer, 0) - 1;
    vec4 color = vec4(0.0);
    vec2 coc = vec2(0.0);
    for (int i = 0; i < 4; ++i) {
        ivec2 at = min(2 * ivec2(gl_FragCoord.xy) + ivec2(i & 1, i >> 1), last);
        color += 0.25 * texelFetch(u_finer, at, 0);
        coc += 0.25 * texelFetch(u_finer_coc, at, 0).rg;
    }
    float gain = coc.g > 0.0 ? min(1.0 / coc.g, u_saturate) : 0.0;
    o_color = color * gain;
    o_coc = coc * gain;
}
