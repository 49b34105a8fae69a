// Radiance of the sky by direction: a ground, a band at the horizon, a zenith. No texture.
uniform vec3 u_zenith;   // linear radiance
uniform vec3 u_horizon;
uniform vec3 u_ground;
uniform float u_band;    // sine of the elevation at which the zenith's colour is reached

const float GROUND_BAND = 0.12;  // the ground takes over within 7 degrees, as haze does

// `blur` widens both bands: 0 for the sky itself, about the roughness for a reflection of it.
vec3 sky_radiance(float height, float blur) {
    float up = clamp(height / (u_band + blur), 0.0, 1.0);
    float down = clamp(-height / (GROUND_BAND + blur), 0.0, 1.0);
    vec3 sky = mix(u_horizon, u_zenith, up * (2.0 - up));
    return mix(sky, u_ground, down * (2.0 - down));
}

// Mean radiance over the hemisphere round a normal: what a matt surface gathers.
vec3 sky_ambient(float normal_y) {
    vec3 above = mix(u_horizon, u_zenith, 0.5);
    return mix(u_ground, above, 0.5 + 0.5 * normal_y);
}
