#version 330
// Push-pull, upwards: what a level does not know comes from the coarser one.

uniform sampler2D u_finer;        // premultiplied, alpha = how well known
uniform sampler2D u_finer_coc;    // CoC · alpha [px]
uniform sampler2D u_coarser;      // already filled; LINEAR
uniform sampler2D u_coarser_coc;  // already filled; LINEAR

layout(location = 0) out vec4 o_color;
layout(location = 1) out float o_coc;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 color = texelFetch(u_finer, pixel, 0);
    float coc = texelFetch(u_finer_coc, pixel, 0).r;
    float missing = 1.0 - color.a;
    if (missing > 0.0) {
        // A coarser texel lies over two finer ones each way, also past an odd edge.
        vec2 uv = gl_FragCoord.xy / (2.0 * vec2(textureSize(u_coarser, 0)));
        color += missing * textureLod(u_coarser, uv, 0.0);
        coc += missing * textureLod(u_coarser_coc, uv, 0.0).r;
    }
    o_color = color;
    o_coc = coc;
}
