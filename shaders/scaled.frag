#version 330
// A picture on a target of another size, smoothly: what is shown already, so light is encoded.

uniform sampler2D u_color;  // display-referred

in vec2 v_uv;  // 0..1 over the target

out vec4 o_color;

void main() { o_color = vec4(texture(u_color, v_uv).rgb, 1.0); }
