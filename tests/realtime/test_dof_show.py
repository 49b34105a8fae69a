"""The false-colour views: what they show is what was painted."""

import numpy as np
import pytest
from banks import lopsided_bank
from dof import MAPPING, Painting, depth_of, lens_with_coc, released
from images import lopsided_image

from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.picture import read_target
from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import UsageError

pytestmark = pytest.mark.gl

SIZE = (70, 301)  # rows, columns: ten tiles across, three up


@pytest.fixture
def shown(ctx):
    """Left: in front; middle: in focus; right: behind -> what a view shows, [H, W, 3]."""
    distance = np.full(SIZE, 2.0)
    distance[:, :90], distance[:, 210:] = 0.9, 8.0
    painting = Painting(ctx, lopsided_image(*SIZE), depth_of(distance))
    dof = DepthOfField(ctx, lopsided_bank(), DepthOfFieldSettings(slices=3))
    view = LensView(lens_with_coc(5.0, 8.0, SIZE[0]), MAPPING)

    def show(name: str) -> np.ndarray:
        painting.through(dof, view)
        dof.show(name, painting.out.framebuffer)
        return read_target(painting.out)[..., :3]

    with released(dof, painting):
        yield show


def is_blue(part) -> bool:
    return (part[..., 2] > 1.5 * part[..., 0]).all() and part[..., 2].min() > 0.01


def is_orange(part) -> bool:
    return (part[..., 0] > 1.5 * part[..., 2]).all() and part[..., 0].min() > 0.01


@pytest.mark.parametrize("view", ["coc", "slices"])
def test_blue_is_in_front_and_orange_behind(shown, view):
    got = shown(view)
    assert is_blue(got[:, :88]) and is_orange(got[:, 212:])
    middle = got[:, 94:206]
    assert np.ptp(middle, axis=-1).max() < 0.02, "what is in focus is grey, or black"


def test_tiles_are_dark_where_all_is_sharp(shown):
    got = shown("tiles")
    assert got[:, 140:150].max() == 0 < 0.1 < min(got[:, :88].max(), got[:, 212:].max())


def test_what_cannot_be_shown_is_refused(ctx):
    dof = DepthOfField(ctx, lopsided_bank(), DepthOfFieldSettings(slices=1))
    painting = Painting(ctx, lopsided_image(*SIZE), depth_of(np.full(SIZE, 2.0)))
    view = LensView(lens_with_coc(5.0, 8.0, SIZE[0]), MAPPING)
    with released(dof, painting):
        for name, there in (("coc", "no picture yet"), ("glow", None), ("coc", "one slice")):
            with pytest.raises(UsageError) as caught:
                dof.show(name, painting.out.framebuffer)
            expected = (
                f"show: {name!r}, one of coc, slices, tiles expected. Change it"
                if there is None
                else f"show {name}: {there}, a picture blurred in 2 slices or more expected. "
                f"Render one first, with more slices"
            )
            assert str(caught.value) == expected
            painting.through(dof, view)
