// From a place on the radius axis to the spread of the bank's kernel there. Needs KNOTS_X.
// Twin: spread_px() in realtime/methods/spread.py.

uniform float u_sigma[KNOTS_X];  // of each knot: standard deviation per axis [px of the picture]

float sigma_px(float place) {
    int below = min(int(place), KNOTS_X - 1);
    int above = min(below + 1, KNOTS_X - 1);
    return mix(u_sigma[below], u_sigma[above], place - float(below));
}
