// Reads in a texture that holds a part of a picture: they find the same to the bit whichever part it is.
//
// Sides are powers of two, so that px over side is exact, as is the place of a pixel. What is left is an
// offset, rounded to 1/256 px, finer than which no GPU's sampler is: added to a place it loses nothing.
// The border at which reads are held is the picture's; past it the texture holds anything finite.

uniform vec4 u_border;  // centres of the picture's lower left and upper right pixel [px of the texture]
uniform vec2 u_texel;   // 1 / size

// Where to read for this pixel; offset: [px], +y up.
vec2 part_uv(vec2 offset) {
    vec2 rounded = floor(offset * 256.0 + 0.5) / 256.0;
    return clamp(gl_FragCoord.xy + rounded, u_border.xy, u_border.zw) * u_texel;
}
