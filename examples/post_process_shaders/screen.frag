#version 330
// Linear light of any brightness to what a screen shows. The blur comes before it: a lamp must still
// be many times as bright as white when its light is spread over a disc.

uniform sampler2D u_light;      // linear, exposed

in vec2 v_uv;
out vec4 o_color;

void main() {
    vec3 shown = 1.0 - exp(-texture(u_light, v_uv).rgb);  // as film: nothing clips at once
    vec3 dark = 12.92 * shown, bright = 1.055 * pow(shown, vec3(1.0 / 2.4)) - 0.055;
    o_color = vec4(mix(dark, bright, step(0.0031308, shown)), 1.0);  // sRGB
}
