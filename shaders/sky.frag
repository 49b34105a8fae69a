#version 330
#include "inc/sky.glsl"

uniform float u_exposure;

in vec3 v_direction;

layout(location = 0) out vec4 o_color;  // exposed linear

void main() {
    float height = v_direction.y * inversesqrt(max(dot(v_direction, v_direction), 1e-30));
    o_color = vec4(sky_radiance(height, 0.0) * u_exposure, 1.0);
}
