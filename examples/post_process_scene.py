"""What the post-process examples share: a small scene, its textures, and how light is displayed.

Nothing in here is diskblur's but the error that says what to mend. It stands for the renderer that
you have: it draws linear light into a float texture and depth into another.
"""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pyrr import Matrix44, Vector3

from realtime.errors import GraphicsError, PictureError, UsageError

Float32 = NDArray[np.float32]
Size = tuple[int, int]  # width, height in px

SHADERS = Path(__file__).parent / "post_process_shaders"
NEAR_M, FAR_M = 0.3, 60.0
HERO_M = 3.0  # along the view axis, where the red ball stands
EYE, TARGET = Vector3([0.0, 0.34, 0.0]), Vector3([0.0, 0.19, -HERO_M])
HAZE = (0.030, 0.036, 0.075)  # linear, of the sky too
FLOOR, FLOOR_M = (0.10, 0.085, 0.08), 45.0
SAMPLES = 4  # a pixel

# Two rows that part behind the hero: distance [m] and colour, linear.
RED, AMBER, TEAL = (0.62, 0.025, 0.03), (0.75, 0.33, 0.03), (0.02, 0.28, 0.30)
VIOLET, CREAM, GREEN = (0.22, 0.06, 0.42), (0.70, 0.60, 0.45), (0.06, 0.30, 0.08)
RIGHT = ((1.75, TEAL), (2.25, CREAM), (3.0, RED), (3.9, AMBER), (5.1, VIOLET), (6.8, TEAL))
LEFT = ((3.6, GREEN), (4.6, CREAM), (6.0, RED), (8.0, AMBER))
WARM, COLD = (1.0, 0.45, 0.12), (0.2, 0.45, 1.0)
PARTY = (WARM, (1.0, 0.12, 0.07), WARM, (0.15, 0.8, 0.25), WARM, COLD)
LAMP = 85.0  # times as bright as white: enough to still glow when spread over a disc


@dataclass(frozen=True)
class View:
    """Where the eye is. camera: world to clip, column-major as GL takes it."""

    eye: Vector3
    camera: Matrix44


def view_of(size: Size, vertical_fov_rad: float, sideways_m: float = 0.0) -> View:
    """Look at the hero, from beside the usual place by `sideways_m`."""
    eye = EYE + Vector3([sideways_m, 0.0, 0.0])
    fov_deg, aspect = np.degrees(vertical_fov_rad), size[0] / size[1]
    projection = Matrix44.perspective_projection(fov_deg, aspect, NEAR_M, FAR_M)
    return View(eye, projection * Matrix44.look_at(eye, TARGET, (0.0, 1.0, 0.0)))


class Targets:
    """What a frame of one size is drawn into, and the two textures that come of it."""

    def __init__(self, ctx: moderngl.Context, size: Size) -> None:
        limit = ctx.info["GL_MAX_TEXTURE_SIZE"]
        if max(size) > limit:
            raise GraphicsError(
                f"--size: {size[0]} × {size[1]} px, at most {limit} px a side expected. "
                f"Change --size"
            )
        self.ctx, self.size = ctx, size
        self.color = ctx.texture(size, 4, dtype="f2")  # above 1 is what makes discs of light
        self.depth = ctx.depth_texture(size)
        self.depth.compare_func = ""  # read as a number, not as the answer to a comparison
        self.blurred = ctx.texture(size, 4, dtype="f2")
        self.blurred_framebuffer = ctx.framebuffer([self.blurred])
        self.resolved = ctx.framebuffer([self.color], self.depth)
        samples = min(SAMPLES, ctx.max_samples)
        self._buffers = (
            ctx.renderbuffer(size, 4, samples=samples, dtype="f2"),
            ctx.depth_renderbuffer(size, samples=samples),
        )
        self.sampled = ctx.framebuffer(self._buffers[:1], self._buffers[1])

    def resolve(self) -> None:
        """Bring what was drawn into `sampled` into `resolved`: `color` and `depth`."""
        self.ctx.copy_framebuffer(self.resolved, self.sampled)

    def depth_at(self, x: int, y: int) -> float:
        """Window depth of a pixel, from the bottom left. Waits for the GPU: for clicks only."""
        data = self.resolved.read((x, y, 1, 1), components=1, attachment=-1, dtype="f4")
        return struct.unpack("f", data)[0]

    def release(self) -> None:
        """Free the memory."""
        framebuffers = (self.sampled, self.resolved, self.blurred_framebuffer)
        for part in (*framebuffers, *self._buffers, self.color, self.depth, self.blurred):
            part.release()


class Scene:
    """Balls that recede over a floor, and strings of small lamps far brighter than white."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        balls, lamps = _balls(), _lamps()
        floor = _row((0.0, 0.0, 0.0), FLOOR_M, FLOOR)[None]
        self.program = _program(ctx, "surface.vert", "surface.frag", BALLS=len(balls))
        self.program["u_balls"].write(balls[:, :4].tobytes())
        self.program["u_haze"] = HAZE
        self._buffers: list[moderngl.Buffer] = []
        self._draws = tuple(
            self._instanced(mesh, instances)
            for mesh, instances in ((_sphere(), balls), (_square(), floor), (_sphere(), lamps))
        )

    def draw(self, view: View, targets: Targets) -> None:
        """Draw linear light into `targets.color`, window depth into `targets.depth`.

        The lamps come after resolving. At the rim of a multisampled lamp a pixel has half its light
        and, as likely as not, the depth of the sky: enough light for a second disc, of the sky's
        radius. What is so bright needs colour and depth of the same surface.
        """
        self.program["u_camera"].write(view.camera.astype("f4").tobytes())
        self.program["u_eye"] = tuple(view.eye)
        self.ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        *surfaces, lamps = self._draws
        targets.sampled.use()
        targets.sampled.clear(*HAZE, 1.0, depth=1.0)
        for surface in surfaces:
            surface.render()
        targets.resolve()
        targets.resolved.use()
        lamps.render()

    def release(self) -> None:
        """Free the memory."""
        for part in (*self._draws, *self._buffers, self.program):
            part.release()

    def _instanced(self, mesh: Float32, instances: Float32) -> moderngl.VertexArray:
        buffers = [self.ctx.buffer(data.tobytes()) for data in (mesh, instances)]
        self._buffers += buffers
        parts = [
            (buffers[0], "3f 3f", "in_position", "in_normal"),
            (buffers[1], "4f 3f 3f/i", "in_place", "in_color", "in_glow"),
        ]
        vao = self.ctx.vertex_array(self.program, parts)
        vao.instances = len(instances)
        return vao


class Display:
    """Tone mapping and the sRGB curve: linear light in, what a screen shows out."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self.program = _program(ctx, "screen.vert", "screen.frag")
        self._triangle = ctx.vertex_array(self.program, [])

    def draw(self, light: moderngl.Texture, out: moderngl.Framebuffer) -> None:
        """Cover `out` with `light`."""
        out.use()
        self.ctx.enable_only(moderngl.NOTHING)
        light.use(0)
        self._triangle.render(vertices=3)

    def release(self) -> None:
        """Free the memory."""
        self._triangle.release()
        self.program.release()


def save_png(path: Path, framebuffer: moderngl.Framebuffer) -> None:
    """Write what a framebuffer shows. Raises PictureError where that cannot be."""
    data = framebuffer.read(components=3, alignment=1)
    image = Image.frombytes("RGB", framebuffer.size, data)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(path, format="PNG")
    except OSError as error:
        raise PictureError(
            f"{path}: not written ({error.strerror or error}), a writable place with room "
            f"expected. Change --out"
        ) from None


def size_of(text: str) -> Size:
    """Read WxH. Raises UsageError."""
    match = re.fullmatch(r"([1-9]\d{0,8})[x×]([1-9]\d{0,8})", text)
    if match is None:
        raise UsageError(
            f"--size: {text!r}, width and height in px above 0 expected, such as 960x540. "
            f"Change --size"
        )
    return int(match[1]), int(match[2])


def _program(ctx: moderngl.Context, vertex: str, fragment: str, **defines: int) -> moderngl.Program:
    head = "".join(f"\n#define {name} {value}" for name, value in defines.items())
    texts = [(SHADERS / name).read_text(encoding="utf-8") for name in (vertex, fragment)]
    vertex_shader, fragment_shader = (
        text.replace("#version 330", "#version 330" + head, 1) for text in texts
    )
    return ctx.program(vertex_shader=vertex_shader, fragment_shader=fragment_shader)


def _row(middle: tuple, scale: float, color: tuple, glow: tuple = (0.0, 0.0, 0.0)) -> Float32:
    """One instance, [10]: middle [m], scale, colour, glow; as `in_place`, `in_color`, `in_glow`."""
    return np.array([*middle, scale, *color, *glow], "f4")


def _balls() -> Float32:
    """Return [N, 10]."""
    right = [_ball(0.22 * (away - HERO_M), away, color) for away, color in RIGHT]
    left = [_ball(-0.33 - 0.2 * (away - 3.6), away, color) for away, color in LEFT]
    return np.stack(right + left)


def _ball(across_m: float, away_m: float, color: tuple) -> Float32:
    radius_m = 0.125 if away_m == HERO_M else 0.105
    return _row((across_m, radius_m, -away_m), radius_m, color)


def _lamps() -> Float32:
    """Return [N, 10]: strings that sag in the distance, lamps along the floor, one string near."""
    rows = []
    for string, (away, high, sag) in enumerate(((6.5, 0.95, 0.35), (10.0, 1.5, 0.4), (15, 2.3, 1))):
        for index, at in enumerate(np.linspace(-1, 1, 13 + 2 * string)):
            middle = (at * 0.30 * away, high - sag * (1 - at * at), -away - 0.6 * at)
            rows.append(_lamp(middle, PARTY[(index + 2 * string) % len(PARTY)], away))
    rng = np.random.default_rng(4)
    for index, away in enumerate(np.linspace(7, 26, 20)):
        middle = (rng.uniform(-0.26, 0.26) * away, 0.05 + 0.1 * rng.random(), -away)
        rows.append(_lamp(middle, PARTY[index % 4], away))
    for index, at in enumerate(np.linspace(0, 1, 5)):
        middle = (0.15 + 0.17 * at, 0.47 - 0.27 * at * at, -1.4)
        rows.append(_lamp(middle, PARTY[index], 1.4))
    return np.stack(rows)


def _lamp(middle: tuple, color: tuple, away_m: float) -> Float32:
    """As bright to the eye wherever it hangs: larger and dimmer lamps farther off."""
    radius_m = 0.0022 * away_m
    return _row(middle, radius_m, (0.0, 0.0, 0.0), tuple(LAMP * np.array(color)))


def _sphere(rings: int = 40, segments: int = 80) -> Float32:
    """Return triangles [3 · N, 6]: position and normal of a sphere of radius 1."""
    polar, around = np.meshgrid(
        np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, segments + 1), indexing="ij"
    )
    at = np.stack(
        [np.sin(polar) * np.sin(around), np.cos(polar), np.sin(polar) * np.cos(around)], axis=-1
    )
    a, b, c, d = at[:-1, :-1], at[1:, :-1], at[1:, 1:], at[:-1, 1:]
    corners = np.stack([a, b, c, a, c, d], axis=2).reshape(-1, 3)
    return np.concatenate([corners, corners], axis=1).astype("f4")


def _square() -> Float32:
    """Return two triangles [6, 6] in the plane y = 0 that face up."""
    corners = np.array([(-1, 0, -1), (-1, 0, 1), (1, 0, 1), (-1, 0, -1), (1, 0, 1), (1, 0, -1)])
    return np.concatenate([corners, np.tile((0, 1, 0), (6, 1))], axis=1).astype("f4")
