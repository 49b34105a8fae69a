// Bins of the CoC histogram, finer near focus; what is sharp is not counted. Needs BINS (a side)
// and SHARP_PX, the radius at which something is half sharp and half in the first slice.

// Number of a radius's bin on its side.
int bin_of(float radius_px, float largest_px) {
    float part = clamp((radius_px - SHARP_PX) / (largest_px - SHARP_PX), 0.0, 0.9999);
    return int(sqrt(part) * float(BINS));
}

// Where a bin begins [px]; a number that is not whole lies within a bin.
float bin_start_px(float bin, float largest_px) {
    float part = bin / float(BINS);
    return SHARP_PX + part * part * (largest_px - SHARP_PX);
}
