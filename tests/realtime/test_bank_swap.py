"""A new bank between two frames: the same picture as a renderer that began with it."""

import numpy as np
import pytest
from banks import RADII, lopsided_bank, lopsided_lowrank
from scenes3d import lopsided_scene

from realtime.bank import Bank
from realtime.errors import BankError, UsageError
from realtime.gl import draws, fullscreen
from realtime.quality import QUALITIES
from realtime.renderer import Renderer

SIZE = (96, 64)
SAME, OTHER, WIDER = lopsided_bank(seed=3), lopsided_bank((7, 2, 2)), (0.0, 2.0, 9.0, 14.0, 15.0)
BANKS = {
    "other taps' places": SAME,
    "other tap counts": OTHER,
    "other knots": lopsided_bank(radii=WIDER, seed=5),
}
# Of the last step, which smooths what is in focus: small ones.
LATER = ("edges.frag", "antialias.frag", "texel.frag")

pytestmark = pytest.mark.gl


def frame(renderer, blur, times=1):
    for _ in range(times):
        renderer.render(0.0, blur)
    return renderer.read_linear()


def fresh(ctx, bank, blur):
    renderer = Renderer(ctx, lopsided_scene(), SIZE, bank, views=3)
    picture = frame(renderer, blur)
    renderer.release()
    return picture


@pytest.fixture
def renderer(ctx):
    renderer = Renderer(ctx, lopsided_scene(), SIZE, lopsided_bank(), views=3)
    yield renderer
    renderer.release()


@pytest.mark.parametrize("blur", ["sparse", "dense", "gather", "lens"])
@pytest.mark.parametrize("name", BANKS)
def test_swapped_as_if_begun_with(ctx, renderer, name, blur):
    before = frame(renderer, blur)
    renderer.set_bank(BANKS[name])
    # Slices settle on new cuts, so the first frames after a new largest radius may differ a little.
    got, want = frame(renderer, blur, times=60), fresh(ctx, BANKS[name], blur)
    np.testing.assert_allclose(got, want, atol=4e-3)
    if blur != "lens" or name == "other knots":
        assert blur in ("dense", "lens") or np.abs(got - before).max() > 0.02


def test_programs_of_a_known_shape_are_used_again(renderer):
    frame(renderer, "sparse")
    first = renderer._depth_of_field("sparse").kernel
    renderer.set_bank(OTHER)
    frame(renderer, "sparse")
    other = renderer._depth_of_field("sparse").kernel
    renderer.set_bank(SAME)
    frame(renderer, "sparse")
    assert renderer._depth_of_field("sparse").kernel is first is not other


def test_many_shapes_are_not_kept_for_ever(renderer):
    frame(renderer, "sparse")
    for taps in range(2, 9):
        renderer.set_bank(lopsided_bank((taps, 2)))
        frame(renderer, "sparse")
    assert len(renderer._depth_of_field("sparse")._kernels._made) == 4


def test_a_changed_bank_comes_when_its_programs_are_there(ctx, renderer):
    old = renderer.bank
    before = frame(renderer, "sparse")
    renderer.change_bank(OTHER)
    shown = []
    while renderer.bank is old:
        shown.append(frame(renderer, "sparse"))
        assert len(shown) < 20
    assert len(shown) >= 3  # a program a frame
    for picture in shown[:-1]:
        np.testing.assert_allclose(picture, before, atol=4e-3)
    got = frame(renderer, "sparse", times=60)
    np.testing.assert_allclose(got, fresh(ctx, OTHER, "sparse"), atol=4e-3)
    renderer.change_bank(SAME)  # of a shape that is known
    frame(renderer, "sparse")
    assert renderer.bank is SAME


def test_prepared_banks_come_at_once_and_do_not_show_before(renderer):
    old = renderer.bank
    before = frame(renderer, "sparse")
    renderer.prepare_banks([OTHER, lopsided_bank((3, 2))])
    np.testing.assert_allclose(frame(renderer, "sparse", times=16), before, atol=4e-3)
    assert renderer.bank is old and renderer._coming is None
    renderer.change_bank(OTHER)
    frame(renderer, "sparse")
    assert renderer.bank is OTHER


@pytest.fixture
def bare(ctx):
    """A renderer without a bank, after its first frame."""
    renderer = Renderer(ctx, lopsided_scene(), SIZE, views=3)
    frame(renderer, "none")
    yield renderer
    renderer.release()


def frames_until_ready(renderer, most=80) -> int:
    frames = 0
    while renderer.is_preparing:
        frame(renderer, "none")
        frames += 1
        assert frames < most
    return frames


def test_a_first_bank_finds_its_programs_made(ctx, bare, monkeypatch):
    """One a frame, which nobody sees; then it blurs as a renderer that began with it."""
    sharp = frame(bare, "none")
    bare.prepare_banks([lopsided_bank(seed=9), OTHER])
    assert frames_until_ready(bare) > 20 and bare.bank is None
    assert np.array_equal(frame(bare, "none"), sharp)
    for blur in ("sparse", "gather", "motion"):
        with pytest.raises(UsageError, match="--bank: none given"):
            frame(bare, blur)
    used = set()
    with draws.observed(lambda draw: used.add(draw.shader)):
        bare.set_bank(SAME)
        made = []
        build = fullscreen.build_program
        monkeypatch.setattr(
            fullscreen, "build_program", lambda *given: made.append(given[1]) or build(*given)
        )
        frame(bare, "sparse")
    assert len(used) > 20 and not [name for name in made if name not in LATER]
    got = frame(bare, "sparse", times=60)
    np.testing.assert_allclose(got, fresh(ctx, SAME, "sparse"), atol=4e-3)
    bare.set_bank(OTHER)
    got = frame(bare, "sparse", times=60)
    np.testing.assert_allclose(got, fresh(ctx, OTHER, "sparse"), atol=4e-3)
    assert ctx.error == "GL_NO_ERROR"


@pytest.mark.parametrize("kind", ["cascades", "low rank"])
def test_a_first_bank_that_comes_by_itself(ctx, bare, kind):
    bank, blur = (SAME, "sparse") if kind == "cascades" else (lopsided_lowrank(), "lowrank")
    bare.change_bank(bank)
    assert frames_until_ready(bare) > 20 and bare.bank is bank and not bare.is_changing
    got = frame(bare, blur, times=60)
    np.testing.assert_allclose(got, fresh(ctx, bank, blur), atol=4e-3)


def test_another_bank_than_was_prepared_for(ctx, bare):
    """Of another kind, half-way, after another size and quality; one that cannot be drawn by."""
    bare.prepare_banks([OTHER])
    frame(bare, "none", times=5)
    bare.set_bank(lopsided_lowrank())
    got = frame(bare, "lowrank", times=60)
    np.testing.assert_allclose(got, fresh(ctx, lopsided_lowrank(), "lowrank"), atol=4e-3)
    bare.set_bank(None)
    bare.prepare_banks([OTHER])
    frame(bare, "none", times=9)
    bare.resize((80, 48))
    frames_until_ready(bare)
    bare.set_quality(QUALITIES["fast"])
    bare.prepare_banks([lopsided_bank(angles=(0.0, 1.0))])
    frames_until_ready(bare)
    bare.resize(SIZE)
    bare.set_quality(QUALITIES["default"])
    bare.set_bank(SAME)
    got = frame(bare, "sparse", times=60)
    np.testing.assert_allclose(got, fresh(ctx, SAME, "sparse"), atol=4e-3)
    assert ctx.error == "GL_NO_ERROR"


def test_resized_or_changed_again_while_one_comes(ctx, renderer):
    frame(renderer, "sparse")
    renderer.change_bank(OTHER)
    frame(renderer, "sparse")
    renderer.resize((80, 48))
    renderer.change_bank(SAME)
    frame(renderer, "sparse", times=4)
    assert renderer.bank is SAME and ctx.error == "GL_NO_ERROR"
    renderer.change_bank(lopsided_bank((9, 2)))
    frame(renderer, "sparse")
    renderer.set_bank(OTHER)  # overtakes
    frame(renderer, "sparse", times=8)
    assert renderer.bank is OTHER and ctx.error == "GL_NO_ERROR"


def test_another_kind_of_bank_and_none(renderer):
    frame(renderer, "sparse")
    renderer.change_bank(lopsided_lowrank())
    frame(renderer, "none")
    assert np.isfinite(frame(renderer, "lowrank")).all()
    renderer.set_bank(lopsided_lowrank(seed=4))
    assert np.isfinite(frame(renderer, "lowrank")).all()
    renderer.set_bank(None)
    with pytest.raises(UsageError, match="--bank: none given"):
        frame(renderer, "sparse")


def test_a_bank_that_depth_of_field_refuses(renderer):
    frame(renderer, "sparse")
    renderer.set_bank(lopsided_bank(angles=(0.0, 1.0)))
    with pytest.raises(BankError, match="axes radius, angle, one axis called radius expected"):
        frame(renderer, "sparse")
    renderer.set_bank(OTHER)
    assert isinstance(renderer.bank, Bank) and np.isfinite(frame(renderer, "sparse")).all()
    assert RADII[-1] == renderer._depth_of_field("sparse").max_coc_px / 2
