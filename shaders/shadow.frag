#version 330
// Depth alone; what a cutout leaves open lets the sun through.
uniform sampler2D u_base_color;

in vec2 v_uv;
flat in float v_cutoff;

void main() {
    if (texture(u_base_color, v_uv).a < v_cutoff) discard;
}
