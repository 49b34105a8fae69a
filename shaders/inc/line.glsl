// A picture blurred evenly along a line that begins at the pixel.

// Reads are in the middles of equal steps: no read is at an end, where another line begins. A step
// is at most one texel along the axis that the line is nearer to, so that bilinear reads leave no
// gaps. A line of no length is the pixel itself: a filtered read at its middle may be off by a little of
// a bright neighbour. end: [px]. Cost: as many fetches as there are steps, at least 1.
vec4 along_line(sampler2D picture, vec2 end) {
    if (end == vec2(0.0)) return texelFetch(picture, ivec2(gl_FragCoord.xy), 0);
    vec2 texel_uv = 1.0 / vec2(textureSize(picture, 0));
    vec2 uv = gl_FragCoord.xy * texel_uv;
    int steps = max(int(ceil(max(abs(end.x), abs(end.y)))), 1);
    vec2 step_uv = end * texel_uv / float(steps);
    vec4 sum = vec4(0.0);
    for (int i = 0; i < steps; ++i) {
        sum += textureLod(picture, uv + (float(i) + 0.5) * step_uv, 0.0);
    }
    return sum / float(steps);
}
