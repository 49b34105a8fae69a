// Reading a low-rank bank. Twin: LowRankBank.vectors() in realtime/bank/lowrank.py.
// Needs KNOTS_X, KNOTS_Y, HALF (an element's place in its vector is its offset + HALF).
//
// As in bank.glsl a place counts knots, and one linear-filtered fetch mixes the neighbouring ones.

uniform sampler2DArray u_vectors;  // layer = element, x = axes[0], y = axes[1]:
                                   // (row, row, column, column) elements of two pairs
uniform float u_reach[KNOTS_X];    // beyond it a knot's vectors are 0 [px]

vec4 lowrank_vectors(int offset, vec2 place) {
    vec2 uv = (place + 0.5) / vec2(KNOTS_X, KNOTS_Y);  // texel centres are the knots
    return textureLod(u_vectors, vec3(uv, float(offset + HALF)), 0.0);
}

// How far the vectors reach that are mixed at a place, px.
int lowrank_reach(float place) {
    int below = clamp(int(place), 0, KNOTS_X - 1);
    int above = min(below + 1, KNOTS_X - 1);
    return int(place > float(below) ? max(u_reach[below], u_reach[above]) : u_reach[below]);
}
