"""Where slices begin, as far as it shows: nothing pops, and a cut in the film is one at once.

In every frame cuts go `settle` of what is left of their way. What they move is which pixels share a
radius, so they show in a thicket of all depths, and nowhere as clearly.
"""

import numpy as np
import pytest
from banks import cascade_blur, lopsided_bank
from dof import MAPPING, Painting, blur, depth_of, lens_with_coc, released
from images import lopsided_image

from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.settings import DepthOfFieldSettings

pytestmark = pytest.mark.gl

ROWS, COLUMNS = 51, 150
CHANGES, STILL = 96, 56  # columns from which the picture changes; up to which no light of it comes
LENS = lens_with_coc(9.0, 30.0, ROWS)
VIEW = LensView(LENS, MAPPING)
BANK = lopsided_bank(radii=(0.0, 1.0, 2.5, 9.5))


def distance_of(coc_px: np.ndarray) -> np.ndarray:
    constant, slope = LENS.coc_coefficients
    return slope * ROWS / (constant * ROWS - coc_px)


@pytest.fixture(scope="module")
def near_and_far(ctx):
    """A thicket of all depths; right of it first what is hardly blurred, then much."""
    image = 3 * lopsided_image(ROWS, COLUMNS, channels=3) ** 2
    coc_px = np.random.default_rng(7).uniform(1.2, 9.0, (ROWS, COLUMNS))
    near, far = coc_px.copy(), coc_px.copy()
    near[:, CHANGES:], far[:, CHANGES:] = np.linspace(1.3, 2.3, COLUMNS - CHANGES), 8.9
    paintings = [Painting(ctx, image, depth_of(distance_of(coc))) for coc in (near, far)]
    with released(*paintings):
        yield paintings


def settings(slices=5, settle=0.15, **parts) -> DepthOfFieldSettings:
    return DepthOfFieldSettings(slices, 1, settle=settle, precision="float", **parts)


def still(picture: np.ndarray) -> np.ndarray:
    return picture[:, :STILL, :3]


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """Root mean square, where nothing but the cuts has changed."""
    return float(np.sqrt(((still(a) - still(b)) ** 2).mean()))


@pytest.mark.parametrize(
    ("slices", "settle"), [(3, 0.05), (3, 0.4), (5, 0.05), (5, 0.15), (5, 0.4)]
)
def test_after_a_sudden_change_cuts_settle_without_a_jump(ctx, near_and_far, slices, settle):
    """Each frame changes by a part of the whole way that shrinks as (1 - settle)^frame.

    Which pixels a cut passes is chance, so their errors add up as squares: a part p of the way
    shows as between p and √p of the whole.
    """
    near, far = near_and_far
    dof = DepthOfField(ctx, BANK, settings(slices, settle))
    with released(dof):
        before = near.through(dof, VIEW)
        assert apart(near.through(dof, VIEW), before) == 0, "a picture that stays, stays"
        frames = [before] + [far.through(dof, VIEW) for _ in range(30)]
        dof.forget()
        goal = far.through(dof, VIEW)
    whole = apart(before, goal)
    assert whole > 0.02, "or there is nothing to see"
    steps = np.array([apart(*pair) for pair in zip(frames[1:], frames, strict=False)]) / whole
    left = np.array([apart(frame, goal) for frame in frames]) / whole
    to_go = (1 - settle) ** np.arange(len(steps))
    assert (steps < 1.6 * np.sqrt(settle * to_go)).all()
    assert (steps[:8] > 0.5 * settle * to_go[:8]).all(), "and it goes on"
    assert 0.5 * to_go[-1] < left[-1] < 1.6 * np.sqrt(to_go[-1])


def test_in_the_end_cuts_stop(ctx, near_and_far):
    near, far = near_and_far
    dof = DepthOfField(ctx, BANK, settings(settle=0.4))
    with released(dof):
        near.through(dof, VIEW)
        for _ in range(45):
            last = far.through(dof, VIEW)
        assert apart(far.through(dof, VIEW), last) < 1e-6
        dof.forget()
        assert apart(far.through(dof, VIEW), last) < 1e-6, "where they were going to"


@pytest.mark.parametrize("how", ["forget", "settle at once"])
@pytest.mark.parametrize("slices", [2, 3, 5, 8])
def test_at_a_cut_in_the_film_the_next_picture_has_its_own_cuts_at_once(
    ctx, near_and_far, slices, how
):
    """As the first picture has; `settle` 1 does so in every frame."""
    near, far = near_and_far
    settle = 0.15 if how == "forget" else 1.0
    dof, fresh = (DepthOfField(ctx, BANK, settings(slices, settle)) for _ in range(2))
    with released(dof, fresh):
        want = far.through(fresh, VIEW)
        near.through(dof, VIEW)
        if how == "forget":
            dof.forget()
        np.testing.assert_array_equal(far.through(dof, VIEW), want)


def test_forgetting_is_for_one_picture(ctx, near_and_far):
    near, far = near_and_far
    dof = DepthOfField(ctx, BANK, settings(settle=0.05))
    with released(dof):
        dof.forget()  # before there is any
        near.through(dof, VIEW)
        dof.forget()
        goal = far.through(dof, VIEW)
        before = near.through(dof, VIEW)
        assert 0 < apart(goal, before) < apart(goal, _fresh(ctx, near))


def _fresh(ctx, painting: Painting) -> np.ndarray:
    dof = DepthOfField(ctx, BANK, settings())
    with released(dof):
        return painting.through(dof, VIEW)


@pytest.mark.parametrize(
    ("slices", "cuts_px"),
    [(3, ((4.0,), ())), (5, ((2.5, 6.0), (3.0,))), (8, ((2.0, 3.0, 4.0, 5.0, 7.0), (3.0,)))],
)
def test_cuts_that_are_given_hold(ctx, near_and_far, slices, cuts_px):
    """Whatever else is in the picture, and was in those before."""
    near, far = near_and_far
    parts = settings(slices, cuts_px=cuts_px)
    dof, fresh = (DepthOfField(ctx, BANK, parts) for _ in range(2))
    with released(dof, fresh):
        before = near.through(dof, VIEW)
        got = far.through(dof, VIEW)
        np.testing.assert_allclose(still(got), still(before), atol=1e-6)
        np.testing.assert_array_equal(got, far.through(fresh, VIEW))
        dof.forget()
        np.testing.assert_array_equal(far.through(dof, VIEW), got)
        assert apart(got, _fresh(ctx, far)) > 0.01, "they are others than those found"


# What there is none of

CONTENTS = {"all sharp": 0.0, "nothing in front": 6.0, "nothing behind": -6.0}  # CoC, px


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("slices", range(1, 9))
@pytest.mark.parametrize("content", CONTENTS)
def test_every_number_of_slices_runs_where_a_side_is_empty(ctx, content, slices, scale):
    """At one CoC slices change nothing: the picture is the bank's cascade of that radius."""
    coc_px = CONTENTS[content]
    image = lopsided_image(ROWS, COLUMNS, channels=3)
    distance = np.full((ROWS, COLUMNS), distance_of(coc_px))
    parts = DepthOfFieldSettings(slices, scale, precision="float")
    got = blur(ctx, image, distance, LENS, BANK, settings=parts)[..., :3]
    if content == "all sharp":
        np.testing.assert_allclose(got, image, atol=1e-6)
        return
    assert np.isfinite(got).all() and got.min() >= image.min() - 1e-5
    assert got.max() <= image.max() + 1e-5
    turn = -1.0 if coc_px < 0 and slices > 1 else 1.0  # a plain gather is not turned
    want = cascade_blur(image, BANK, abs(coc_px), turn)
    inside = slice(12, -12), slice(12, -12)
    np.testing.assert_allclose(got[inside], want[inside], atol=1e-3 if scale == 1 else 0.1)


@pytest.mark.parametrize("slices", range(1, 9))
@pytest.mark.parametrize("side", [1, -1])
def test_every_number_of_slices_runs_where_one_pixel_is_blurred(ctx, side, slices):
    """All else is sharp, and stays so but next to it."""
    image = lopsided_image(ROWS, COLUMNS, channels=3)
    coc_px = np.zeros((ROWS, COLUMNS))
    coc_px[17, 90] = side * 5.0
    parts = DepthOfFieldSettings(slices, 1, precision="float")
    got = blur(ctx, image, distance_of(coc_px), LENS, BANK, settings=parts)[..., :3]
    assert np.isfinite(got).all()
    far_off = np.hypot(*(np.indices(coc_px.shape) - np.array((17, 90))[:, None, None])) > 20
    np.testing.assert_allclose(got[far_off], image[far_off], atol=1e-6)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("slices", range(2, 9))
def test_the_last_slice_in_front_has_no_end(ctx, slices, scale):
    """A post nearer than the bank reaches, before a black wall: within itself it hides that."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    post = (x > 50) & (y < 40)
    image = (3.0 * post[..., None] * np.ones(3)).astype("f4")
    parts = DepthOfFieldSettings(slices, scale, precision="float")
    got = blur(ctx, image, distance_of(-60.0 * post), LENS, BANK, settings=parts)[..., :3]
    within = (x > 50 + 18 * scale) & (y < 40 - 18 * scale)
    assert within.any()
    np.testing.assert_allclose(got[within], 3.0, rtol=1e-3)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("fill", ["slices", "focus"])
@pytest.mark.parametrize("slices", range(3, 9))
@pytest.mark.parametrize("cut_px", [4.6, 5.0, 5.4])
def test_an_object_in_two_slices_in_front_is_as_opaque_as_in_one(ctx, slices, fill, scale, cut_px):
    """A post before a white floor in front: where slices meet neither shines through."""
    x = np.mgrid[0:ROWS, 0:COLUMNS][1]
    post = (x > 50) & (x < 110)
    coc_px = np.where(post, -5.0, -1.5)
    image = np.repeat(np.where(post, 0.5, 8.0)[..., None], 3, axis=-1).astype("f4")
    behind = DepthOfFieldSettings(slices).sides[0]
    cuts_px = (tuple(np.linspace(2.0, 9.0, behind - 1)), (cut_px,))
    parts = DepthOfFieldSettings(slices, scale, fill=fill, cuts_px=cuts_px, precision="float")
    got = blur(ctx, image, distance_of(coc_px), LENS, BANK, settings=parts)[..., :3]
    within = (x > 50 + 12) & (x < 110 - 12)
    np.testing.assert_allclose(got[within], 0.5, rtol=0.02)


def test_what_lies_a_little_in_the_farther_slice_does_not_fill_it(ctx):
    """A post's edge is as it is where the post lies in the nearer slice altogether."""
    x = np.mgrid[0:ROWS, 0:COLUMNS][1]
    post = (x > 50) & (x < 110)
    image = np.repeat(np.where(post, 0.5, 8.0)[..., None], 3, axis=-1).astype("f4")
    distance = distance_of(np.where(post, -5.0, -1.5))
    got = [
        blur(ctx, image, distance, LENS, BANK, settings=settings(3, cuts_px=((4.0,), (cut_px,))))
        for cut_px in (4.3, 4.58)  # of which the post is 100 % and 92 % beyond
    ]
    assert np.abs(got[1] - got[0]).max() < 0.2 * (8.0 - 0.5)  # else a third


# Whose the spare slice is


@pytest.mark.parametrize("slices", [3, 4])
@pytest.mark.parametrize("side", [1, -1], ids=["behind", "in front"])
def test_the_spare_slice_goes_where_radii_differ_most(ctx, slices, side):
    """The side that has all radii gets it; of the other, of one radius, the last one is empty."""
    coc_px = side * np.random.default_rng(5).uniform(1.2, 9.0, (ROWS, COLUMNS))
    coc_px[:, 100:] = side * -6.0
    painting = Painting(ctx, lopsided_image(ROWS, COLUMNS, channels=3), _depth_of_coc(coc_px))
    dof = DepthOfField(ctx, BANK, settings(slices))
    with released(dof, painting):
        got = painting.through(dof, VIEW)
        behind, front = dof._stack.cuts.read_px()
        most, other = (behind, front) if side > 0 else (front, behind)
        assert most[-2] < 9 and other[-2] > dof.max_coc_px, "the last one begins beyond all radii"
        cuts_px = tuple(tuple(cuts[1:-1]) for cuts in (behind, front))
        fixed = DepthOfField(ctx, BANK, settings(slices, cuts_px=cuts_px))
        with released(fixed):
            np.testing.assert_allclose(painting.through(fixed, VIEW), got, atol=1e-5)


def test_in_between_nothing_jumps(ctx):
    """While radii behind come to be alike, those in front being as they were, it changes sides."""
    found = []
    for alike in np.linspace(0, 0.7, 71):
        coc_px = np.random.default_rng(5).uniform(1.2, 9.0, (ROWS, COLUMNS))
        coc_px[:, 75:] += alike * (5.0 - coc_px[:, 75:])
        coc_px[:, :75] *= -1
        painting = Painting(ctx, lopsided_image(ROWS, COLUMNS, channels=3), _depth_of_coc(coc_px))
        dof = DepthOfField(ctx, BANK, settings(3))
        with released(dof, painting):
            painting.through(dof, VIEW)
            found.append([side[1] for side in dof._stack.cuts.read_px()])
    behind, front = np.array(found).T
    assert behind[0] < 9 and front[0] > 9.5, "at first what is behind has it"
    assert behind[-1] > 9.5 and front[-1] < 9, "and in the end the front"
    assert 0 < np.abs(np.diff(front)).max() < 0.5 * (front[0] - front[-1])


def _depth_of_coc(coc_px: np.ndarray) -> np.ndarray:
    return depth_of(distance_of(coc_px))
