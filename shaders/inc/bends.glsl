// The taps of a layer that moves on lines with few bends: its numbers stand in the source, nothing is
// fetched. Twin: Bank.cascade() in realtime/bank/model.py. Needs KNOTS_X, the moves of inc/bank.glsl, and
// what realtime/gl/bends.py finds in the layer: ALONG, what the lines are functions of; HINGES, how many
// there are, and SET_HINGES, where; RECORDS.
// Cost: a record's numbers take a multiply-add a hinge each, those that stay the same none.

float hinges[HINGES];  // how far the pixel is beyond each

#define RISE(knot, slope) + (slope) * max(at - (knot), 0.0)
#define HINGE(k, from) hinges[k] = max(along - (from), 0.0);
#define BEND(k, slope) + (slope) * hinges[k]
#define RECORD(A, x, y, weight) A(vec2(x, y), weight);

void add_taps(vec2 place) {
    float at = min(place.x, float(KNOTS_X - 1));  // outside the knots the nearest one holds
    float along = ALONG;
    SET_HINGES
    RECORDS
}
