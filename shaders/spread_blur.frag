#version 330
// One direction of the separable window that carries a slice's CoC past its silhouette. A local
// window, not a pyramid: averaging with far-away radii makes highlights the wrong size.

uniform sampler2D u_coc;
uniform ivec2 u_direction;  // (1, 0) or (0, 1)
uniform int u_reach;        // half the window [texels]

out vec4 o_coc;

void main() {
    ivec2 last = textureSize(u_coc, 0) - 1;
    ivec2 here = ivec2(gl_FragCoord.xy);
    vec4 sum = vec4(0.0);
    for (int i = -u_reach; i <= u_reach; ++i) {
        float tent = 1.0 - abs(float(i)) / float(u_reach + 1);
        sum += tent * texelFetch(u_coc, clamp(here + i * u_direction, ivec2(0), last), 0);
    }
    o_coc = sum / float(u_reach + 1);  // the tent's sum
}
