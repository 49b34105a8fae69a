#version 330
// Sums of CoC and mask over SHRINK² pixels: the start of the spread, at a size where a wide window
// is cheap.

uniform sampler2D u_coc;  // |CoC| · mask, mask, of behind and front

out vec4 o_coc;

void main() {
    ivec2 last = textureSize(u_coc, 0) - 1;
    ivec2 corner = SHRINK * ivec2(gl_FragCoord.xy);
    vec4 sum = vec4(0.0);
    for (int y = 0; y < SHRINK; ++y)
        for (int x = 0; x < SHRINK; ++x)
            sum += texelFetch(u_coc, min(corner + ivec2(x, y), last), 0);
    o_coc = sum / float(SHRINK * SHRINK);
}
