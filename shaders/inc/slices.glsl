// The picture cut at the focus plane: in front of it, in focus, behind it. The three masks sum to 1.
//
//   mask 1 |  front  \ sharp /  behind
//          |__________\/___\/__________   CoC radius [px]
//               -1.5 -.5   .5  1.5
//
// What is sharp is never blurred: a disc below half a pixel is a point. So it neither costs taps nor
// bleeds into the blur of what is behind it.

float sharp_mask(float coc_px) { return clamp(1.5 - abs(coc_px), 0.0, 1.0); }

float front_mask(float coc_px) { return coc_px < 0.0 ? 1.0 - sharp_mask(coc_px) : 0.0; }

float behind_mask(float coc_px) { return coc_px > 0.0 ? 1.0 - sharp_mask(coc_px) : 0.0; }
