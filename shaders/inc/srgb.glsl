// The sRGB curve (IEC 61966-2-1): light 0 … 1 to what is stored in files and sent to screens. Twin:
// encode_srgb() in realtime/pictures/srgb.py.

vec3 srgb(vec3 c) {
    return mix(12.92 * c, 1.055 * pow(max(c, 1e-5), vec3(1.0 / 2.4)) - 0.055,
               step(0.0031308, c));
}
