#version 330
// The largest radius of every slice in the whole picture, one texel each. The cuts do not say it: they
// are found on a sparse grid and follow slowly, and light beyond a window that is too small would end
// at a straight edge.

uniform sampler2D u_rows;

out float o_radius;  // [px]

void main() {
    int slot = int(gl_FragCoord.x);
    float largest_px = 0.0;
    for (int y = 0; y < textureSize(u_rows, 0).y; ++y)
        largest_px = max(largest_px, texelFetch(u_rows, ivec2(slot, y), 0).r);
    o_radius = largest_px;
}
