#version 330
// Sums over BLOCK × BLOCK texels: drawn again and again, down to one.

uniform sampler2D u_sums;

out float o_sum;

void main() {
    ivec2 first = ivec2(gl_FragCoord.xy) * BLOCK;
    ivec2 end = min(first + BLOCK, textureSize(u_sums, 0));
    o_sum = 0.0;
    for (int y = first.y; y < end.y; ++y)
        for (int x = first.x; x < end.x; ++x) o_sum += texelFetch(u_sums, ivec2(x, y), 0).r;
}
