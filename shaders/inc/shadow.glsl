// How much of the sun arrives: 4 comparing fetches, each of which mixes 4 texels itself.
uniform sampler2DShadow u_shadow;  // depth from the sun, LINEAR

const float SPREAD_PX = 0.75;  // of the 4 fetches round the middle: together a tent of about 3.5 px

float sun_visibility(vec3 at) {  // at: shadow map uv and depth, 0..1; outside of it all is lit
    vec2 px = SPREAD_PX / vec2(textureSize(u_shadow, 0));
    float lit = texture(u_shadow, vec3(at.xy + px * vec2(-1.0, -0.35), at.z))
              + texture(u_shadow, vec3(at.xy + px * vec2(0.35, -1.0), at.z))
              + texture(u_shadow, vec3(at.xy + px * vec2(1.0, 0.35), at.z))
              + texture(u_shadow, vec3(at.xy + px * vec2(-0.35, 1.0), at.z));
    return 0.25 * lit;
}
