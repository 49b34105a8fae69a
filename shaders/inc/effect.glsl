// An effect is a fragment shader that includes this and defines spot_at(): where a pixel is on the axes
// of a bank, and how the bank's offsets are turned and stretched there. Needs AXES (1 or 2, the bank's)
// and TURNS (whether frames are kept); with RAW the values themselves are written, to look at them.
#include "inc/places.glsl"

struct Spot {
    vec2 at;     // values on the bank's axes, in their units; without a second axis y means nothing
    mat2 frame;  // from the bank's offsets to the picture's, px, +x right, +y down
};

const mat2 UPRIGHT = mat2(1.0);

uniform vec2 u_whole;   // (width, height) of the whole picture [px]
uniform vec2 u_origin;  // where in it this part begins, from the top left [px]
uniform vec2 u_part;    // (width, height) of this part [px]

#ifndef RAW
uniform sampler2D u_places;  // see inc/places.glsl
uniform vec3 u_axis;
#if AXES == 2
uniform sampler2D u_places_1;
uniform vec3 u_axis_1;
#endif
#endif

// px: in the whole picture, from its top left, +y down, pixel centres at .5.
Spot spot_at(vec2 px);

// A setting as a fraction of the picture, to px.
vec2 place_px(vec2 fraction) { return fraction * u_whole; }

// A setting as a fraction of the picture's height, to px.
float length_px(float fraction) { return fraction * u_whole.y; }

// The frame whose +x points along `way`; where that has no direction, upright.
mat2 along(vec2 way) {
    float far = length(way);
    vec2 x = far > 0.0 ? way / far : vec2(1.0, 0.0);
    return mat2(x, vec2(-x.y, x.x));
}

// Half an arc's length [px] and bend [rad], shortened to what a bank of arcs has: both alike, since with
// one of them held alone it would leave its circle. RAW: as asked for.
vec2 held_arc(vec2 arc) {
#if AXES == 2 && !defined(RAW)
    vec2 most = vec2(u_axis.y, u_axis_1.y) / max(arc, vec2(1e-6));
    arc *= min(1.0, min(most.x, most.y));
#endif
    return arc;
}

layout(location = 0) out vec4 o_place;  // as many numbers as axes [knots]; RAW: [the axes' units]
#if TURNS == 1
layout(location = 1) out vec4 o_frame;  // columns
#endif

void main() {
    vec2 px = u_origin + vec2(gl_FragCoord.x, u_part.y - gl_FragCoord.y);
    Spot spot = spot_at(px);
#ifdef RAW
    o_place = vec4(spot.at, 0.0, 0.0);
#else
    o_place = vec4(place_on(u_places, u_axis, spot.at.x), 0.0, 0.0, 0.0);
#if AXES == 2
    o_place.y = place_on(u_places_1, u_axis_1, spot.at.y);
#endif
#endif
#if TURNS == 1
    o_frame = vec4(spot.frame[0], spot.frame[1]);
#endif
}
