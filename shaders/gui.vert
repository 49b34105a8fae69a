#version 330
// The interface's triangles, as Dear ImGui lays them out.

uniform vec2 u_size;  // of the surface, units of the interface

in vec2 in_place;  // units of the interface from the top left, +y down
in vec2 in_uv;
in vec4 in_color;  // sRGB, straight alpha

out vec2 v_uv;
out vec4 v_color;

void main() {
    v_uv = in_uv;
    v_color = in_color;
    vec2 place = in_place / u_size * 2.0 - 1.0;
    gl_Position = vec4(place.x, -place.y, 0.0, 1.0);
}
