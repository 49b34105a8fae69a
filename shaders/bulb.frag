#version 330
// A disc with a soft edge. Summed over pixels it is the same light wherever it lies between them,
// within 2 %; a disc of 2 px with a hard edge is off by a fifth, and its bokeh flickers with that.
#include "inc/bulb.glsl"

const float MAX_RADIANCE = 60000.0;  // half float ends at 65504
const float LEAST = 0.004;  // less coverage than 1/255 is not worth a depth of its own

in vec2 v_offset_px;
flat in float v_radius_px;
flat in vec3 v_light;

layout(location = 0) out vec4 o_color;  // premultiplied by how much of the pixel is covered

void main() {
    float covered = 1.0 - smoothstep(-SOFT_PX, SOFT_PX, length(v_offset_px) - v_radius_px);
    if (covered < LEAST) discard;
    o_color = vec4(min(v_light, vec3(MAX_RADIANCE)), 1.0) * covered;
}
