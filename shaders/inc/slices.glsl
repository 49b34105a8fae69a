// The picture cut into slices by CoC. The masks of all slices and of what is sharp sum to 1.
//
//   mask 1 | front 1 \/ front 0 \ sharp / behind 0 \/ behind 1
//          |_________/\__________\_____/___________/\_________   CoC radius [px]
//
// Slices are counted outwards from the focus plane, behind and in front. What is sharp is never
// blurred: a disc of less than a pixel is a point. So it neither costs taps nor bleeds into the blur
// behind it. All radii are px of the picture, whatever the size of the textures.

uniform sampler2D u_cuts;  // row 0 behind, row 1 in front; texel i: where slice i begins and how
                           // wide its ramp is, px of |CoC|; the last one: the largest |CoC|

const int BEHIND = 0;
const int FRONT = 1;

vec2 cut_at(int index, int side) { return texelFetch(u_cuts, ivec2(index, side), 0).xy; }

float rise(float radius_px, vec2 cut) { return clamp((radius_px - cut.x) / cut.y + 0.5, 0.0, 1.0); }

// |CoC| for one side; below 0 on the other.
float on_side(float coc_px, int side) { return side == FRONT ? -coc_px : coc_px; }

float sharp_mask(float coc_px) { return 1.0 - rise(abs(coc_px), cut_at(0, BEHIND)); }

// Share of a pixel that belongs to front slice `index` or nearer ones.
float nearer_mask(float coc_px, int index) { return rise(-coc_px, cut_at(index, FRONT)); }

// Within a ramp one surface lies in two slices, and neither hides anything from the other: filled, the
// farther one would shine through the surface, or repeat it. So only this much at a ramp's ends counts.
const float SEAM = 0.1;

// How much nearer slices with this share of a pixel hide, and how far it is clear of them.
float hides(float nearer) { return clamp(1.0 - (1.0 - nearer) / SEAM, 0.0, 1.0); }

float is_clear(float nearer) { return clamp(1.0 - nearer / SEAM, 0.0, 1.0); }
