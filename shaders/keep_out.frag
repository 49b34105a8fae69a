#version 330
// Shut a depth buffer where nothing is in front, so that what the front hides is drawn there alone.
// A texel more on each side stays open: it is read with linear filters. One linear read of a quarter of
// the picture's size sees that far, and at most a texel of its own more.

uniform sampler2D u_front;      // 1 where there is a front, a quarter of the picture's size; LINEAR
uniform float u_texels_per_px;  // texels of u_front a px of the target

layout(location = 0) out vec4 o_color;

void main() {
    vec2 at = gl_FragCoord.xy * u_texels_per_px;
    float front = textureLod(u_front, at / vec2(textureSize(u_front, 0)), 0.0).r;
    o_color = vec4(0.0);
    gl_FragDepth = front > 0.0 ? 1.0 : 0.0;
}
