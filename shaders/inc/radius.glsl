// From a place on the radius axis back to the radius. Needs KNOTS_X.

uniform float u_radius[KNOTS_X];  // of each knot [px of the picture]

float radius_px(float place) {
    int below = min(int(place), KNOTS_X - 1);
    int above = min(below + 1, KNOTS_X - 1);
    return mix(u_radius[below], u_radius[above], place - float(below));
}
