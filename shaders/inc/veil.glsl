// What the foreground leaves open of the aperture, for what is behind the focus plane.
//
//   light behind . .                  A ray through the aperture's point u comes from p + c·u behind
//                    ` .  | u         focus and from p - f·u in front of it (c, f: CoCs of both). So
//          p ---- focus ` |           a tap that reads at an offset o passes the foreground at
//                    . '  | lens      -o · f / c. Blurring both alone and laying one over the other
//   foreground  . '                   would lose this: a disc of light is cut by a leaf's sharp edge.

uniform sampler2D u_open;    // 1 where nothing is in front of focus, 0 where there is; nearest
uniform sampler2D u_veil;    // mean |CoC| in front, nearby [px]; LINEAR
uniform vec2 u_veil_scale;   // from uv of the picture to uv of u_veil

float veil_px(vec2 uv) { return textureLod(u_veil, uv * u_veil_scale, 0.0).r; }

float open_at(vec2 uv) { return textureLod(u_open, uv, 0.0).r; }
