#version 330
// Push-pull, upwards: what a level does not know comes from the coarser one.

uniform sampler2D u_finer;    // premultiplied, alpha = how well known
uniform sampler2D u_coarser;  // already filled; LINEAR

out vec4 o_color;

void main() {
    vec4 fine = texelFetch(u_finer, ivec2(gl_FragCoord.xy), 0);
    // A coarser texel lies over two finer ones each way, also past an odd edge.
    vec2 uv = gl_FragCoord.xy / (2.0 * vec2(textureSize(u_coarser, 0)));
    o_color = fine + (1.0 - fine.a) * textureLod(u_coarser, uv, 0.0);
}
