// Reading what spread.frag wrote. Needs BLOCK: px of the picture a texel.

uniform sampler2D u_spread;  // (|CoC|, 1) · energy of two slices, averaged over a window; LINEAR
uniform int u_second;        // 1 where the slice is the second of its pair

// at: [px of the picture].
vec2 spread_at(vec2 at) {
    vec4 pair = textureLod(u_spread, at / (float(BLOCK) * vec2(textureSize(u_spread, 0))), 0.0);
    return u_second == 1 ? pair.zw : pair.xy;
}
