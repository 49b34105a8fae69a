// From a value on axes[0] to its place, in knots. Twin: Axis.place() in realtime/bank/model.py.
//
// Knots need not be evenly spaced, so a table of even cells, none of which has two knots, tells of each
// the knot in it or nearby, its number, and the slopes of the place before and after it.

uniform sampler2D u_places;  // (knot [the axis's unit], its number, slope before, slope after)
uniform vec3 u_axis;         // first knot, last knot, cells a unit

float knot_place(float value) {
    float held = clamp(value, u_axis.x, u_axis.y);
    int cell = min(int((held - u_axis.x) * u_axis.z), textureSize(u_places, 0).x - 1);
    vec4 knot = texelFetch(u_places, ivec2(cell, 0), 0);
    return knot.y + (held - knot.x) * (held < knot.x ? knot.z : knot.w);
}
