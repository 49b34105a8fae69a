"""A scene's textures on the GPU, each picture once, with mipmaps."""

import moderngl
import numpy as np

from realtime.gl.context import is_software
from realtime.scene.model import Maps, Picture

SRGB8_ALPHA8 = 0x8C43  # GL's name of the format that decodes sRGB at each fetch, before filtering
# A floor seen at a slant stays sharp, and beyond 8 little is gained. Renderers on the CPU get none:
# it takes them six times as long as all else in the pass together.
ANISOTROPY = 8.0

# slot in `Maps`, whether it holds sRGB, and the value that leaves the factors alone
SLOTS = (
    ("base_color", True, (255, 255, 255, 255)),
    ("metallic_roughness", False, (255, 255, 255, 255)),
    ("normal", False, (128, 128, 255, 255)),
    ("emissive", True, (255, 255, 255, 255)),
)


class SurfaceMaps:
    """Textures of materials, by picture and by whether it holds colours."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self.textures: dict[tuple[int, bool], moderngl.Texture] = {}
        self.pictures: list[Picture] = []  # kept, so that an id stays one picture's
        self.blank = {
            slot: self._texture(np.array(value, np.uint8).reshape(1, 1, 4), srgb)
            for slot, srgb, value in SLOTS
        }

    def of(self, maps: Maps) -> dict[str, moderngl.Texture]:
        """Textures by slot; a blank where the material has none."""
        found = {}
        for slot, srgb, _ in SLOTS:
            picture = getattr(maps, slot)
            found[slot] = self.blank[slot] if picture is None else self._texture(picture, srgb)
        return found

    def _texture(self, picture: Picture, srgb: bool) -> moderngl.Texture:
        key = id(picture), srgb
        if key not in self.textures:
            self.pictures.append(picture)
            self.textures[key] = self._upload(picture, srgb)
        return self.textures[key]

    def _upload(self, picture: Picture, srgb: bool) -> moderngl.Texture:
        """GL's row 0 is the bottom one, a picture's is the top."""
        height, width = picture.shape[:2]
        data = np.ascontiguousarray(picture[::-1])
        special = {"internal_format": SRGB8_ALPHA8} if srgb else {}
        texture = self.ctx.texture((width, height), 4, data, **special)
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = True
        if not is_software(self.ctx):
            texture.anisotropy = min(ANISOTROPY, self.ctx.max_anisotropy)
        return texture

    def release(self) -> None:
        """Free the memory."""
        for texture in self.textures.values():
            texture.release()
        self.textures.clear()
        self.pictures.clear()
