"""An isolated highlight: its light is kept, and its disc has the lens's own radius."""

import numpy as np
import pytest
from banks import disc_bank

from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.picture import read_target, write_target
from realtime.blur.settings import DepthOfFieldSettings
from realtime.gl.targets import color_target
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

pytestmark = pytest.mark.gl

SIZE = (150, 200)  # rows, columns
MAPPING = DepthMapping.perspective(0.1, 100.0)
BEHIND_PX = 12.0  # CoC radius at 8 m


def lens() -> Lens:
    """Focused at 2 m, with a CoC of BEHIND_PX at 8 m."""
    wide = Lens(f_number=1.0, focus_distance_m=2.0)
    return Lens(f_number=wide.coc_radius(8.0) * SIZE[0] / BEHIND_PX, focus_distance_m=2.0)


def highlight(ctx, light_m, around_m, settings) -> np.ndarray:
    """2 × 2 px of light 500 at one distance, in front of nothing lit at another -> [H, W]."""
    picture, distance = np.zeros((*SIZE, 4), "f4"), np.full(SIZE, around_m)
    picture[70:72, 90:92], distance[70:72, 90:92] = 500.0, light_m
    depth = np.where(np.isinf(distance), 1.0, (1 / distance - MAPPING.x) / MAPPING.y)
    dof = DepthOfField(ctx, disc_bank(), settings)
    color, window, out = (color_target(ctx, SIZE[::-1], n, "f4") for n in (4, 1, 4))
    write_target(color, picture, "f4")
    write_target(window, depth[..., None], "f4")
    dof.render(color.color, window.color, LensView(lens(), MAPPING), out.framebuffer)
    got = read_target(out)[..., 0]
    for part in (dof, color, window, out):
        part.release()
    return got


@pytest.mark.parametrize(("slices", "scale"), [(2, 2), (5, 2), (8, 1)])
@pytest.mark.parametrize(
    ("light_m", "around_m"),
    [(8.0, np.inf), (8.0, 8.0), (4.0, np.inf), (1.3, np.inf), (1.3, 2.0), (1.3, 8.0)],
)
def test_light_is_kept_and_has_the_lens_radius(ctx, light_m, around_m, slices, scale):
    """Before the sky, before what is in focus, before its like: behind focus and in front."""
    got = highlight(ctx, light_m, around_m, DepthOfFieldSettings(slices, scale))
    assert got.sum() == pytest.approx(4 * 500, rel=0.01)
    y, x = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    middle = [(got * axis).sum() / got.sum() for axis in (y, x)]
    assert middle == pytest.approx([70.5, 90.5], abs=0.15)
    spread = (got * ((y - middle[0]) ** 2 + (x - middle[1]) ** 2)).sum() / got.sum()
    radius_px = np.sqrt(2 * (spread - 0.5))  # without the light's own 2 × 2 px
    assert radius_px == pytest.approx(abs(lens().coc_radius(light_m)) * SIZE[0], abs=0.5)


def test_a_light_behind_a_hole_in_what_is_in_focus_stays_in_the_hole(ctx):
    """The wall is in focus: every ray that is seen passes the hole where it is seen."""
    got = highlight(ctx, 8.0, 2.0, DepthOfFieldSettings(5, 1))
    outside = got.copy()
    outside[69:73, 89:93] = 0
    assert outside.max() < 1e-3 * got.max()
