// From half chord and sagitta of a path to a bank of arcs or of streaks; after inc/effect.glsl.
//
// A point that moves at even speed along an arc, whose direction turns by 2 · bend, is at its ends
// radius · sin(bend) / bend along the chord from the middle, and radius · (1 - cos(bend)) / bend aside:
// their ratio is tan(bend / 2).

const float LEAST_PX = 0.25;  // shorter half chords are none: such a blur is less than its reads soften
const float MOST_BEND = 3.0;  // nearly a whole turn: beyond it both ends tell nothing

Spot spot_along(vec2 half_chord, vec2 sagitta) {
    float reach = length(half_chord);
    if (!(reach > LEAST_PX)) return Spot(vec2(0.0), UPRIGHT);
    vec2 way = half_chord / reach, aside = vec2(-way.y, way.x);
    float rise = dot(sagitta, aside);
    float bend = min(2.0 * atan(abs(rise), reach), MOST_BEND);
    float radius = reach * (bend > 1e-3 ? bend / sin(bend) : 1.0);
    return Spot(held_arc(vec2(radius, bend)), mat2(way, rise < 0.0 ? -aside : aside));
}
