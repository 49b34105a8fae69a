// How much of the sun arrives. One comparing fetch that mixes 4 texels itself: on a renderer in
// software four of them cost a third of the whole pass, for an edge two texels softer.
uniform sampler2DShadow u_shadow;  // depth from the sun, LINEAR

float sun_visibility(vec3 at) {  // at: shadow map uv and depth, 0..1; outside of it all is lit
    return texture(u_shadow, at);
}
