#version 330
// A photograph at the size of the target, smoothly, and exposed.

uniform sampler2D u_color;  // linear light, premultiplied, with mipmaps
uniform float u_exposure;   // factor on all light

in vec2 v_uv;  // 0..1 over the target

out vec4 o_color;

void main() {
    vec4 color = texture(u_color, v_uv);
    o_color = vec4(color.rgb * u_exposure, color.a);
}
