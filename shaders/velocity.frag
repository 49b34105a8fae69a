#version 330
// The path of the light that arrives at each pixel while the shutter is open, from depth: see
// VelocityPass. STILL: 1 for what is still, with a sky where depth is 1; 0 for a body by itself.
#if STILL == 1
uniform sampler2D u_depth;  // window depth
uniform vec2 u_to_whole;    // factor and bias from it to that of the whole scene's camera
uniform mat4 u_sky_from_open;
uniform mat4 u_sky_from_close;
#else
#include "inc/body_depth.glsl"
#endif

uniform mat4 u_from_open;   // clip space when the shutter opens, to the middle of the opening: where
uniform mat4 u_from_close;  // what is seen at a place then is in the middle; the same as it closes
uniform vec2 u_size;        // of the picture [px]

out vec4 o_velocity;  // half chord, sagitta [px, +y down]

// Half a turn of the camera would go past infinity; such paths are no circles anyway.
const float LEAST_W = 1e-3;

vec2 seen_px(mat4 to_middle, vec4 clip) {
    vec4 there = to_middle * clip;
    return (0.5 * there.xy / max(there.w, LEAST_W) + 0.5) * u_size;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    mat4 from_open = u_from_open, from_close = u_from_close;
#if STILL == 1
    float depth = texelFetch(u_depth, pixel, 0).r;
    if (depth >= 1.0) {
        from_open = u_sky_from_open;
        from_close = u_sky_from_close;
    }
    depth = depth * u_to_whole.x + u_to_whole.y;
#else
    float depth = body_depth(pixel);
#endif
    vec4 clip = vec4(2.0 * gl_FragCoord.xy / u_size - 1.0, 2.0 * depth - 1.0, 1.0);
    vec2 opened = seen_px(from_open, clip), closed = seen_px(from_close, clip);
    // Light that was at `opened` in the middle of the opening has come here by its beginning.
    vec2 half_chord = 0.5 * (opened - closed);
    vec2 sagitta = gl_FragCoord.xy - 0.5 * (opened + closed);
    o_velocity = vec4(half_chord, sagitta) * vec4(1.0, -1.0, 1.0, -1.0);
}
