#version 330
// Shut a depth buffer where nothing is in front, so that what the front hides is drawn there alone.
// A texel more on each side stays open: it is read with linear filters.

uniform sampler2D u_front;      // 1 where there is a front, half the picture's size; LINEAR
uniform float u_texels_per_px;  // texels of u_front a px of the target

layout(location = 0) out vec4 o_color;

float front_at(vec2 texel) { return textureLod(u_front, texel / vec2(textureSize(u_front, 0)), 0.0).r; }

void main() {
    vec2 at = gl_FragCoord.xy * u_texels_per_px;
    // Four linear reads between the texels around, turned so that they meet all eight.
    float front = front_at(at) + front_at(at + vec2(-1.5, 0.5)) + front_at(at + vec2(0.5, 1.5))
                + front_at(at + vec2(1.5, -0.5)) + front_at(at + vec2(-0.5, -1.5));
    o_color = vec4(0.0);
    gl_FragDepth = front > 0.0 ? 1.0 : 0.0;
}
