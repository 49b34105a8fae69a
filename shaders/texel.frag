#version 330
// The same pixel of another texture, as it is.
uniform sampler2D u_color;

layout(location = 0) out vec4 o_color;

void main() { o_color = texelFetch(u_color, ivec2(gl_FragCoord.xy), 0); }
