// From a value on axes[0] to its place, in knots. Twin: Axis.place() in realtime/bank/model.py.

uniform float u_knots[KNOTS_X];  // strictly increasing, in the axis's unit

// Each interval between knots adds the part of it that lies below the value: piecewise linear,
// held at both ends, no branch.
float knot_place(float value) {
    float place = 0.0;
    for (int k = 0; k + 1 < KNOTS_X; ++k)
        place += clamp((value - u_knots[k]) / (u_knots[k + 1] - u_knots[k]), 0.0, 1.0);
    return place;
}
