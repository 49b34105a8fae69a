#version 330
// Push-pull, upwards: what a level does not know comes from the coarser one.

uniform sampler2D u_finer;        // premultiplied, alpha = how much there is
uniform sampler2D u_finer_coc;    // (CoC · alpha [px], how well known)
uniform sampler2D u_coarser;      // already filled; LINEAR
uniform sampler2D u_coarser_coc;  // already filled; LINEAR

layout(location = 0) out vec4 o_color;
layout(location = 1) out vec2 o_coc;  // at the end of the fill: (CoC [px], 1)

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 color = texelFetch(u_finer, pixel, 0);
    vec2 coc = texelFetch(u_finer_coc, pixel, 0).rg;
    float missing = 1.0 - coc.g;
    if (missing > 0.0) {
        // A coarser texel lies over two finer ones each way, also past an odd edge.
        vec2 uv = gl_FragCoord.xy / (2.0 * vec2(textureSize(u_coarser, 0)));
        color += missing * textureLod(u_coarser, uv, 0.0);
        coc += missing * textureLod(u_coarser_coc, uv, 0.0).rg;
    }
    o_color = color;
#ifdef END
    coc.r /= max(color.a, 1e-3);
#endif
    o_coc = coc;
}
