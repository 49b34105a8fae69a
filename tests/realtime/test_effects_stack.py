"""Several effects, and banks of single channels: what a stack makes of a picture."""

import gc

import moderngl
import numpy as np
import pytest
from banks import lopsided_bank
from effects import apply, arc_bank, axis, gather, map_of, renamed
from images import assert_images_close, lopsided_image
from sections import Sections

from realtime.bank import Bank
from realtime.blur.picture import read_target, write_target
from realtime.effects import LensField, Radial, Rotational, TiltShift, Uniform
from realtime.effects.stack import Applied, EffectStack
from realtime.errors import GraphicsError
from realtime.gl.parts import Window
from realtime.gl.targets import DTYPES, color_target

pytestmark = pytest.mark.gl

SIZE = (37, 23)  # width, height
PICTURE = 3 * lopsided_image(SIZE[1], SIZE[0])  # HDR, alpha unlike the colours
TILT = TiltShift((0.3, 0.6), angle=25, sharp=0.02, falloff=0.3, radius=0.2)
TURN = Rotational((0.3, 0.6), angle=60)


def bank_of(seed: int, fields=None) -> Bank:
    """Taps and targets of their own for each seed."""
    bank = lopsided_bank(angles=fields, seed=seed)
    targets = np.rot90(bank.targets, seed, axes=(2, 3))
    bank = Bank(bank.axes, bank.offsets, bank.weights, np.ascontiguousarray(targets))
    return renamed(bank, *("radius", "field")[: len(bank.axes)])


def lens_bank(seed: int) -> Bank:
    return bank_of(seed, fields=(0.0, 0.4, 1.0))


BANKS = tuple(map(bank_of, range(3)))


@pytest.fixture
def stack_of(ctx):
    """Makes stacks, and frees them without a GL error."""
    made = []

    def make(*applied: Applied, **options) -> EffectStack:
        made.append(EffectStack(ctx, applied, **options))
        return made[-1]

    yield make
    for stack in made:
        stack.release()
    assert ctx.error == "GL_NO_ERROR"


def test_effects_are_applied_in_their_order_each_on_what_the_last_made(ctx):
    first, second, third = (
        Applied(TILT, (BANKS[0],)),
        Applied(TURN, (BANKS[1],)),
        Applied(Radial(amount=0.3), (BANKS[2],)),
    )
    for applied in ((first, second), (second, first), (first, second, third)):
        step = PICTURE
        for one in applied:
            step = apply(ctx, step, one)
        np.testing.assert_array_equal(apply(ctx, PICTURE, *applied), step)
    forth, back = apply(ctx, PICTURE, first, second), apply(ctx, PICTURE, second, first)
    assert np.abs(forth - back).max() > 0.05


def test_a_stack_is_its_map_and_its_banks_cascade_the_shape_last(ctx):
    """From end to end against the loop; of two layers, so that their order shows."""
    values, _, frames = map_of(ctx, TURN, BANKS[1].axes, SIZE)
    want = gather(PICTURE, BANKS[1], values[..., :1], frames, shape_last=True)
    got = apply(ctx, PICTURE, Applied(TURN, (BANKS[1],)))
    assert_images_close(got, want, atol=2e-5, name="stack")
    other = gather(PICTURE, BANKS[1], values[..., :1], frames, shape_last=False)
    assert np.abs(other - want).max() > 0.01


def test_banks_of_one_layer_read_what_the_effect_before_has_written(ctx):
    """They use no scratch: no effect may write where it reads."""
    streaks = arc_bank(6.0, None, taps=5)
    applied = [Applied(effect, (streaks,)) for effect in (TURN, Radial(amount=0.5), TURN, TURN)]
    step = PICTURE
    for one in applied:
        step = apply(ctx, step, one)
    np.testing.assert_array_equal(apply(ctx, PICTURE, *applied), step)


def test_the_same_bank_may_serve_two_effects(ctx, stack_of):
    applied = [Applied(effect, (BANKS[0],)) for effect in (TILT, TURN)]
    assert len(stack_of(*applied)._banks) == 1
    step = apply(ctx, apply(ctx, PICTURE, applied[0]), applied[1])
    np.testing.assert_array_equal(apply(ctx, PICTURE, *applied), step)


@pytest.mark.parametrize(
    ("effect", "banks"),
    [
        (TILT, BANKS),
        (LensField(0.15), tuple(lens_bank(seed) for seed in range(3))),
    ],
    ids=["one axis", "two axes"],
)
@pytest.mark.parametrize("kernel", ["sparse", "dense"])
def test_three_banks_are_of_red_green_and_blue(ctx, effect, banks, kernel):
    """Each channel as its bank alone has it; alpha as green, between both."""
    got = apply(ctx, PICTURE, Applied(effect, banks), kernel=kernel)
    alone = [apply(ctx, PICTURE, Applied(effect, (bank,)), kernel=kernel) for bank in banks]
    for channel, bank in enumerate((0, 1, 2, 1)):
        np.testing.assert_array_equal(got[..., channel], alone[bank][..., channel])
    assert np.abs(alone[0] - alone[1]).max() > 0.05 < np.abs(alone[1] - alone[2]).max()


def test_channels_are_not_masked_after_three_banks(ctx, stack_of):
    """A second effect with one bank writes all of them; so does whoever draws next."""
    applied = (Applied(TILT, BANKS), Applied(TURN, (BANKS[1],)), Applied(TILT, (BANKS[2],)))
    step = PICTURE
    for one in applied:
        step = apply(ctx, step, one)
    np.testing.assert_array_equal(apply(ctx, PICTURE, *applied), step)
    target = color_target(ctx, SIZE, dtype="f4")
    target.framebuffer.clear(1, 2, 3, 4)
    np.testing.assert_array_equal(read_target(target)[5, 7], (1, 2, 3, 4))
    target.release()


def test_out_may_be_the_pictures_own_framebuffer(ctx, stack_of):
    for effects in (1, 2, 3):
        applied = [Applied(e, (BANKS[i],)) for i, e in enumerate((TILT, TURN, TILT)[:effects])]
        color = color_target(ctx, SIZE, dtype="f4")
        write_target(color, PICTURE, "f4")
        stack_of(*applied, precision="float").render(color.color, color.framebuffer)
        np.testing.assert_array_equal(read_target(color), apply(ctx, PICTURE, *applied))
        color.release()


def test_settings_may_change_from_picture_to_picture(ctx, stack_of):
    stack = stack_of(Applied(TILT, (BANKS[0],)), precision="float")
    color, out = (color_target(ctx, SIZE, dtype="f4") for _ in range(2))
    write_target(color, PICTURE, "f4")
    other = TiltShift((0.8, 0.2), angle=80, radius=0.15)
    for effect in (TILT, other, TILT):
        stack.render(color.color, out.framebuffer, effects=[effect])
        want = apply(ctx, PICTURE, Applied(effect, (BANKS[0],)))
        np.testing.assert_array_equal(read_target(out), want)
    stack.render(color.color, out.framebuffer)
    np.testing.assert_array_equal(read_target(out), apply(ctx, PICTURE, Applied(TILT, (BANKS[0],))))
    color.release()
    out.release()


def test_a_part_of_a_picture_is_blurred_as_the_whole(ctx, stack_of):
    """Away from its border; closer, what it needs is not in it."""
    applied = Applied(TILT, (BANKS[0],))
    whole = apply(ctx, PICTURE, applied)
    stack = stack_of(applied, precision="float")
    color, out = (color_target(ctx, (26, 21), dtype="f4") for _ in range(2))
    write_target(color, PICTURE[1:22, 7:33], "f4")
    stack.render(color.color, out.framebuffer, Window((7, 1), SIZE))
    reach = int(np.ceil(applied.reach_px))
    part = np.s_[reach : 21 - reach, reach : 26 - reach]
    assert whole[1:22, 7:33][part].size
    np.testing.assert_allclose(read_target(out)[part], whole[1:22, 7:33][part], atol=1e-5)
    color.release()
    out.release()


@pytest.mark.parametrize(("precision", "atol"), [("float", 0), ("half", 1e-2)])
def test_precision_is_that_of_targets_and_banks(ctx, stack_of, precision, atol):
    applied = (Applied(TURN, (BANKS[0],)), Applied(TILT, (BANKS[1],)))
    stack = stack_of(*applied, precision=precision)
    stack.resize(SIZE)
    dtypes = {target.color.dtype for target in stack._targets}
    assert dtypes == {DTYPES[precision]} == {stack.maps[0].frames.dtype}
    exact = apply(ctx, PICTURE, *applied)
    got = apply(ctx, PICTURE, *applied, precision=precision)
    np.testing.assert_allclose(got, exact, atol=atol)
    assert np.any(got != exact) == (precision == "half")


def live_objects(monkeypatch) -> list:
    """Textures and framebuffers made from now on, kept alive so that they can be asked."""
    made: list = []
    for kind in ("texture", "texture_array", "framebuffer", "program", "vertex_array"):
        _record(monkeypatch, kind, made)
    return made


def _record(monkeypatch, kind: str, made: list) -> None:
    make = getattr(moderngl.Context, kind)

    def recording(ctx, *args, **options):
        made.append(make(ctx, *args, **options))
        return made[-1]

    monkeypatch.setattr(moderngl.Context, kind, recording)


def alive(made: list) -> int:
    """moderngl marks what was released."""
    return sum(type(item.mglo).__name__ != "InvalidObject" for item in made)


def test_pictures_make_no_objects_sizes_leave_none_and_release_frees_all(ctx, monkeypatch):
    gc.collect()
    pictures = {size: color_target(ctx, size) for size in (SIZE, (40, 9), (1, 1))}
    made = live_objects(monkeypatch)
    stack = EffectStack(ctx, [Applied(TILT, BANKS), Applied(TURN, (BANKS[0],))])
    counts = []
    for picture in (*pictures.values(), *pictures.values()):
        stack.render(picture.color, picture.framebuffer)
        counts.append(alive(made))
        before = len(made)
        for angle in range(5):
            effects = [TILT, Rotational(angle=angle)]
            stack.render(picture.color, picture.framebuffer, effects=effects)
        assert len(made) == before
    assert len(set(counts)) == 1 and counts[0] > 20
    stack.release()
    assert alive(made) == 0
    for picture in pictures.values():
        picture.release()
    assert ctx.error == "GL_NO_ERROR"


def test_looking_at_values_leaves_no_objects(ctx, monkeypatch, stack_of):
    stack = stack_of(Applied(TURN, (BANKS[0],)))
    stack.resize(SIZE)
    made = live_objects(monkeypatch)
    stack.maps[0].read_values(TURN, Window((0, 0), SIZE))
    assert made and alive(made) == 0


def test_a_resize_that_opengl_refuses_leaves_the_stack_as_it_was(stack_of):
    stack = stack_of(Applied(TILT, (BANKS[0],)))
    stack.resize(SIZE)
    with pytest.raises(GraphicsError, match=r"^size: 10000000 × 1 px"):
        stack.resize((10_000_000, 1))
    assert stack.size == SIZE and len(stack._targets) == 4


def test_sections_are_timed(ctx, stack_of):
    stack, timer = stack_of(Applied(TILT, (BANKS[0],)), Applied(TURN, BANKS)), Sections()
    color = color_target(ctx, SIZE)
    stack.render(color.color, color.framebuffer, timer=timer)
    color.release()
    assert timer == {"map": 2, "blur": 2, "copy": 1}


def test_how_far_a_pixel_reads_is_the_sum_of_its_layers_longest_offsets():
    """By length, since frames turn: 3, 4 is 5 px, and of layers the sum at the same knot."""
    one = np.zeros((2, 1, 2, 2), "f4")
    one[1, 0, 1] = 3, 4
    two = np.zeros((1, 1, 2, 2), "f4")
    two[0, 0] = (0, -7), (2, 0)
    weights = (np.full((2, 1, 2), 0.5, "f4"), np.ones((1, 1, 2), "f4"))
    bank = Bank((axis("radius", 0, 1),), (one, two), weights)
    assert Applied(Uniform(), (bank,)).reach_px == 7
    shorter = Bank(bank.axes, (one, 0 * two), weights)
    assert Applied(Uniform(), (shorter, bank, shorter)).reach_px == 7
    assert Applied(Uniform(), (shorter,)).reach_px == 5
