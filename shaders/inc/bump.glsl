// Normal maps without stored tangents: the frame comes from how position and uv change from pixel
// to pixel. Solves  dp = T du + B dv  for T and B in the surface's plane.
vec3 bumped(vec3 normal, vec3 world, vec2 uv, vec3 bump) {  // bump: tangent space, +y up the texture
    vec3 dp_x = dFdx(world), dp_y = dFdy(world);
    vec2 du_x = dFdx(uv), du_y = dFdy(uv);
    vec3 across_y = cross(dp_y, normal), across_x = cross(normal, dp_x);
    vec3 tangent = across_y * du_x.x + across_x * du_y.x;
    vec3 bitangent = across_y * du_x.y + across_x * du_y.y;
    float size2 = max(dot(tangent, tangent), dot(bitangent, bitangent));
    // The normal faces the eye, so dp_x, dp_y and it are right-handed and no sign is owed. One scale
    // for both keeps a picture's mirroring and stretch. No uv, no bump.
    float shrink = inversesqrt(max(size2, 1e-30));
    vec3 leaning = (tangent * bump.x + bitangent * bump.y) * shrink + normal * max(bump.z, 0.05);
    return normalize(leaning);
}
