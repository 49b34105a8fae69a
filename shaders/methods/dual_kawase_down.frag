#version 330
// Dual filtering, downwards: half the size. M. Bjørge 2015, Bandwidth-Efficient Rendering, SIGGRAPH.
// Cost: 5 fetches a texel of the coarser level.
//
// Read at the corner of four finer texels, and at the four corners one finer texel off diagonally:
// along each axis the weights of four texels are (1, 3, 3, 1) / 8.

uniform sampler2D u_finer;  // linear light, premultiplied; LINEAR, clamped at the border

out vec4 o_color;

void main() {
    // A coarser texel lies over two finer ones each way, also past an odd edge: nothing shifts.
    vec2 texel = 1.0 / vec2(textureSize(u_finer, 0));
    vec2 uv = 2.0 * gl_FragCoord.xy * texel;
    vec2 other = vec2(texel.x, -texel.y);
    o_color = 0.5 * textureLod(u_finer, uv, 0.0)
            + 0.125 * (textureLod(u_finer, uv + texel, 0.0) + textureLod(u_finer, uv - texel, 0.0)
                     + textureLod(u_finer, uv + other, 0.0) + textureLod(u_finer, uv - other, 0.0));
}
