// What is sharp and what is in front: the masks of inc/slices.glsl at cut 0, which never moves. Needs
// SHARP_PX, the radius at which something is half sharp and half in its side's first slice.

float blurred_share(float radius_px) { return clamp(radius_px / SHARP_PX - 0.5, 0.0, 1.0); }

float sharp_mask(float coc_px) { return 1.0 - blurred_share(abs(coc_px)); }

float front_mask(float coc_px) { return blurred_share(-coc_px); }
