// From a value on axes[0] to its place, in knots. Twin: Axis.place() in realtime/bank/model.py.

// Of each interval between knots, the line that rises from 0 to 1 over it: factor, offset.
uniform vec2 u_intervals[KNOTS_X > 1 ? KNOTS_X - 1 : 1];

// Each interval adds the part of it that lies below the value: piecewise linear, held at both ends,
// no branch and no division.
float knot_place(float value) {
    float place = 0.0;
    for (int k = 0; k + 1 < KNOTS_X; ++k)
        place += clamp(value * u_intervals[k].x + u_intervals[k].y, 0.0, 1.0);
    return place;
}
