// High dynamic range, kept within what a half-float target can hold.

const float HALF_MAX = 65504.0;

// NaN and Inf would spread over a whole kernel, so a broken pixel counts as empty. Both survive the
// sum, or make it NaN; and NaN fails any comparison. (Some drivers drop isnan() when they optimise,
// and max() may drop a NaN.)
bool is_sound(vec3 color) { return abs(color.r + color.g + color.b) <= 1e30; }

vec3 within_half(vec3 color) { return clamp(color, vec3(0.0), vec3(HALF_MAX)); }
