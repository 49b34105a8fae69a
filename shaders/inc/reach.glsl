// How far the light of a slice reaches: its largest radius, see reach.frag.

uniform sampler2D u_reach;  // one texel a slot [px]

float reach_px(int slot) { return texelFetch(u_reach, ivec2(slot, 0), 0).r; }
