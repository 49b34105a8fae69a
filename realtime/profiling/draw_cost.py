"""What one draw cost: pixels, fetches from each texture, bytes."""

from collections.abc import Callable
from dataclasses import dataclass

import moderngl

from realtime.gl.program import Texture

# Groups of what is fetched from
PICTURE = "picture"  # light, also half blurred: 3 or 4 components
BANK = "bank"  # taps, vectors, targets: texture arrays
PARAMETER = "parameter"  # what says how to blur each pixel: places, frames, CoC, depth, cuts, tiles
GROUPS = (PICTURE, BANK, PARAMETER)

_BANK_SAMPLERS = ("u_taps", "u_integrals", "u_offsets", "u_weights", "u_vectors", "u_targets")
# Beginnings of names of samplers that may have 4 components and still are no picture
_PARAMETER_SAMPLERS = (
    *("u_place", "u_frames", "u_cuts", "u_pair", "u_cover", "u_spread", "u_velocity"),
    *("u_histogram", "u_tiles", "u_classes"),
)

GroupOf = Callable[[str, Texture], str]


def group_of(sampler: str, texture: Texture) -> str:
    """Return the group of a texture by the sampler it is bound to."""
    if sampler in _BANK_SAMPLERS or isinstance(texture, moderngl.TextureArray):
        return BANK
    if sampler.startswith(_PARAMETER_SAMPLERS) or texture.components < 3:
        return PARAMETER
    return PICTURE


@dataclass(frozen=True)
class Storage:
    """A texture's or a renderbuffer's memory, without mipmaps.

    identity: equal for the same object as long as it is alive. size: (width, height, layers).
    dtype: moderngl's, "f2" is half float.
    """

    identity: tuple[str, int]
    size: tuple[int, int, int]
    components: int
    dtype: str

    @property
    def texel_bytes(self) -> int:
        """Bytes of one texel; what a driver pads it to is not known."""
        return self.components * int(self.dtype[-1])

    @property
    def bytes(self) -> int:
        """Bytes of all texels."""
        width, height, layers = self.size
        return width * height * layers * self.texel_bytes

    @property
    def format(self) -> str:
        """Components and their kind, as "4 × f2"."""
        return f"{self.components} × {self.dtype}"


def storage_of(part: Texture | moderngl.Renderbuffer) -> Storage:
    """Tell of an OpenGL object."""
    width, height, *layers = part.size
    faces = 6 if isinstance(part, moderngl.TextureCube) else 1
    kind = "renderbuffer" if isinstance(part, moderngl.Renderbuffer) else "texture"
    return Storage(
        (kind, part.glo), (width, height, (layers or [faces])[0]), part.components, part.dtype
    )


@dataclass(frozen=True)
class Reads:
    """What a draw fetched through one sampler.

    filtered: fetches through the sampler's filter, each one whatever it reads of its neighbours:
    those are in the cache, and hardware counts so too. plain: fetches of single texels.
    """

    sampler: str
    group: str
    storage: Storage
    filtered: int
    plain: int

    @property
    def fetches(self) -> int:
        """Of both kinds."""
        return self.filtered + self.plain

    @property
    def bytes(self) -> int:
        """One texel a fetch."""
        return self.fetches * self.storage.texel_bytes


@dataclass(frozen=True)
class DrawCost:
    """What one draw did.

    name: of the fragment shader. size: of the target, (width, height). pixels: that the shader ran
    for; those that early depth tests kept out are not among them. written: the colour targets.
    blended: it read them too. Depth buffers are left out.
    """

    name: str
    size: tuple[int, int]
    pixels: int
    reads: tuple[Reads, ...]
    written: tuple[Storage, ...]
    blended: bool

    def fetches(self, group: str | None = None) -> int:
        """Fetches of one group, or of all."""
        return sum(read.fetches for read in self.reads if group in (None, read.group))

    @property
    def by_sampler(self) -> dict[str, int]:
        """Fetches through each sampler."""
        return {read.sampler: read.fetches for read in self.reads}

    @property
    def bytes_written(self) -> int:
        """To colour targets."""
        return self.pixels * sum(target.texel_bytes for target in self.written)

    @property
    def bytes_read(self) -> int:
        """Fetched, and read back for blending."""
        blended = self.bytes_written if self.blended else 0
        return blended + sum(read.bytes for read in self.reads)
