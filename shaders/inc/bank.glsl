// Reading a bank. Twin: Bank.cascade() in realtime/bank/model.py. Needs KNOTS_X, KNOTS_Y, TAPS.
//
// A *place* is where a pixel is on the bank's axes, counted in knots: 0 is the first knot, 2.25 a
// quarter of the way from the third to the fourth. It is found once per pixel (place.frag), so a
// tap costs one linear-filtered fetch, which mixes the neighbouring knots for nothing.

uniform sampler2DArray u_taps;  // layer = tap, x = axes[0], y = axes[1]: dx, dy [px], weight

vec3 bank_tap(int tap, vec2 place) {
    vec2 uv = (place + 0.5) / vec2(KNOTS_X, KNOTS_Y);  // texel centres are the knots
    return textureLod(u_taps, vec3(uv, float(tap)), 0.0).xyz;
}
