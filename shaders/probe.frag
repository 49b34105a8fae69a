#version 330
// All that is known about one pixel, side by side in a row of texels, for people to look at:
//   0 the picture's light   1 (window depth, CoC as the blur has it [px], radius at which the blur
//   reads the bank [texels])   2 place of the last effect [knots]   3 its frame, columns
//   4 … the cuts of the slices: (begin, ramp) behind, (begin, ramp) in front [px]
// What there is none of comes from an empty texture of one texel.
#include "inc/half_size.glsl"

uniform sampler2D u_color;   // exposed linear light
uniform sampler2D u_depth;   // window depth, with a border around the picture
uniform sampler2D u_coc;     // signed CoC [px], with the border, u_scale px a texel
uniform sampler2D u_cuts;    // see inc/slices.glsl
uniform sampler2D u_place;   // of the last effect
uniform sampler2D u_frames;
uniform ivec2 u_pixel;       // of the picture, from its lower left
uniform int u_corner;        // width of the border of depth and CoC [px]
uniform int u_scale;
uniform bool u_is_sliced;

out vec4 o_found;

vec4 read(sampler2D from, ivec2 at) {
    return texelFetch(from, clamp(at, ivec2(0), textureSize(from, 0) - 1), 0);
}

vec4 blur_at(ivec2 pixel) {
    float depth = read(u_depth, pixel + u_corner).r;
    float coc_px = read(u_coc, (pixel + u_corner) / u_scale).r;
    float radius_px = abs(coc_px);
    if (u_is_sliced && u_scale > 1) radius_px = half_size_px(radius_px);
    return vec4(depth, coc_px, radius_px / float(u_scale), 0.0);
}

void main() {
    int texel = int(gl_FragCoord.x);
    if (texel == 0) o_found = read(u_color, u_pixel);
    else if (texel == 1) o_found = blur_at(u_pixel);
    else if (texel == 2) o_found = read(u_place, u_pixel);
    else if (texel == 3) o_found = read(u_frames, u_pixel);
    else {
        ivec2 cut = ivec2(texel - CUTS, 0);
        o_found = vec4(read(u_cuts, cut).xy, read(u_cuts, cut + ivec2(0, 1)).xy);
    }
}
