#version 330
// Each pixel its own dense kernel, read from the bank's targets: the yardstick, O(M²) a pixel.
//
// At a knot this is the knot's target exactly. Between two knots both targets are stretched to the
// pixel's radius and mixed, so a disc stays a disc of its own radius, not two discs laid together.
// The identity (radius 0) cannot be stretched; below the second knot the targets are mixed plainly.
// Along a second axis they are mixed plainly too.
#ifdef VEIL
#include "inc/veil.glsl"
#endif
#ifdef CAT_EYE
#include "inc/cat_eye.glsl"
#endif

uniform sampler2D u_color;         // linear light, premultiplied
uniform sampler2D u_place;         // [knots]
uniform sampler2DArray u_targets;  // layer = knot, axes[0] first: PSF of TARGET_SIZE², centred, +y as
                                   // in GL, its outermost ring of texels 0
uniform float u_radius[KNOTS_X];   // of each knot [px]
uniform float u_reach[KNOTS_X];    // how far its targets reach from the centre, per axis [px]
#ifdef FRAMED
uniform sampler2D u_frames;        // each pixel's own frame: columns, px to px, +y down
#else
uniform mat2 u_to_bank;            // offset in the picture (px, +y up) to one of the PSF
uniform float u_stretch;           // how much farther the picture's offsets may reach
#endif
#ifdef PART
uniform vec4 u_border;             // see inc/part.glsl
#endif
#ifdef VEIL
uniform float u_scale;             // px of the picture a texel
#endif

out vec4 o_color;

const float SHUT = 0.02;  // less than this share of the aperture open: nothing to divide by

int row = 0;           // below the place on the second axis [knots]
float row_part = 0.0;  // and how far above it

float area = 1.0;  // what the pixel's frame makes of one px²

// The PSF of a knot of the first axis at an offset of a pixel [px], stretched by 1 / scale.
float psf(int knot, vec2 offset, float scale) {
#ifdef FRAMED
    // One texel is a point, which no frame stretches: it keeps its share beside what is stretched.
    if (u_reach[knot] == 0.0) return offset == vec2(0.0) ? area : 0.0;
#endif
    vec2 uv = offset * scale / float(TARGET_SIZE) + 0.5;
    int layer = row * KNOTS_X + knot;
    float found = textureLod(u_targets, vec3(uv, float(layer)), 0.0).r;
    if (row_part > 0.0) {
        float above = textureLod(u_targets, vec3(uv, float(layer + KNOTS_X)), 0.0).r;
        found = mix(found, above, row_part);
    }
    return found;
}

// How far the PSF of a knot, stretched by 1 / scale, reaches from its centre, per axis [px].
float reach_of(int knot, float scale) {
#ifdef FRAMED
    // Between texels it is bilinear: it fades out over one more.
    if (u_reach[knot] > 0.0) return (u_reach[knot] + 1.0) / scale;
#endif
    return u_reach[knot] / scale;
}

// Of the pixel: what u_to_bank and u_stretch are where all pixels have one frame.
mat2 to_bank;
float stretch;

void find_frame(ivec2 pixel) {
#ifdef FRAMED
    vec4 columns = texelFetch(u_frames, pixel, 0);
    mat2 frame = mat2(columns.xy, columns.zw);
    to_bank = inverse(frame);
    to_bank[0].y = -to_bank[0].y;
    to_bank[1].x = -to_bank[1].x;
    area = abs(determinant(frame));
    vec2 corner = abs(columns.xy) + abs(columns.zw);  // of a square, turned: farther along the axes
    stretch = max(corner.x, corner.y);
#else
    to_bank = u_to_bank;
    stretch = u_stretch;
#endif
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec2 places = texelFetch(u_place, pixel, 0).xy;
    float place = places.x;
    row = min(int(places.y), KNOTS_Y - 1);
    row_part = places.y - float(row);
    find_frame(pixel);
    int below = min(int(place), KNOTS_X - 1);
    int above = min(below + 1, KNOTS_X - 1);
    float part = place - float(below);
    vec2 scale = vec2(1.0);
    float radius = mix(u_radius[below], u_radius[above], part);
    if (u_radius[below] > 0.0) {
        scale = vec2(u_radius[below], u_radius[above]) / radius;
    }
    float reach_px = reach_of(below, scale.x);
    if (part > 0.0) reach_px = max(reach_px, reach_of(above, scale.y));
    int reach = int(ceil(reach_px * stretch));

#ifdef PART
    ivec2 first = max(ivec2(u_border.xy), 0);
    ivec2 last = min(ivec2(u_border.zw), textureSize(u_color, 0) - 1);
#else
    ivec2 first = ivec2(0), last = textureSize(u_color, 0) - 1;
#endif
#if defined(VEIL) || defined(CAT_EYE)
    vec2 size = vec2(textureSize(u_color, 0));
    vec2 uv = gl_FragCoord.xy / size;
#ifdef VEIL
    float ratio = radius > 0.0 ? veil_px(uv) / (radius * u_scale) : 0.0;
#endif
    vec4 all = vec4(0.0);
    float all_total = 0.0;
#endif
    vec4 sum = vec4(0.0);
    float total = 0.0;
    for (int y = -reach; y <= reach; ++y)
        for (int x = -reach; x <= reach; ++x) {
            vec2 offset = to_bank * vec2(x, y);
            float weight = (1.0 - part) * psf(below, offset, scale.x);
            if (part > 0.0) weight += part * psf(above, offset, scale.y);
            // The PSF says where light goes; a pixel reads from where its light comes.
            ivec2 from = clamp(pixel - ivec2(x, y), first, last);
            vec4 light = weight * texelFetch(u_color, from, 0);
#if defined(VEIL) || defined(CAT_EYE)
            all += light;
            all_total += weight;
            float seen = 1.0;
#ifdef VEIL
            if (ratio > 0.0) seen = open_at(uv + ratio * vec2(x, y) / size);
#endif
#ifdef CAT_EYE
            if (radius > 0.0) seen *= through_rim(vec2(offset.x, -offset.y) / radius, uv, 1.0 / radius);
#endif
            light *= seen;
            weight *= seen;
#endif
            sum += light;
            total += weight;
        }
#if defined(VEIL) || defined(CAT_EYE)
    if (total < SHUT * all_total) {
        sum = all;
        total = all_total;
    }
#endif
    o_color = sum / total;
}
