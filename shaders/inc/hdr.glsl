// High dynamic range, kept within what a half-float target can hold.

const float HALF_MAX = 65504.0;

// NaN and Inf would spread over a whole kernel, so a broken pixel counts as empty. The comparison
// is written so that NaN fails it; some drivers drop isnan() when they optimise.
bool is_sound(vec3 color) {
    float largest = max(max(abs(color.r), abs(color.g)), abs(color.b));
    return (largest >= 0.0 && largest <= 1e30) && !any(isnan(color)) && !any(isinf(color));
}

vec3 within_half(vec3 color) { return clamp(color, vec3(0.0), vec3(HALF_MAX)); }
