"""Programs from files: errors that name the file, inputs by name, and every shipped shader used."""

import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from bent import bent_bank

from realtime.bank import Bank
from realtime.blur.depth_of_field import DepthOfField
from realtime.blur.motion import MotionBlur
from realtime.blur.settings import DepthOfFieldSettings
from realtime.blur.truth import LensTruth
from realtime.effects import EFFECTS, UserMap
from realtime.errors import ShaderError
from realtime.gl import program as program_module
from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.program import bind_textures, build_program, set_uniforms
from realtime.gl.targets import color_target
from realtime.measure.constants import ConstantCascade
from realtime.methods import METHODS, POSTS
from realtime.methods.half_tiles import HalfTiles
from realtime.passes.antialias import AntialiasPass
from realtime.passes.cascade import CascadePass
from realtime.passes.decisions import VIEWS, DecisionsPass
from realtime.passes.effect_map import EffectMapPass
from realtime.passes.front import FrontPass
from realtime.passes.nearby_depth import NearbyDepthPass
from realtime.passes.present import PresentPass
from realtime.passes.velocity import VelocityPass
from realtime.pictures import write_display
from realtime.profiling.cost import Cost
from realtime.profiling.draw_cost import DrawCost, Storage
from realtime.profiling.floor import Floor
from realtime.resources import folder
from realtime.scene import load_scene
from realtime.view.gui.backend import Interface
from realtime.view.inspect.error_view import ErrorPass
from realtime.view.inspect.probe import Probe
from realtime.view.inspect.psnr import PsnrMeter
from realtime.view.photo_scene import load_photo
from realtime.view.stage import Stage

pytestmark = pytest.mark.gl

VERTEX = "#version 330\nvoid main() { gl_Position = vec4(0.0); }\n"
TWO_INPUTS = """#version 330
uniform sampler2D u_first;
uniform sampler2DArray u_second;
uniform float u_gain;
out vec4 o_color;
void main() {
    o_color = u_gain * (texelFetch(u_first, ivec2(0), 0) + texelFetch(u_second, ivec3(0), 0));
}
"""


def build(ctx, root, fragment: str, vertex: str = VERTEX, **includes: str):
    """Compile shaders from text; includes are `name.glsl`."""
    (root / "test.frag").write_text(fragment)
    (root / "test.vert").write_text(vertex)
    for name, text in includes.items():
        (root / f"{name}.glsl").write_text(text)
    return build_program(ctx, "test.frag", {"TAPS": 3, "KNOTS": 5}, "test.vert", root)


def refused(ctx, root, *shaders: str, **includes: str) -> str:
    with pytest.raises(ShaderError) as caught:
        build(ctx, root, *shaders, **includes)
    return str(caught.value)


def test_a_fragment_error_names_its_own_file_and_line(ctx, tmp_path):
    text = "#version 330\nout vec4 o_color;\nvoid main() {\n    o_color = not_there;\n}\n"
    message = refused(ctx, tmp_path, text)
    assert message.startswith("shader test.frag: refused by the driver, GLSL 3.30 expected. Mend:")
    assert "test.frag:4:" in message and "not_there" in message
    assert "=====" not in message and "GLSL Compiler failed" not in message


def test_an_error_in_an_include_names_the_include(ctx, tmp_path):
    text = '#version 330\n\n#include "tap.glsl"\nout vec4 o;\nvoid main() { o = vec4(tap()); }\n'
    message = refused(ctx, tmp_path, text, tap="// a comment\nfloat tap() { return nothing; }\n")
    assert "tap.glsl:2:" in message and "test.frag:2:" not in message


def test_a_vertex_error_names_the_vertex_shader(ctx, tmp_path):
    fragment = "#version 330\nout vec4 o;\nvoid main() { o = vec4(1.0); }\n"
    message = refused(ctx, tmp_path, fragment, "#version 330\n\nvoid main() { gone(); }\n")
    assert "test.vert:3:" in message


def test_stages_that_do_not_link_are_refused(ctx, tmp_path):
    fragment = "#version 330\nin vec3 v_x;\nout vec4 o;\nvoid main() { o = vec4(v_x, 1.0); }\n"
    vertex = VERTEX.replace("void", "out vec2 v_x;\nvoid").replace("gl_", "v_x = vec2(1.0); gl_")
    message = refused(ctx, tmp_path, fragment, vertex)
    assert message.startswith("shader test.frag: refused") and "v_x" in message


@pytest.fixture
def two_inputs(ctx, tmp_path):
    program = build(ctx, tmp_path, TWO_INPUTS)
    texture, array = ctx.texture((1, 1), 4), ctx.texture_array((1, 1, 2), 4)
    yield program, texture, array
    for part in (program, texture, array):
        part.release()


def test_textures_are_bound_by_name_whatever_their_order(ctx, two_inputs):
    program, texture, array = two_inputs
    bind_textures(program, {"u_second": array, "u_first": texture})
    assert (program["u_second"].value, program["u_first"].value) == (0, 1)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("u_first",), "no texture for ['u_second'], no use for []"),
        (("u_first", "u_second", "u_more"), "no texture for [], no use for ['u_more']"),
        (("u_fisrt", "u_second"), "no texture for ['u_first'], no use for ['u_fisrt']"),
        (("u_first", "u_second", "u_gain"), "no texture for [], no use for ['u_gain']"),
    ],
)
def test_a_wrong_set_of_textures_is_refused(two_inputs, names, text):
    program, texture, array = two_inputs
    given = {name: array if name == "u_second" else texture for name in names}
    with pytest.raises(ShaderError) as caught:
        bind_textures(program, given)
    assert text in str(caught.value)
    assert str(caught.value).endswith("Compare the pass with its shader")


def test_a_uniform_that_is_not_there_is_refused(two_inputs):
    set_uniforms(two_inputs[0], {"u_gain": 0.5})
    assert two_inputs[0]["u_gain"].value == 0.5
    with pytest.raises(ShaderError) as caught:
        set_uniforms(two_inputs[0], {"u_gian": 1.0})
    assert str(caught.value) == (
        "shader inputs: no uniform u_gian, one of ['u_first', 'u_gain', 'u_second'] expected. "
        "Compare the pass with its shader"
    )


def test_bytes_fill_an_array(ctx, tmp_path):
    text = "#version 330\nuniform float u_k[KNOTS];\nout vec4 o;\n"
    text += "void main() { o = vec4(u_k[int(gl_FragCoord.x)]); }\n"
    values = np.array([3, 1, 4, 1, 5], "f4")
    program = build(ctx, tmp_path, text)
    set_uniforms(program, {"u_k": values.tobytes()})
    assert program["u_k"].value == pytest.approx(values.tolist())
    program.release()


def test_drawing_sets_state_that_others_left_behind(ctx):
    """A pass after the scene must not be culled, depth-tested, blended or cut to a viewport."""
    source = color_target(ctx, (5, 3), dtype="f4")
    out = color_target(ctx, (5, 3), dtype="f4", depth=True)
    source.framebuffer.clear(0.5, 0.25, 2.0, 1.0)
    out.framebuffer.clear(9.0, 9.0, 9.0, 9.0, depth=0.0)  # nothing is nearer
    copy = Fullscreen(ctx, "copy.frag")
    for state in (ctx.DEPTH_TEST, ctx.CULL_FACE, ctx.BLEND):
        ctx.viewport = (0, 0, 1, 1)
        ctx.blend_func, ctx.front_face = (ctx.ONE, ctx.ONE), "cw"  # adds, and culls what we draw
        ctx.enable_only(state)
        copy.draw(out.framebuffer, {"u_color": source.color})
        ctx.front_face = "ccw"
        got = np.frombuffer(out.framebuffer.read(components=4, dtype="f4"), "f4").reshape(-1, 4)
        np.testing.assert_array_equal(got, np.tile([0.5, 0.25, 2.0, 1.0], (15, 1)))
        out.framebuffer.clear(9.0, 9.0, 9.0, 9.0, depth=0.0)
    for part in (source, out, copy):
        part.release()


def decisions(ctx):
    made = DecisionsPass(ctx, (2, 1))
    for view in VIEWS:
        made._pass(view)
    return [made]


def depth_of_field(ctx, textures, slices, scale):
    made = DepthOfField(ctx, textures, DepthOfFieldSettings(slices, scale))
    made.resize((8, 6))
    return made


def floor(ctx):
    """Of a method of one pass."""
    written = Storage(("texture", 1), (8, 6, 1), 4, "f2")
    return Floor(ctx, Cost((8, 6), (DrawCost("x.frag", (8, 6), 48, (), (written,), False),)))


def photograph(ctx, folder):
    """A stage that shows one."""
    write_display(folder / "photo.png", np.zeros((6, 8, 3), np.uint8))
    return Stage(ctx, load_photo(str(folder / "photo.png")), None, (8, 6))


def test_every_shader_compiles_and_is_used(ctx, monkeypatch, tmp_path):
    """Make all there is, and keep book of the files that went into it."""
    used = set()

    def recording(name, *rest):
        source = expand(name, *rest)
        used.update(file for file, _ in source.origin if not file.startswith("define "))
        return source

    expand = program_module.expand
    monkeypatch.setattr(program_module, "expand", recording)
    bank = lopsided_bank()
    textures = BankTextures(ctx, bank)
    vectors = LowRankTextures(ctx, lopsided_lowrank())
    parts = [
        textures,
        vectors,
        *(depth_of_field(ctx, textures, slices, scale) for slices in (1, 8) for scale in (1, 2)),
        LensTruth(ctx, (8, 6), bank),
        AntialiasPass(ctx, (8, 6)),
        *decisions(ctx),
        FrontPass(ctx, (8, 6), 2),
        *(post.make(ctx, 32.0) for post in POSTS.values()),
        PresentPass(ctx),
        CascadePass(ctx, textures, framed=True, parts=True),
        CascadePass(ctx, BankTextures(ctx, bent_bank())),
        NearbyDepthPass(ctx, (8, 6)),
        VelocityPass(ctx),
        MotionBlur(ctx, (8, 6), textures),
        *(EffectMapPass(ctx, kind, bank.axes, (8, 6)) for kind in (*EFFECTS.values(), UserMap)),
        Stage(ctx, load_scene("tabletop"), None, (8, 6)),
        photograph(ctx, tmp_path),
        Interface(ctx),
        ErrorPass(ctx),
        Probe(ctx),
        PsnrMeter(ctx),
        floor(ctx),
        ConstantCascade(ctx, bank, 2.0),
        HalfTiles(ctx, (32, 16)),
        *(m.make(ctx, textures if Bank in m.reads else vectors) for m in METHODS.values()),
    ]
    for part in parts:
        part.release()
    shaders = folder("shaders")
    there = {p.relative_to(shaders).as_posix() for p in shaders.rglob("*.*") if p.is_file()}
    assert used == there
