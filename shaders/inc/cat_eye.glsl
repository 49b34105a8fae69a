// Cat's eye: towards the corners the rim at the front of the lens clips the aperture. Open is what
// lies in two circles of the aperture's radius, the aperture's own and one whose middle moves with
// the place in the picture. See ThinLens.cat_eye_frame in realtime/scene/lens.py.

uniform mat2 u_cat_eye;  // from uv - 0.5 to the second circle's middle, in radii, in the bank's axes

// u: a point of the aperture in radii, in the bank's axes. soft: width of the rim, in radii.
float through_rim(vec2 u, vec2 uv, float soft) {
    return clamp((1.0 - length(u - u_cat_eye * (uv - 0.5))) / soft + 0.5, 0.0, 1.0);
}
