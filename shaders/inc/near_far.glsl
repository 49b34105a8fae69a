// What the passes of the near/far gather share: how much of a pixel is blurred on a side, and how
// wide its disc is at half size. Twin of the names and numbers: realtime/methods/near_far.py.
#include "inc/half_size.glsl"

// A pixel is itself up to this CoC radius, and all blur from that on [px]: half size, drawn large,
// is no sharper than a disc of 2 px.
const float SHARP_PX = 1.0;
const float BLURRED_PX = 2.0;

// coc_px: signed, + behind, - in front.
float far_share(float coc_px) {
    return clamp((coc_px - SHARP_PX) / (BLURRED_PX - SHARP_PX), 0.0, 1.0);
}

float near_share(float coc_px) { return far_share(-coc_px); }

// Radius of a disc in texels of half size.
float radius_of(float coc_px) { return 0.5 * half_size_px(abs(coc_px)); }
