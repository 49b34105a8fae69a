// A small ball that shines, as a disc with a soft edge.
const float SOFT_PX = 0.75;  // half the edge's width: summed over pixels, light stays within 2 %
const float LEAST_PX = 1.1;  // smaller radii are drawn this large, and dimmer
