#version 330
// Push-pull of depth, upwards: what a level does not know comes from the coarser one.

uniform sampler2D u_finer;    // -1: not known
uniform sampler2D u_coarser;  // known everywhere; LINEAR

out float o_depth;

void main() {
    float depth = texelFetch(u_finer, ivec2(gl_FragCoord.xy), 0).r;
    // A coarser texel lies over two finer ones each way, also past an odd edge.
    vec2 uv = gl_FragCoord.xy / (2.0 * vec2(textureSize(u_coarser, 0)));
    if (depth < 0.0) depth = textureLod(u_coarser, uv, 0.0).r;
    o_depth = depth;
}
