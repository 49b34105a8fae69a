// Laying blurred slices over each other. Colours are premultiplied; alpha is the share of the
// aperture through which a slice is seen.

const float NOTHING_THERE = 1e-3;  // half floats divide badly by less

// Kernels may have negative lobes, and rounding may go beyond 1.
vec4 sound_slice(vec4 color) {
    color = max(color, 0.0);
    return color.a > 1.0 ? color / color.a : color;
}

vec4 over(vec4 near, vec4 far) { return near + (1.0 - near.a) * far; }

// Lay a slice under nearer ones of its side. Where slices were cut from one another, each has a hole
// where a nearer one is, so their alphas already share out the aperture, and add up: `over` would
// count the hole twice. A nearer slice comes first where there is more than the whole.
vec4 under(vec4 near, vec4 far) {
    float room = 1.0 - near.a;
    return near + far * min(1.0, room / max(far.a, 1e-6));
}
