#version 330
// A pixel of the interface: letters and pictures, in a colour. It lies over what is encoded already,
// and is blended there as all interfaces are, in sRGB. SOLID: of one colour, and hides what is there.

#ifndef SOLID
uniform sampler2D u_image;  // display-referred, straight alpha

in vec2 v_uv;
#endif
in vec4 v_color;  // sRGB, straight alpha

out vec4 o_color;

void main() {
#ifdef SOLID
    o_color = v_color;
#else
    o_color = v_color * texture(u_image, v_uv);
#endif
}
