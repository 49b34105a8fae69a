#version 330
// Each pixel from the size that it needs, and by shares of both in between. Cost: 2 fetches; 3 where
// mixed.

#ifdef IDENTITY_FIRST
uniform sampler2D u_color;   // not blurred
#endif
uniform sampler2D u_place;   // where each pixel is on the bank's axis [knots]
uniform sampler2D u_full;    // blurred at full size, where that is needed
uniform sampler2D u_half;    // blurred at half size; LINEAR, clamped at the border
uniform vec2 u_mixed;        // up to .x full size alone, from .y on half size alone [knots]

out vec4 o_color;

vec4 from_half() {
    vec4 light = textureLod(u_half, 0.5 * gl_FragCoord.xy / vec2(textureSize(u_half, 0)), 0.0);
    return max(light, 0.0);  // past the rim of a bright disc the sharpening leaves less than nothing
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float place = texelFetch(u_place, pixel, 0).r;
    float share = (place - u_mixed.x) / (u_mixed.y - u_mixed.x);
    if (share >= 1.0) {
        o_color = from_half();
#ifdef IDENTITY_FIRST  // nothing was drawn there
    } else if (place <= 0.0) {
        o_color = texelFetch(u_color, pixel, 0);
#endif
    } else if (share <= 0.0) {
        o_color = texelFetch(u_full, pixel, 0);
    } else {
        o_color = mix(texelFetch(u_full, pixel, 0), from_half(), share);
    }
}
