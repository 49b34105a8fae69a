#version 330
// Which sizes a tile needs: whatever any of its texels does. Needs SIDE, texels a tile, even.
// Cost: SIDE² / 4 fetches a tile; one between four texels is 0 only where all of them are.

uniform sampler2D u_needs;  // of texels at half the size: 1 or 0 of full size; of half size; LINEAR

out vec2 o_needs;

void main() {
    vec2 texel = 1.0 / vec2(textureSize(u_needs, 0));
    vec2 corner = (gl_FragCoord.xy - 0.5) * float(SIDE);
    vec2 found = vec2(0.0);
    for (int y = 1; y < SIDE; y += 2)
        for (int x = 1; x < SIDE; x += 2)
            found = max(found, textureLod(u_needs, (corner + vec2(x, y)) * texel, 0.0).rg);
    o_needs = vec2(greaterThan(found, vec2(0.0)));
}
