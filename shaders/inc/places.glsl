// From a value on an axis of a bank to its place, in knots. Twin: Axis.place() in realtime/bank/model.py.
//
// Knots need not be evenly spaced, so a table of even cells, none of which has two knots, tells of each
// the knot in it or nearby, its number, and the slopes of the place before and after it.

// places: texel = (knot [the axis's unit], its number, slope before, slope after); axis: first knot, last
// knot, cells a unit.
float place_on(sampler2D places, vec3 axis, float value) {
    float held = clamp(value, axis.x, axis.y);
    int cell = min(int((held - axis.x) * axis.z), textureSize(places, 0).x - 1);
    vec4 knot = texelFetch(places, ivec2(cell, 0), 0);
    return knot.y + (held - knot.x) * (held < knot.x ? knot.z : knot.w);
}
