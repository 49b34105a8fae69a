// Weights of complex Gaussians, averaged over texels. Twin: realtime/methods/circular_kernels.py.
// Needs COMPONENTS, REACH (of the kernel, in radii), KNOTS_X.
//
// Averaged over a texel a complex Gaussian stays separable, and at radii of a texel or two, which
// taps at single points would miss, blurs as it should; at radius 0 all of it is in one texel.
#include "inc/radius.glsl"

uniform sampler2D u_integrals;  // x: from the middle to REACH; a component a row: complex, 1/2 at the end

const float LEAST_RADIUS_PX = 1e-6;  // instead of 0, by which nothing can be divided

// How many texels the kernel takes to either side of its own.
int circular_taps(float radius) { return max(int(ceil(radius * REACH - 0.5)), 0); }

// One component's light from the middle to an edge `px` away; half of it beyond the reach.
vec2 light_up_to(int component, float px, float radius) {
    vec2 size = vec2(textureSize(u_integrals, 0));
    float along = px / (radius * REACH) * (size.x - 1.0);
    vec2 uv = (vec2(along, float(component)) + 0.5) / size;  // texel centres are the samples
    return textureLod(u_integrals, uv, 0.0).rg;
}
