"""What depth of field refuses, word for word; and that it goes on as if nothing had happened."""

import re

import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from dof import MAPPING, SHARPEST, SIZE, Painting, depth_of, glyph_bank, lens_with_coc, released
from gl_probe import Objects
from images import lopsided_image

from realtime.bank import Axis, Bank
from realtime.blur.depth_of_field import DepthOfField, Hidden, LensView
from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import BankError, GraphicsError, LensError, UsageError, UserError
from realtime.gl.targets import color_target
from realtime.scene.lens import ArtisticLens, Lens

pytestmark = pytest.mark.gl

# <what>: <what is there>, <what is expected>. <what to do>
FORM = re.compile(r"^[^:]+: .+, .+ expected\b[^.]*(\([^)]*\))?\. [A-Z].+$")
PX = (SIZE[1], SIZE[0])
NARROWER = (PX[0] - 5, PX[1])
LOWER = (PX[0], PX[1] - 2)


def message(error: type[UserError], call) -> str:
    """The text `call` is refused with, which has the form that all have."""
    with pytest.raises(error) as caught:
        call()
    assert FORM.match(str(caught.value)), str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def painting(ctx):
    """Something in front, in focus, and behind."""
    distance = np.full(SIZE, 8.0)
    distance[:, :20], distance[30:] = 0.9, 2.0
    made = Painting(ctx, lopsided_image(*SIZE), depth_of(distance))
    yield made
    made.release()


@pytest.fixture(scope="module")
def dof(ctx):
    made = DepthOfField(ctx, lopsided_bank(), SHARPEST)
    yield made
    made.release()


VIEW = LensView(lens_with_coc(6.0, 8.0), MAPPING)

# Textures by what they are given as: how to make them, and what is said of them.
REFUSED = {
    "color of whole numbers": (
        {"color": lambda ctx: ctx.texture(PX, 4, dtype="i2")},
        "color: format i2, a float format expected",
    ),
    "color of 8 bits, whole": (
        {"color": lambda ctx: ctx.texture(PX, 4, dtype="u1")},
        "color: format u1, a float format expected",
    ),
    "color of 8 bits": (
        {"color": lambda ctx: ctx.texture(PX, 4, dtype="f1")},
        "color: format f1, a float format expected",
    ),
    "color of 2 components": (
        {"color": lambda ctx: ctx.texture(PX, 2, dtype="f4")},
        "color: 2 components, 3 or 4 expected",
    ),
    "color of several samples": (
        {"color": lambda ctx: ctx.texture(PX, 4, samples=4, dtype="f2")},
        "color: 4 samples a pixel, one that is resolved expected",
    ),
    "depth of another width": (
        {"depth": lambda ctx: ctx.texture(NARROWER, 1, dtype="f4")},
        "depth: 56 × 45 px, 61 × 45 px, the size of color, expected",
    ),
    "depth of another height": (
        {"depth": lambda ctx: ctx.depth_texture(LOWER)},
        "depth: 61 × 43 px, 61 × 45 px, the size of color, expected",
    ),
    "depth that compares": (
        {"depth": lambda ctx: ctx.depth_texture(PX)},
        "depth: compares by '<=', one that is read as a number (compare_func = \"\") expected",
    ),
    "depth of whole numbers": (
        {"depth": lambda ctx: ctx.texture(PX, 1, dtype="u4")},
        "depth: format u4, a float format expected",
    ),
    "depth of several samples": (
        {"depth": lambda ctx: ctx.depth_texture(PX, samples=4)},
        "depth: 4 samples a pixel, one that is resolved expected",
    ),
    "hidden color of another size": (
        {"hidden color": lambda ctx: ctx.texture(LOWER, 4, dtype="f4")},
        "hidden color: 61 × 43 px, 61 × 45 px, the size of color, expected",
    ),
    "hidden color of one component": (
        {"hidden color": lambda ctx: ctx.texture(PX, 1, dtype="f4")},
        "hidden color: 1 components, 3 or 4 expected",
    ),
    "hidden color of whole numbers": (
        {"hidden color": lambda ctx: ctx.texture(PX, 3, dtype="i4")},
        "hidden color: format i4, a float format expected",
    ),
    "hidden depth of another size": (
        {"hidden depth": lambda ctx: ctx.texture(NARROWER, 1, dtype="f4")},
        "hidden depth: 56 × 45 px, 61 × 45 px, the size of color, expected",
    ),
    "hidden depth that compares": (
        {"hidden depth": lambda ctx: ctx.depth_texture(PX)},
        "hidden depth: compares by '<=', one that is read as a number (compare_func = \"\") "
        "expected",
    ),
}


@pytest.mark.parametrize(("wrong", "text"), REFUSED.values(), ids=REFUSED)
def test_a_texture_is_refused_by_name_and_the_next_picture_is_good(ctx, dof, painting, wrong, text):
    good = painting.through(dof, VIEW)
    ((name, make),) = wrong.items()
    texture = make(ctx)
    inputs = {name: texture}
    if name.startswith("hidden"):
        parts = {"color": painting.color, "depth": painting.depth, name.split()[1]: texture}
        inputs = {"hidden": Hidden(**parts, mapping=MAPPING)}
    with released(texture):
        said = message(GraphicsError, lambda: painting.through(dof, VIEW, **inputs))
    assert said == f"depth of field {text}. Give another texture"
    assert ctx.error == "GL_NO_ERROR"
    np.testing.assert_array_equal(painting.through(dof, VIEW), good)


@pytest.mark.parametrize("size", [(PX[0] + 1, PX[1]), (PX[0] - 9, PX[1] + 4)])
def test_a_framebuffer_larger_than_the_picture_is_refused(ctx, dof, painting, size):
    good, larger = painting.through(dof, VIEW), color_target(ctx, size)
    with released(larger):
        said = message(GraphicsError, lambda: painting.through(dof, VIEW, larger))
    assert said == (
        f"depth of field out: {size[0]} × {size[1]} px, at most 61 × 45 px expected, the size of "
        f"color. Draw into another framebuffer"
    )
    np.testing.assert_array_equal(painting.through(dof, VIEW), good)


@pytest.mark.parametrize("settings", [SHARPEST, DepthOfFieldSettings(), DepthOfFieldSettings(1)])
def test_a_framebuffer_smaller_than_the_picture_shows_its_middle(ctx, painting, settings):
    """21 columns and 14 rows fewer: of what is odd, the smaller part is left and below."""
    dof = DepthOfField(ctx, lopsided_bank(), settings)
    out = color_target(ctx, (PX[0] - 21, PX[1] - 14), dtype="f4")
    with released(dof, out):
        whole = painting.through(dof, VIEW)
        middle = painting.through(dof, VIEW, out)
    np.testing.assert_allclose(middle, whole[7:-7, 10:-11], atol=1e-6)


@pytest.mark.parametrize("scale", [1, 2])
def test_what_is_hidden_may_come_at_half_the_size_rounded_up(ctx, painting, scale):
    """An even wall behind: at half the size it is the same wall."""
    dof = DepthOfField(ctx, lopsided_bank(), DepthOfFieldSettings(5, scale, precision="float"))
    whole, half, less = (
        Painting(ctx, np.full((*size, 3), (0.5, 2.0, 4.0), "f4"), depth_of(np.full(size, 8.0)))
        for size in (SIZE, (23, 31), (22, 30))
    )
    with released(dof, whole, half, less):
        filled = painting.through(dof, VIEW)
        want = painting.through(dof, VIEW, hidden=whole.hidden())
        assert np.abs(want - filled).max() > 0.3, "it shows what it hides"
        got = painting.through(dof, VIEW, hidden=half.hidden())
        np.testing.assert_allclose(got, want, atol=1e-4)
        hidden = less.hidden()
        said = message(GraphicsError, lambda: painting.through(dof, VIEW, hidden=hidden))
        assert said.startswith("depth of field hidden color: 30 × 22 px, 61 × 45 px, the size of")


def test_a_first_picture_that_is_refused_allocates_nothing(ctx, painting):
    dof = DepthOfField(ctx, lopsided_bank(), SHARPEST)
    depth = ctx.texture(NARROWER, 1, dtype="f4")
    with released(dof, depth):
        objects = Objects()
        message(GraphicsError, lambda: painting.through(dof, VIEW, depth=depth))
        assert (objects.alive(), dof.size) == ({}, None)
        assert np.isfinite(painting.through(dof, VIEW)).all()


@pytest.mark.parametrize("size", [(0, 45), (61, 0), (-3, 45), (61, 1 << 20)])
def test_a_size_that_cannot_be_leaves_everything_as_it_was(ctx, dof, painting, size):
    good = painting.through(dof, VIEW)
    said = message(GraphicsError, lambda: dof.resize(size))
    most = min(ctx.info["GL_MAX_TEXTURE_SIZE"], *ctx.info["GL_MAX_VIEWPORT_DIMS"])
    assert said == (
        f"size: {size[0]} × {size[1]} px, 1 to {most} px a side expected (this OpenGL's limit). "
        f"Choose another --size"
    )
    assert dof.size == PX
    np.testing.assert_array_equal(painting.through(dof, VIEW), good)


# Settings beside those of test_dof_settings.py.
@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("slices", 2.5, "a whole number from 1 to 8"),
        ("slices", -1, "a whole number from 1 to 8"),
        ("scale", 0, "1 or 2"),
        ("scale", 2.0, "1 or 2"),
        ("settle", 1.01, "a number above 0, at most 1"),
        ("settle", float("nan"), "a number above 0, at most 1"),
        ("brightest", 0, "a number above 0, or inf"),
        ("brightest", -1.0, "a number above 0, or inf"),
        ("cuts_px", ((), ()), "2 behind and 1 in front"),
        ("cuts_px", ((5.0, 9.0), (4.0, 7.0)), "2 behind and 1 in front"),
        ("cuts_px", ((5.0, 9.0), (4.0,), ()), "2 behind and 1 in front"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting, value, expected):
    said = message(UsageError, lambda: DepthOfFieldSettings(**{"slices": 5, setting: value}))
    assert said == (
        f"depth of field {setting}: {value}, {expected} expected. Change the setting {setting}"
    )


@pytest.mark.parametrize(
    ("cuts_px", "wrong"),
    [
        (((9.0, 5.0), (4.0,)), (9.0, 5.0)),
        (((5.0, 5.0), (4.0,)), (5.0, 5.0)),
        (((5.0, 9.0), (0.5,)), (0.5,)),
        (((5.0, float("nan")), (4.0,)), (5.0, float("nan"))),
        (((5.0, float("inf")), (4.0,)), (5.0, float("inf"))),
    ],
)
def test_cuts_that_do_not_go_outwards_are_refused(cuts_px, wrong):
    said = message(UsageError, lambda: DepthOfFieldSettings(slices=5, cuts_px=cuts_px))
    assert said == (
        f"depth of field cuts_px: {wrong}, radii above 1 px that increase expected. "
        f"Change the setting cuts_px"
    )


def other_bank(*axes: Axis) -> Bank:
    grid = tuple(len(axis.knots) for axis in reversed(axes))
    grid = (1,) * (2 - len(grid)) + grid
    return Bank(axes, (np.zeros((1, *grid, 2), "f4"),), (np.ones((1, *grid), "f4"),))


@pytest.mark.parametrize(
    "axes",
    [
        (Axis("angle", "rad", (0.0, 1.0)),),
        (Axis("radius", "px", (0.0, 2.0)), Axis("angle", "rad", (0.0, 1.0, 2.0))),
        (Axis("field", "px", (0.0, 2.0, 3.0)), Axis("radius", "px", (0.0, 1.0))),
    ],
    ids=lambda axes: "+".join(axis.name for axis in axes),
)
def test_a_bank_along_other_axes_is_refused_and_leaves_nothing_behind(ctx, axes):
    objects = Objects()
    said = message(BankError, lambda: DepthOfField(ctx, other_bank(*axes)))
    assert said == (
        f"bank: axes {', '.join(axis.name for axis in axes)}, one axis called radius expected "
        f"for depth of field. Bake one: diskblur-fit bake --shape disk --max-radius 32 --out F"
    )
    assert objects.alive() == {}


def test_dense_blur_wants_targets_and_leaves_nothing_behind(ctx):
    objects = Objects()
    said = message(GraphicsError, lambda: DepthOfField(ctx, glyph_bank(), kernel="dense"))
    assert said == (
        "bank: no targets, targets expected for dense blur. "
        "Bake a bank that keeps its targets, or use --blur sparse"
    )
    assert objects.alive() == {}


@pytest.mark.parametrize(
    ("kernel", "make"),
    [("gauss", lopsided_bank), ("lowrank", lopsided_bank), ("sparse", lopsided_lowrank)],
)
def test_a_kernel_that_the_bank_is_not_for_is_refused(ctx, kernel, make):
    said = message(UserError, lambda: DepthOfField(ctx, make(), kernel=kernel))
    assert kernel in said and len(said) < 300, "in words, not as a driver's log"


@pytest.mark.parametrize("lens", [Lens(squeeze=0.5), Lens(rotation_deg=30.0)])
def test_a_low_rank_kernel_takes_the_aperture_as_the_bank_has_it(ctx, painting, lens):
    dof = DepthOfField(ctx, lopsided_lowrank(), SHARPEST)
    with released(dof):
        good = painting.through(dof, VIEW)
        assert np.abs(good - painting.through(dof, LensView(Lens(f_number=22.0), MAPPING))).max()
        said = message(UsageError, lambda: painting.through(dof, LensView(lens, MAPPING)))
        assert said == (
            "--blur lowrank: an aperture that is squeezed or rotated, one as the bank has it "
            "expected. Use --blur sparse, or bake a bank of the squeezed or rotated shape"
        )
        assert ctx.error == "GL_NO_ERROR"
        dof.forget()
        np.testing.assert_array_equal(painting.through(dof, VIEW), good)


MEND = "Change it in the scene or by its flag"


@pytest.mark.parametrize("focus_m", [0.0, -2.0, float("nan"), -float("inf")])
def test_a_focus_that_is_not_before_the_camera_is_refused(focus_m):
    said = message(LensError, lambda: Lens(50.0, focus_distance_m=focus_m))
    assert said == (
        f"lens focus_distance_m: {focus_m:g}, more than the focal length 0.05 m expected. {MEND}"
    )
    said = message(LensError, lambda: ArtisticLens(focus_distance_m=focus_m))
    assert said == (
        f"lens focus_distance_m: {focus_m:g}, more than 0 m, before the camera expected. {MEND}"
    )
    with pytest.raises(LensError, match=r"^lens focus_distance_m: "):
        VIEW.lens.focused_at(focus_m)
