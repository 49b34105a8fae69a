#version 330
// A small ball that shines, as a quad that faces the eye: four corners for each instance.
#include "inc/bulb.glsl"

uniform mat4 u_view_projection;
uniform vec3 u_eye;       // world, m
uniform float u_scale_px; // radius in px of a ball of 1 m where w is 1
uniform vec2 u_half_size; // of the target, px
uniform float u_exposure;

in vec4 in_ball;      // world: middle, radius, m
in vec3 in_emissive;  // radiance

out vec2 v_offset_px;
flat out float v_radius_px;
flat out vec3 v_light;  // exposed radiance of the middle

void main() {
    vec4 middle = u_view_projection * vec4(in_ball.xyz, 1.0);
    vec4 front = u_view_projection * vec4(in_ball.xyz + normalize(u_eye - in_ball.xyz) * in_ball.w, 1.0);
    float radius_px = in_ball.w * u_scale_px / max(middle.w, 1e-6);
    v_radius_px = max(radius_px, LEAST_PX);
    // The disc's edge falls as a smoothstep of variance SOFT_PX²/5, so its integral is this much
    // larger than the ball's: what leaves the ball must arrive, however small it is.
    float area = v_radius_px * v_radius_px + SOFT_PX * SOFT_PX / 5.0;
    v_light = in_emissive * (u_exposure * radius_px * radius_px / area);

    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    v_offset_px = corner * (v_radius_px + SOFT_PX);
    gl_Position = front;
    gl_Position.xy += v_offset_px / u_half_size * front.w;
}
