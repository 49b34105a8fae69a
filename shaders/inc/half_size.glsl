// What is left of a radius for a blur at half size.

// Half size blurs by itself: a box of two pixels and a tent of four have, on each axis, the variance
// of a disc of this radius², to be left out of the blur [px²].
const float HALF_SIZE_PX2 = 4.0;
// And a disc's edge is soft there: light that is brighter than white makes it look wider than it is. So
// this part of a radius is taken off, the same at every resolution. +0.1 … 0.3 dB on every scene.
const float SOFT_PART = 0.015;

float half_size_px(float radius_px) {
    return (1.0 - SOFT_PART) * sqrt(max(radius_px * radius_px - HALF_SIZE_PX2, 0.0));
}
