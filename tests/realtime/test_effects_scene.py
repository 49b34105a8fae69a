"""Effects on a scene: by the renderer and by the command."""

import numpy as np
import pytest
from banks import lopsided_bank
from effects import arc_bank, axis, kernel_bank, renamed
from scenes3d import SCENE_FILE as SCENE
from scenes3d import lopsided_scene
from sections import Sections
from test_cli import refusal

from realtime.bank import write_bank
from realtime.cli import main
from realtime.effects import EFFECTS, Directional, Rotational, TiltShift
from realtime.effects.animation import Moving
from realtime.errors import UsageError
from realtime.passes import forward
from realtime.renderer import Renderer, Staged

BLURS = ("sparse", "dense", "lens", "none")

SIZE = (64, 36)
BANK = lopsided_bank()
TILT = TiltShift((0.4, 0.6), sharp=0, falloff=0.2, radius=0.1)


def two_axis_bank(second: str):
    """As a lens, an arc or a cat's eye has it."""
    if second == "bend":
        return arc_bank(8.0, (0.0, 0.5, 1.2), taps=7)
    return renamed(lopsided_bank(angles=(0.0, 0.5, 1.0)), "radius", second)


KINDS = {
    f"{name} {' × '.join(names)}": (kind, names)
    for name, kind in EFFECTS.items()
    for names in (tuple(n.replace("*", "field") for n in axes) for axes in kind.axes)
}


def still(effect, *banks) -> Staged:
    return Staged(Moving(effect, effect), banks)


@pytest.fixture
def picture(ctx):
    """Renders (linear, display) of a small scene with effects."""

    def render(*effects: Staged, blur="none", time_s=0.4, size=SIZE, **options):
        made = Renderer(ctx, lopsided_scene(), size, BANK, views=4, effects=effects, **options)
        made.render(time_s, blur)
        pictures = made.read_linear(), made.read_display()
        made.release()
        assert ctx.error == "GL_NO_ERROR"
        return pictures

    return render


@pytest.mark.gl
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("case", KINDS)
def test_every_effect_changes_the_picture_with_every_kind_of_bank(picture, case, channels):
    kind, names = KINDS[case]
    bank = BANK if len(names) == 1 else two_axis_bank(names[1])
    (linear, display), (sharp, _) = picture(still(kind(), *[bank] * channels)), picture()
    assert linear.shape == (36, 64, 3) and display.shape == (36, 64, 3)
    assert np.isfinite(linear).all() and linear.min() >= 0
    assert np.abs(linear - sharp).max() > 0.1
    assert linear.mean() == pytest.approx(sharp.mean(), rel=0.2)


@pytest.mark.gl
@pytest.mark.parametrize("blur", BLURS)
def test_effects_come_after_the_blur(picture, blur):
    """With an effect that does nothing the blur's own picture, to the bit."""
    blurred, _ = picture(blur=blur)
    for nothing in (TiltShift(radius=0), Directional(length=0), Rotational(angle=0)):
        np.testing.assert_array_equal(picture(still(nothing, BANK), blur=blur)[0], blurred)
    assert np.abs(picture(still(TILT, BANK), blur=blur)[0] - blurred).max() > 0.05


@pytest.mark.gl
def test_what_moves_differs_from_time_to_time(ctx):
    """The camera stands still: only the effect moves, there and back."""
    moving = Moving(TILT, TiltShift((0.4, 0.1), sharp=0.4, radius=0.02), duration_s=2.0)
    made = Renderer(ctx, lopsided_scene(), SIZE, effects=(Staged(moving, (BANK,)),))
    plain = Renderer(ctx, lopsided_scene(), SIZE)
    camera, lens = plain.scene.camera.at(0.0), plain.scene.lens_at(0.0)
    found = []
    for time_s in (0.0, 1.0, 3.0, 4.0):
        made.render(time_s, "none", camera=camera, lens=lens)
        found.append(made.read_linear())
    plain.render(0.0, "none", camera=camera, lens=lens)
    assert np.abs(found[0] - found[1]).max() > 0.05 < np.abs(found[0] - plain.read_linear()).max()
    np.testing.assert_array_equal(found[0], found[3])
    np.testing.assert_array_equal(found[1], found[2])
    made.release()
    plain.release()


@pytest.mark.gl
def test_precision_size_and_time_go_on(ctx, picture):
    made = Renderer(ctx, lopsided_scene(), SIZE, BANK, effects=(still(TILT, BANK),))
    made.render(0.0, "sparse")
    first = made.read_linear()
    for size in ((31, 47), (1, 1), SIZE):
        made.resize(size)
        made.render(0.0, "sparse")
        assert made.read_linear().shape == (size[1], size[0], 3)
    np.testing.assert_array_equal(made.read_linear(), first)
    timer = Sections()
    made.render(0.0, "none", timer=timer)
    assert timer["effects"] == 1
    made.release()
    exact, _ = picture(still(TILT, BANK), precision="float")
    half, _ = picture(still(TILT, BANK), precision="half")
    assert 0 < np.abs(exact - half).max() < 0.1


@pytest.mark.gl
def test_false_colours_are_not_blurred(ctx):
    shown = []
    for effects in ((), (still(TILT, BANK),)):
        made = Renderer(ctx, lopsided_scene(), SIZE, BANK, effects=effects)
        made.render(0.0, "sparse", show="coc")
        shown.append(made.read_linear())
        made.release()
    np.testing.assert_array_equal(*shown)


@pytest.fixture
def folder(tmp_path, monkeypatch, ctx):
    """A scene and banks, the working directory; commands draw in the tests' context."""
    (tmp_path / "small.toml").write_text(SCENE)
    banks = {"bank": BANK, "arc": two_axis_bank("bend"), "lens": two_axis_bank("field")}
    banks |= {"red": lopsided_bank(seed=3), "dot": kernel_bank(np.ones((1, 1)), axis("radius", 1))}
    for name, bank in banks.items():
        write_bank(tmp_path / f"{name}.safetensors", bank)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("realtime.cli.render.headless_context", lambda: ctx)
    return tmp_path


RENDER = ("render", "small.toml", "--size", "33x24", "--time", "0.25")
TILTED = "tilt-shift:sharp=0,radius=0.2,falloff=0.2"
BANK_F = ("--bank", "bank.safetensors")


def rendered(*words: str) -> np.ndarray:
    assert main([*RENDER, *words, "--out", "a.npy"]) == 0
    return np.load("a.npy")


@pytest.mark.gl
def test_bank_is_the_effects_unless_all_bring_their_own(folder, capsys):
    """--blur left out: none where --bank is for effects, else the bank's own depth of field."""
    own = f"{TILTED},bank=bank.safetensors"
    none, sparse = ("--blur", "none"), ("--blur", "sparse")
    sharp, tilted = rendered(*none), rendered(*none, *BANK_F, "--effect", TILTED)
    assert np.abs(sharp - tilted).max() > 0.05
    np.testing.assert_array_equal(rendered(*BANK_F, "--effect", TILTED), tilted)
    np.testing.assert_array_equal(rendered("--effect", own), tilted)
    both = rendered(*sparse, *BANK_F, "--effect", TILTED)
    assert np.abs(both - tilted).max() > 0.05
    np.testing.assert_array_equal(rendered(*BANK_F, "--effect", own), both)
    twice = rendered(*none, "--effect", own, "--effect", own)
    np.testing.assert_array_equal(rendered(*BANK_F, "--effect", own, "--effect", TILTED), twice)
    np.testing.assert_array_equal(rendered(*BANK_F), rendered(*sparse, *BANK_F))


@pytest.mark.gl
def test_effects_are_applied_in_the_order_given(folder):
    turn = "rotational:angle=40,bank=arc.safetensors"
    forth = rendered(*BANK_F, "--effect", TILTED, "--effect", turn)
    back = rendered(*BANK_F, "--effect", turn, "--effect", TILTED)
    assert np.abs(forth - back).max() > 0.01


@pytest.mark.gl
def test_three_banks_are_of_channels(folder):
    one, red = (f"{name}.safetensors" for name in ("bank", "red"))
    of_one = rendered("--effect", f"{TILTED},bank={one}")
    of_red = rendered("--effect", f"{TILTED},bank={red}")
    mixed = rendered("--effect", f"{TILTED},bank={red}+{one}+{one}")
    np.testing.assert_array_equal(mixed[..., 0], of_red[..., 0])
    np.testing.assert_array_equal(mixed[..., 1:], of_one[..., 1:])
    assert np.abs(of_red - of_one).max() > 0.01


@pytest.mark.gl
def test_what_moves_takes_the_scenes_path_for_its_way(folder):
    """0.5 s in this scene; where the camera stands still, 4 s."""
    way = ("--effect", "directional:length=0..0.4,bank=bank.safetensors")
    end = ("--effect", "directional:length=0.4,bank=bank.safetensors")
    at_end = [
        main([*RENDER, *e, "--time", "0.5", "--out", f"{i}.npy"]) for i, e in enumerate((way, end))
    ]
    assert at_end == [0, 0]
    np.testing.assert_array_equal(np.load("0.npy"), np.load("1.npy"))
    scene = SCENE.replace("[[camera.key]]\ntime_s = 0.5\nposition_m = [0.4, 0.0, 0.0]\n", "#\n", 1)
    still = scene.replace("#\ntarget_m = [0.0, 0.0, -2.0]\n", "")
    (folder / "small.toml").write_text(still)
    pictures = {}
    for time_s in ("0", "4", "8"):
        assert main([*RENDER, *way, "--time", time_s, "--out", "a.npy"]) == 0
        pictures[time_s] = np.load("a.npy")
    np.testing.assert_array_equal(pictures["4"], rendered(*end))
    np.testing.assert_array_equal(pictures["0"], pictures["8"])
    assert np.abs(pictures["0"] - pictures["4"]).max() > 0.05


EFFECT = (*RENDER, "--out", "a.png", "--effect")
OWN = "bank=bank.safetensors"
REFUSED = {
    ("blur",): "--effect: no effect 'blur', one of tilt-shift, rotational, radial, directional, ",
    (f"tilt-shift:radius=big,{OWN}",): "--effect: tilt-shift: radius: 'big', a number expected",
    (f"tilt-shift:radius=-1,{OWN}",): "tilt-shift: radius -1, a finite number from 0 up expected",
    (f"tilt-shift:size=1,{OWN}",): "--effect: tilt-shift: no setting 'size', one of middle, angle",
    ("tilt-shift:radius",): "--effect: 'radius' in 'tilt-shift:radius', NAME:key=value,key=value",
    (
        "tilt-shift",
    ): "--effect: 'tilt-shift' without a bank, bank=FILE among its settings expected. "
    "Add it, or give --bank",
    ("tilt-shift", "--effect", f"radial:{OWN}"): "--effect: 'tilt-shift' without a bank, bank=FILE",
    ("lens", *BANK_F): "lens: a bank of radius, one of radius × field expected. Bake one, see ",
    ("tilt-shift:bank=arc.safetensors",): "tilt-shift: a bank of radius × bend, one of radius ",
    ("rotational:bank=lens.safetensors",): "rotational: a bank of radius × field, one of radius × ",
    (f"tilt-shift:{OWN}+red.safetensors",): "tilt-shift: 2 banks, one or three (red, green, blue)",
    (f"tilt-shift:{OWN}+",): "--effect: bank 'bank.safetensors+', a file, or three joined by +",
    ("tilt-shift:bank=gone.safetensors",): "gone.safetensors: cannot be read (No such file",
    ("tilt-shift", "--bank", "gone.safetensors"): "gone.safetensors: cannot be read (No such file",
    (f"rotational:outer=inf..1,{OWN}",): "rotational: outer moves from inf to 1, finite numbers",
}


@pytest.mark.gl
@pytest.mark.parametrize("words", REFUSED, ids=[text[:44] for text in REFUSED.values()])
def test_the_command_refuses_before_anything_is_drawn(folder, capsys, monkeypatch, words):
    def draw(*_args, **_options):
        raise AssertionError("drawn before the options were checked")

    monkeypatch.setattr(forward.ForwardPass, "draw", draw)
    (folder / "small.toml").write_text(SCENE)
    assert refusal(capsys, *EFFECT, *words).startswith(REFUSED[words])
    assert not (folder / "a.png").exists()


@pytest.mark.gl
def test_depth_of_field_beside_effects_still_needs_its_bank(folder, capsys):
    words = (*EFFECT, f"tilt-shift:{OWN}", "--blur", "sparse")
    assert refusal(capsys, *words).startswith("--bank: none given, a bank file expected for this")
    assert not (folder / "a.png").exists()


@pytest.mark.gl
def test_a_renderer_without_a_bank_can_have_effects(ctx):
    made = Renderer(ctx, lopsided_scene(), SIZE, effects=(still(TILT, BANK),))
    made.render(0.0, "none")
    with pytest.raises(UsageError, match=r"^--bank: none given"):
        made.render(0.0, "sparse")
    made.release()


@pytest.mark.gl
def test_a_video_with_what_moves(folder, capsys):
    pytest.importorskip("av")
    way = "tilt-shift:angle=0..40,bank=bank.safetensors"
    words = ["render", "small.toml", "--size", "32x18", "--effect", way, "--frames", "3"]
    assert main([*words, "--out", "a.mp4"]) == 0
    assert (folder / "a.mp4").stat().st_size > 500


@pytest.mark.gl
def test_what_a_bank_does_not_reach_is_said_once(folder, capsys):
    """The bank ends at 6 px; the effect asks for twice that in much of the picture."""
    out = ("--out", "far.npy")
    far = "tilt-shift:radius=0.5,sharp=0,falloff=0.2,bank=bank.safetensors"
    assert main([*RENDER, "--effect", far, *out]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("diskblur: tilt-shift: ")
    assert " … 12 px of radius, the bank has 0 … 6: about " in line
    assert line.endswith("is held at its ends. A bank of --max-radius 12 has it all")
    near = "tilt-shift:radius=0.01,bank=bank.safetensors"
    assert main([*RENDER, "--effect", near, *out]) == 0
    assert capsys.readouterr().err == ""
