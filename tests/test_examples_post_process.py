"""The post-process examples, run as anybody runs them: sharp in focus, discs of light out of it."""

import json
import math
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import moderngl
import numpy as np
import pytest
from PIL import Image

from realtime.bank import Axis, Bank, write_bank
from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

BOX = Image.Resampling.BOX
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
# moderngl-window 3.1 imports PyGLM by the name that PyGLM is about to drop.
STRICT = ("-W", "error", "-W", "ignore:Importing PyGLM:PendingDeprecationWarning")
HEADLESS = ("--window", "headless", "--backend", "egl")
SIZE = (480, 270)  # width, height
LENS = Lens(85.0, 1.4, 3.0)  # the examples' own
LAMP_M = (0.0, 0.6, -6.5)  # the middle of the nearest string; no other lamp lands near it
LAMP_RADIUS_M = 0.0022 * 6.5


@pytest.fixture(autouse=True)
def examples(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))


@pytest.fixture(scope="module")
def bank(tmp_path_factory) -> Path:
    """A disc of 64 taps in one layer: mean |offset|² of a sunflower's seeds is that of a disc."""
    seeds = np.arange(64)
    polar, turn = np.sqrt((seeds + 0.5) / 64), np.pi * (3 - np.sqrt(5)) * seeds
    flower = polar[:, None] * np.stack([np.cos(turn), np.sin(turn)], -1)
    knots = (0.0, 1.0, 16.0)
    offsets = (flower[:, None, None] * np.array(knots)[:, None]).astype("f4")
    weights = np.full((64, 1, 3), 1 / 64, "f4")
    path = tmp_path_factory.mktemp("bank") / "disc.safetensors"
    write_bank(path, Bank((Axis("radius", "px", knots),), (offsets,), (weights,)))
    return path


def run(script: str, *arguments, **environment) -> subprocess.CompletedProcess:
    command = [sys.executable, *STRICT, EXAMPLES / script, *map(str, arguments)]
    settings = os.environ | environment
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "MODERNGL_WINDOW"):
        settings.pop(name, None)
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=settings)


def written(path: Path) -> np.ndarray:
    """Return [H, W, 3], 0 … 1 as displayed."""
    return np.asarray(Image.open(path), "f4") / 255


def without_blur(ctx, size=SIZE, sideways_m=0.0) -> np.ndarray:
    """The same scene, never blurred [H, W, 3]."""
    from post_process_scene import Display, Scene, Targets, view_of

    scene, display, targets = Scene(ctx), Display(ctx), Targets(ctx, size)
    shown = ctx.simple_framebuffer(size, components=3)
    scene.draw(view_of(size, LENS.vertical_fov_rad, sideways_m), targets)
    display.draw(targets.color, shown)
    data = np.frombuffer(shown.read(components=3, alignment=1), "u1")
    ctx.detect_framebuffer(0).use()
    for part in (scene, display, targets, shown):
        part.release()
    return data.reshape(*size[::-1], 3)[::-1].astype("f4") / 255


def around(picture, point_m, reach_px: int, sideways_m=0.0) -> np.ndarray:
    """The square of pixels around a point of the scene."""
    from post_process_scene import view_of

    height, width = picture.shape[:2]
    view = view_of((width, height), LENS.vertical_fov_rad, sideways_m)
    x, y, _, w = np.array(view.camera).T @ (*point_m, 1.0)
    column, row = round((x / w + 1) / 2 * width - 0.5), round((1 - y / w) / 2 * height - 0.5)
    return picture[row - reach_px : row + reach_px + 1, column - reach_px : column + reach_px + 1]


def light_of(square: np.ndarray) -> np.ndarray:
    """Linear light [H, W], the display's curve undone: of blue, not yet white in a disc."""
    return -np.log1p(-np.minimum(((square[..., 2] + 0.055) / 1.055) ** 2.4, 0.999))


def lit_px(square: np.ndarray) -> int:
    """How many pixels have half the brightest light."""
    light = light_of(square)
    return int((light > light.max() / 2).sum())


def disc_radius_px(square: np.ndarray) -> float:
    """Radius of the disc that has the same second moment, what lies around it taken off."""
    light = light_of(square)
    rim = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    light = np.maximum(light - 1.5 * np.median(rim), 0)
    y, x = np.mgrid[: light.shape[0], : light.shape[1]]
    middle = [(light * axis).sum() / light.sum() for axis in (y, x)]
    spread = (light * ((y - middle[0]) ** 2 + (x - middle[1]) ** 2)).sum() / light.sum()
    return float(np.sqrt(2 * spread))


def detail(square: np.ndarray) -> float:
    return float(np.abs(np.diff(square, axis=1)).mean())


def check_through_the_lens(got: np.ndarray, sharp: np.ndarray, sideways_m=0.0) -> None:
    """The ball in focus is as it was; a lamp behind is a disc of the lens's radius."""
    assert got.shape == sharp.shape
    assert len(np.unique(got.reshape(-1, 3), axis=0)) > 2000, "it shows something"
    hero = [around(p, (0.03, 0.15, -3.0), 12, sideways_m) for p in (got, sharp)]
    assert np.abs(hero[0] - hero[1]).max() < 6 / 255
    assert detail(hero[0]) > 0.8 * detail(hero[1]) > 0, "also its highlight and edge of shade"
    near = [p[-20:, 250:460] for p in (got, sharp)]
    assert detail(near[0]) < 0.4 * detail(near[1]), "the floor before the focus"
    lamp = [around(p, LAMP_M, 10, sideways_m) for p in (got, sharp)]
    point_px = LAMP_RADIUS_M / 6.5 / (2 * np.tan(LENS.vertical_fov_rad / 2)) * SIZE[1]
    assert lit_px(lamp[1]) == pytest.approx(np.pi * point_px**2, rel=0.35)
    disc_px = LENS.coc_radius(6.5) * SIZE[1]
    assert disc_radius_px(lamp[0]) == pytest.approx(np.hypot(disc_px, point_px), abs=0.5)


@pytest.mark.gl
def test_the_plain_program_writes_the_scene_through_a_lens(ctx, bank, tmp_path):
    out, small = tmp_path / "deep" / "p.png", tmp_path / "t.png"
    done = run(
        "post_process_moderngl.py", bank, "--out", out, "--size", "480x270", "--thumbnail", small
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    picture = written(out)
    check_through_the_lens(picture, without_blur(ctx))
    thumbnail = written(small)
    fresh = run("post_process_moderngl.py", bank, "--out", out, "--size", "120x67")
    assert fresh.returncode == 0
    np.testing.assert_array_equal(thumbnail, written(out), "resized is as made at that size")
    # Below the lamps, which at this size are smaller than pixels. Half or twice the blur: 0.013.
    scaled = Image.fromarray((picture * 255).round().astype("u1")).resize((120, 67), BOX)
    below = np.abs(thumbnail - np.asarray(scaled, "f4") / 255)[30:]
    assert below.mean() < 0.011, "blur is a share of the picture's height"


@pytest.mark.gl
def test_the_window_program_writes_its_last_frame(ctx, bank, tmp_path):
    out = tmp_path / "w.png"
    options = ("--size", "480x270", "--frames", 3, "--out", out)
    done = run("post_process_window.py", bank, *HEADLESS, *options)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    sideways_m = 0.12 * np.sin(2 * np.pi * (2 / 30) / 9)
    check_through_the_lens(written(out), without_blur(ctx, SIZE, sideways_m), sideways_m)


@pytest.mark.gl
def test_a_picture_is_resized_any_number_of_times_and_leaves_no_error(ctx, bank):
    from post_process_moderngl import Picture

    from realtime.bank import read_bank
    from realtime.errors import GraphicsError

    assert ctx.error == "GL_NO_ERROR"
    picture = Picture(ctx, read_bank(bank), (64, 36))
    picture.draw(LENS)
    for size in ((40, 30), (31, 57), (64, 36)):
        picture.resize(size)
    with pytest.raises(GraphicsError, match="--size: 99999 × 9 px, at most"):
        picture.resize((99999, 9))
    picture.draw(LENS)
    assert picture.shown.size == picture.dof.size == picture.targets.size == (64, 36)
    ctx.detect_framebuffer(0).use()
    picture.release()
    assert ctx.error == "GL_NO_ERROR"


SESSION = """
import json, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from post_process_window import Window, open_window, save_png
window = open_window([sys.argv[2], *sys.argv[4:]])
window.draw(0.0)
notes = {}
for name, (x, y) in {"cream": (170, 190), "sky": (60, 70), "outside": (480, 10)}.items():
    window.on_mouse_press_event(x, y, 1)
    notes[name] = window.lens.focus_distance_m
for name, steps in {"opened": 3, "widest": 99, "closed": -6, "narrowest": -99}.items():
    window.on_mouse_scroll_event(0, steps)
    notes[name] = window.lens.f_number
for size in ((300, 200), (0, 0), (301, 97)):  # (0, 0): minimised
    window.targets.resolved.use()  # the headless window frees its own without unbinding it
    window.wnd.size = (max(size[0], 1), max(size[1], 1))
    window.wnd.fbo.viewport = (0, 0, *window.wnd.size)
    window.on_resize(*size)
    window.draw(0.0)
    notes["x".join(map(str, size))] = [window.dof.size, window.targets.size]
save_png(Path(sys.argv[3]), window.wnd.fbo)
window.argv.frames, window.argv.out, notes["renders"] = 3, Path(sys.argv[3] + ".last.png"), 0
while not window.wnd.is_closing:
    window.on_render(0.0, 0.0)
    notes["renders"] += 1
notes["error"] = window.ctx.error
print(json.dumps(notes))
"""


@pytest.mark.gl
def test_the_window_focuses_opens_and_follows_its_size(ctx, bank, tmp_path):
    """In a process of its own: a window's context would stay current in this one."""
    out = tmp_path / "resized.png"
    command = [sys.executable, *STRICT, "-c", SESSION, EXAMPLES, bank, out, *HEADLESS]
    done = subprocess.run(
        [*command, "--size", "480x270"], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    notes = json.loads(done.stdout)
    assert 2.1 < notes["cream"] < 2.25, "the front of a ball of 0.105 m at 2.25 m"
    assert notes["sky"] == notes["outside"] == float("inf")
    assert notes["opened"] == pytest.approx(1.4 / 2**0.5)
    assert (notes["widest"], notes["narrowest"]) == pytest.approx((0.7, 32.0))
    assert notes["closed"] == pytest.approx(1.4)
    assert notes["300x200"] == [[300, 200]] * 2
    assert notes["0x0"] == [[1, 1]] * 2
    assert notes["301x97"] == [[301, 97]] * 2
    assert notes["error"] == "GL_NO_ERROR"
    assert notes["renders"] == 3
    # At 1/32 the lens is all but a pinhole, focused at infinity.
    resized, sharp = written(out), without_blur(ctx, (301, 97))
    assert resized.shape == sharp.shape and np.abs(resized - sharp).mean() < 0.02


ALL = moderngl.DEPTH_TEST | moderngl.CULL_FACE | moderngl.BLEND
VERTEX = """#version 330
uniform float u_depth;
uniform bool u_turned;
void main() {
    vec2 at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
    gl_Position = vec4(u_turned ? at.yx : at, u_depth * 2.0 - 1.0, 1.0);
}
"""
FRAGMENT = "#version 330\nout vec4 o_color;\nvoid main() { o_color = vec4(vec3(0.25), 0.8); }"


class Caller:
    """A program that relies on the state it set: what it draws shows what is enabled."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.program = ctx.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        self.triangle = ctx.vertex_array(self.program, [])
        self.framebuffer = ctx.framebuffer([ctx.texture((4, 4), 4)], ctx.depth_texture((4, 4)))

    def draw(self) -> int:
        """Near, farther, nearest, and one that faces away; nothing is bound or enabled anew."""
        self.framebuffer.clear(depth=1.0)
        for depth, is_turned in ((0.5, False), (0.8, False), (0.2, False), (0.1, True)):
            self.program["u_depth"], self.program["u_turned"] = depth, is_turned
            self.triangle.render(vertices=3)
        return self.framebuffer.read(components=1)[0]

    def release(self) -> None:
        attached = (*self.framebuffer.color_attachments, self.framebuffer.depth_attachment)
        for part in (self.triangle, self.program, self.framebuffer, *attached):
            part.release()


@pytest.mark.gl
@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        (moderngl.NOTHING, 64),
        (moderngl.BLEND, 4 * 51),
        (moderngl.BLEND | moderngl.DEPTH_TEST, 3 * 51),
        (moderngl.BLEND | moderngl.CULL_FACE, 3 * 51),
        (ALL, 2 * 51),
    ],
)
def test_what_was_enabled_and_bound_is_after_the_blur(ctx, bank, flags, shown):
    """As docs/post-processing.md says; on the examples' scene, so that every pass is drawn."""
    from post_process_scene import FAR_M, NEAR_M, Scene, Targets, view_of

    from realtime.bank import read_bank

    scene, targets, caller = Scene(ctx), Targets(ctx, (96, 54)), Caller(ctx)
    dof = DepthOfField(ctx, read_bank(bank))
    scene.draw(view_of(targets.size, LENS.vertical_fov_rad), targets)
    out = targets.blurred_framebuffer
    out.viewport = (3, 5, 40, 20)
    caller.framebuffer.use()
    ctx.enable_only(flags)
    ctx.blend_func = moderngl.SRC_ALPHA, moderngl.ONE
    before = caller.draw()
    view = LensView(LENS, DepthMapping.perspective(NEAR_M, FAR_M))
    dof.render(targets.color, targets.depth, view, out)
    after = caller.draw()
    is_bound = ctx.fbo is caller.framebuffer
    ctx.blend_func = moderngl.DEFAULT_BLENDING
    ctx.enable_only(moderngl.NOTHING)
    assert before == after == pytest.approx(shown, abs=1)
    assert is_bound and out.viewport == (3, 5, 40, 20)
    corner = np.frombuffer(out.read((0, 0, 1, 1), components=4, dtype="f2"), "f2")
    assert corner.max() > 0, "all of `out` is drawn, whatever its viewport was"
    ctx.detect_framebuffer(0).use()
    for part in (dof, scene, targets, caller):
        part.release()


@pytest.mark.gl
def test_what_the_document_shows_runs(ctx, bank, tmp_path, monkeypatch):
    """Every block of docs/post-processing.md in turn, with a scene that is one grey wall."""
    text = (EXAMPLES.parent / "docs" / "post-processing.md").read_text(encoding="utf-8")
    blocks = [b for b in re.findall(r"```python\n(.*?)```", text, re.S) if "WindowConfig" not in b]
    assert len(blocks) == 5
    monkeypatch.chdir(tmp_path)
    (tmp_path / "disk.safetensors").write_bytes(bank.read_bytes())
    size, made = (60, 40), []

    def draw_scene(size, fov_rad, near_m):
        color, depth = ctx.texture(size, 4, dtype="f2"), ctx.depth_texture(size)
        depth.compare_func = ""
        made.append(ctx.framebuffer([color], depth))
        made[-1].clear(0.25, 0.5, 4.0, 1.0, depth=0.99)
        return color, depth

    color, depth = draw_scene(size, 0.0, 0.0)
    out = ctx.framebuffer([ctx.texture(size, 4, dtype="f2")])
    names = {"ctx": ctx, "color": color, "depth": depth, "out": out, "struct": struct, "math": math}
    names |= {"width": 60, "height": 40, "draw_scene": draw_scene, "target_m": 2.0, "dt_s": 0.1}
    shows = []
    for block in blocks:
        out.clear()
        exec(block, names)  # one after the other, as a reader does
        light = np.frombuffer(out.read(components=4, dtype="f2"), "f2").reshape(-1, 4)
        shows.append(np.allclose(light, (0.25, 0.5, 4.0, 1.0), atol=4e-3))
    assert shows == [True, False, False, True, True], "which of them render"
    assert names["lens"].focus_distance_m == 2.0
    assert names["whole"] == names["dof"].size == (64, 44)
    ctx.detect_framebuffer(0).use()
    for part in (names["dof"], names["framebuffer"], out, *made):
        part.release()
    assert ctx.error == "GL_NO_ERROR"


WINDOW = "post_process_window.py"
PLAIN = "post_process_moderngl.py"


@pytest.mark.gl
@pytest.mark.parametrize(
    ("script", "options", "message"),
    [
        (
            PLAIN,
            ("--size", "48"),
            "--size: '48', width and height in px above 0 expected, such as 960x540. Change --size",
        ),
        (PLAIN, ("--size", "99999x9"), "--size: 99999 × 9 px, at most {limit} px a side expected."),
        (PLAIN, ("--f-number", "0"), "lens f_number: 0, a finite number above 0 expected."),
        (PLAIN, ("--size", "8x6", "--out", "{bank}/p.png"), "{bank}/p.png: not written ("),
        (
            WINDOW,
            (*HEADLESS, "--frames", "0"),
            "--frames: 0, a whole number from 1 up expected. Change --frames",
        ),
        (WINDOW, (*HEADLESS, "--size", "0x9"), "--window: none could be opened ("),
        (WINDOW, ("--window", "headless"), "--window: none could be opened ("),
        (
            WINDOW,
            (*HEADLESS, "--size", "8x6", "--frames", "1", "--out", "{bank}/p.png"),
            "{bank}/p.png: not written (",
        ),
    ],
)
def test_what_the_user_can_mend_is_one_line(ctx, bank, script, options, message):
    facts = {"bank": bank, "limit": ctx.info["GL_MAX_TEXTURE_SIZE"]}
    done = run(script, bank, *(str(option).format(**facts) for option in options))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{Path(script).stem}: {message.format(**facts)}")
    assert done.stderr.count("\n") == 1 and " expected" in done.stderr


def test_without_moderngl_window_it_says_what_to_install():
    code = (
        "import runpy, sys\n"
        "sys.modules['moderngl_window'] = None  # as if it were not installed\n"
        "sys.path.insert(0, sys.argv[1])\n"
        f"runpy.run_path(sys.argv[1] + '/{WINDOW}', run_name='__main__')"
    )
    command = [sys.executable, *STRICT, "-c", code, EXAMPLES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "post_process_window: moderngl-window: not installed, version 3 expected. "
        "Install it: pip install 'moderngl-window>=3.1,<4'\n"
    )


@pytest.mark.parametrize("script", [PLAIN, WINDOW])
@pytest.mark.gl
def test_a_bank_that_is_not_there_is_one_line(ctx, tmp_path, script):
    options = HEADLESS if script == WINDOW else ()
    done = run(script, tmp_path / "none.safetensors", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{Path(script).stem}: {tmp_path / 'none.safetensors'}: ")
    assert done.stderr.count("\n") == 1
