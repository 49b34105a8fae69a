"""A scene's textures on the GPU, each picture once, with mipmaps."""

import functools
from collections.abc import Callable

import moderngl
import numpy as np

from realtime.gl.context import is_software
from realtime.scene.model import Maps, Picture

SRGB8_ALPHA8 = 0x8C43  # GL's name of the format that decodes sRGB at each fetch, before filtering
# A floor seen at a slant stays sharp, and beyond 8 little is gained. Renderers on the CPU get none:
# it takes them six times as long as all else in the pass together. Nor do they mix mipmap levels,
# which takes a sixth of it.
ANISOTROPY = 8.0

# texture, whether it holds sRGB, and the value that leaves the factors alone
SLOTS = (
    ("base_color", True, (255, 255, 255, 255)),
    ("finish", False, (128, 128, 255, 255)),
    ("metallic", False, (255, 255, 255, 255)),
    ("emissive", True, (255, 255, 255, 255)),
)


class SurfaceMaps:
    """Textures of materials, each combination of pictures once; as few fetches as hold them.

    base_color: alpha is opacity for a cutout, for all else metallic. finish: the normal's x, y, z,
    and roughness. metallic: in blue, where base_color has no room for it (see `rides`).
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self.textures: dict[tuple, moderngl.Texture] = {}
        self.pictures: list[Picture | None] = []  # kept, so that an id stays one picture's
        self.blank = {
            slot: self._upload(np.array(value, np.uint8).reshape(1, 1, 4), srgb)
            for slot, srgb, value in SLOTS
        }

    def of(self, maps: Maps, cutout: bool) -> dict[str, moderngl.Texture]:
        """Textures by slot; a blank where the material has none."""
        rough, normal = maps.metallic_roughness, maps.normal
        in_base = rides(maps, cutout)
        return {
            "base_color": self._base(maps.base_color, rough if in_base else None),
            "finish": self._finish(normal, rough),
            "metallic": self._plain("metallic", None if in_base else rough, srgb=False),
            "emissive": self._plain("emissive", maps.emissive, srgb=True),
        }

    def _base(self, base: Picture | None, rough: Picture | None) -> moderngl.Texture:
        if rough is None:
            return self._plain("base_color", base, srgb=True)
        packed = functools.partial(np.dstack, (base[..., :3], rough[..., 2]))
        return self._once(("base", base, rough), lambda: self._upload(packed(), srgb=True))

    def _plain(self, slot: str, picture: Picture | None, srgb: bool) -> moderngl.Texture:
        if picture is None:
            return self.blank[slot]
        return self._once((srgb, picture), lambda: self._upload(picture, srgb))

    def _finish(self, normal: Picture | None, rough: Picture | None) -> moderngl.Texture:
        if normal is None and rough is None:
            return self.blank["finish"]
        packed = functools.partial(packed_finish, normal, rough)
        return self._once(("finish", normal, rough), lambda: self._upload(packed(), srgb=False))

    def _once(self, pictures: tuple, make: Callable[[], moderngl.Texture]) -> moderngl.Texture:
        key = tuple(id(part) if isinstance(part, np.ndarray) else part for part in pictures)
        if key not in self.textures:
            self.pictures.extend(pictures)
            self.textures[key] = make()
        return self.textures[key]

    def _upload(self, picture: Picture, srgb: bool) -> moderngl.Texture:
        """GL's row 0 is the bottom one, a picture's is the top."""
        height, width = picture.shape[:2]
        data = np.ascontiguousarray(picture[::-1])
        special = {"internal_format": SRGB8_ALPHA8} if srgb else {}
        texture = self.ctx.texture((width, height), 4, data, **special)
        texture.build_mipmaps()
        texture.repeat_x = texture.repeat_y = True
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        if is_software(self.ctx):
            texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        else:
            texture.anisotropy = min(ANISOTROPY, self.ctx.max_anisotropy)
        return texture

    def release(self) -> None:
        """Free the memory."""
        for texture in (*self.textures.values(), *self.blank.values()):
            texture.release()
        self.textures.clear()
        self.blank.clear()
        self.pictures.clear()


def rides(maps: Maps, cutout: bool) -> bool:
    """Whether metallic has a place in the base colour's alpha, which only cutouts need."""
    base, rough = maps.base_color, maps.metallic_roughness
    fits = base is not None and rough is not None and base.shape == rough.shape
    return fits and not cutout


def packed_finish(normal: Picture | None, rough: Picture | None) -> Picture:
    """Normal's x, y, z, and roughness, [H, W, 4]; the larger height and width of the two."""
    given = [picture for picture in (normal, rough) if picture is not None]
    height, width = np.max([picture.shape[:2] for picture in given], axis=0)
    packed = np.empty((height, width, 4), np.uint8)
    packed[...] = SLOTS[1][2]
    if normal is not None:
        packed[..., :3] = stretched(normal, height, width)[..., :3]
    if rough is not None:
        packed[..., 3] = stretched(rough, height, width)[..., 1]
    return packed


def stretched(picture: Picture, height: int, width: int) -> Picture:
    """Resize bilinearly; what leaves at one side comes in at the other, as a texture's does."""
    if picture.shape[:2] == (height, width):
        return picture
    rows = _mixed(picture.astype(np.float32), height)
    both = _mixed(rows.swapaxes(0, 1), width).swapaxes(0, 1)
    return np.round(both).astype(np.uint8)


def _mixed(values: np.ndarray, count: int) -> np.ndarray:
    """`count` rows from those of `values`; texel centres are at halves."""
    have = len(values)
    at = (np.arange(count) + 0.5) * have / count - 0.5
    below = np.floor(at).astype(int)
    part = (at - below).astype(np.float32).reshape(-1, *[1] * (values.ndim - 1))
    return values[below % have] * (1 - part) + values[(below + 1) % have] * part
