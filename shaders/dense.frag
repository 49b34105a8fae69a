#version 330
// Each pixel its own dense kernel, read from the bank's targets: the yardstick, O(M²) a pixel.
//
// At a knot this is the knot's target exactly. Between two knots both targets are stretched to the
// pixel's radius and mixed, so a disc stays a disc of its own radius, not two discs laid together.
// The identity (radius 0) cannot be stretched; below the second knot the targets are mixed plainly.

uniform sampler2D u_color;         // linear light, premultiplied
uniform sampler2D u_place;         // [knots]
uniform sampler2DArray u_targets;  // layer = knot: PSF of TARGET_SIZE², centred, +y as in GL,
                                   // its outermost ring of texels 0
uniform float u_radius[KNOTS_X];   // of each knot [px]
uniform float u_reach[KNOTS_X];    // how far its target reaches from the centre, per axis [px]
uniform int u_turn;                //  1 upright, -1 turned by 180°

out vec4 o_color;

// The PSF of a knot at an offset of a pixel [px], stretched by 1 / scale.
float psf(int knot, vec2 offset, float scale) {
    vec2 uv = offset * scale / float(TARGET_SIZE) + 0.5;
    return textureLod(u_targets, vec3(uv, float(knot)), 0.0).r;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float place = texelFetch(u_place, pixel, 0).x;
    int below = min(int(place), KNOTS_X - 1);
    int above = min(below + 1, KNOTS_X - 1);
    float part = place - float(below);
    vec2 scale = vec2(1.0);
    if (u_radius[below] > 0.0) {
        float radius = mix(u_radius[below], u_radius[above], part);
        scale = vec2(u_radius[below], u_radius[above]) / radius;
    }
    float reach_px = u_reach[below] / scale.x;
    if (part > 0.0) reach_px = max(reach_px, u_reach[above] / scale.y);
    int reach = int(ceil(reach_px));

    ivec2 last = textureSize(u_color, 0) - 1;
    vec4 sum = vec4(0.0);
    float total = 0.0;
    for (int y = -reach; y <= reach; ++y)
        for (int x = -reach; x <= reach; ++x) {
            ivec2 offset = ivec2(x, y);
            float weight = (1.0 - part) * psf(below, vec2(offset), scale.x);
            if (part > 0.0) weight += part * psf(above, vec2(offset), scale.y);
            // The PSF says where light goes; a pixel reads from where its light comes.
            ivec2 from = clamp(pixel - u_turn * offset, ivec2(0), last);
            sum += weight * texelFetch(u_color, from, 0);
            total += weight;
        }
    o_color = sum / total;
}
