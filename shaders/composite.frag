#version 330
// The blurred slices laid over each other: front over behind.

uniform sampler2D u_behind;  // premultiplied; its holes were filled, so alpha is near 1
uniform sampler2D u_front;   // premultiplied; alpha = how much of the aperture it covers

out vec4 o_color;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 behind = texelFetch(u_behind, pixel, 0);
    vec4 front = texelFetch(u_front, pixel, 0);
    vec3 back = behind.rgb / max(behind.a, 1e-4);
    o_color = vec4(front.rgb + (1.0 - min(front.a, 1.0)) * back, 1.0);
}
