// Window depth of something alone: its own where it is, that of what is near of it elsewhere.

uniform sampler2D u_depth;   // window depth of one part of the scene, 1 where it is not
uniform sampler2D u_nearby;  // half the size: window depth of the whole scene's camera; LINEAR
uniform vec2 u_to_whole;     // factor and bias from the first's depth to the second's

float body_depth(ivec2 pixel) {
    float own = texelFetch(u_depth, pixel, 0).r;
    if (own < 1.0) return own * u_to_whole.x + u_to_whole.y;
    return textureLod(u_nearby, (vec2(pixel) + 0.5) / (2.0 * vec2(textureSize(u_nearby, 0))), 0.0).r;
}
