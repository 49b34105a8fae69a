// Places on a bank's first axis.
#include "inc/places.glsl"

uniform sampler2D u_places;
uniform vec3 u_axis;

float knot_place(float value) { return place_on(u_places, u_axis, value); }
