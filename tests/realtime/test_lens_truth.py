"""The lens truth on one small ball: its picture is the aperture, as the lens formula sizes it."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from banks import lopsided_bank

from realtime.bank import Bank
from realtime.blur.picture import read_target
from realtime.blur.truth import LensTruth
from realtime.gl.scene_target import SceneTarget
from realtime.gl.targets import color_target
from realtime.math3d import placement
from realtime.renderer import Renderer
from realtime.scene.camera import CameraPath, Key
from realtime.scene.lens import Lens
from realtime.scene.model import Material, Object, Scene, Sky
from realtime.scene.primitives import primitive

pytestmark = pytest.mark.gl

HEIGHT, WIDTH = 48, 66
AT = (22, 37)  # row, column of the ball; not the middle
COC_PX = 12.0
FOCUS_M = 2.0
LIGHT = 200.0
BLACK = Sky((0, 0, 0), (0, 0, 0), (0, 0, 0))
BANK = lopsided_bank()  # widest target: an L of ±6 px at radius 6 px


def lens_with_coc(radius_px: float, distance_m: float) -> Lens:
    """Focused at FOCUS_M; |CoC| at a distance as asked for, in px of a picture of HEIGHT."""
    wide_open = Lens(f_number=1.0, focus_distance_m=FOCUS_M)
    coc_px = abs(wide_open.coc_radius(distance_m)) * HEIGHT
    return dataclasses.replace(wide_open, f_number=coc_px / radius_px)


def ball_scene(
    distance_m: float, lens: Lens, diameter_px: float = 1.5, at=AT, height_m: float | None = None
) -> Scene:
    """A glowing ball whose middle is on pixel `at`, before black; orthographic with height_m."""
    perspective_m = 2 * math.tan(lens.vertical_fov_rad / 2) * distance_m
    px_m = (height_m or perspective_m) / HEIGHT
    x, y = (at[1] + 0.5 - WIDTH / 2) * px_m, (HEIGHT / 2 - at[0] - 0.5) * px_m
    glow = Material((0, 0, 0), roughness=1.0, emissive=(LIGHT, LIGHT, LIGHT))
    world = placement((x, y, -distance_m), scale=[diameter_px * px_m] * 3)
    camera = CameraPath((Key(0.0, (0, 0, 0), (0, 0, -1)),), height_m=height_m)
    return Scene("ball", camera, lens, (Object(primitive("bulb"), glow, world),), sky=BLACK)


def picture(
    ctx, scene: Scene, blur: str = "lens", views: int = 256, bank: Bank = BANK
) -> np.ndarray:
    """[H, W] linear light."""
    renderer = Renderer(ctx, scene, (WIDTH, HEIGHT), bank, views=views, samples=4)
    renderer.render(0.0, blur)
    got = renderer.read_linear()[..., 1]
    renderer.release()
    return got.astype("f8")


def expected(turned: bool) -> np.ndarray:
    """The bank's L, stretched from 6 px to COC_PX, its middle on AT."""
    target = BANK.targets[0, -1].astype("f8")
    target = target[::-1, ::-1] if turned else target
    y, x = (np.mgrid[0:HEIGHT, 0:WIDTH].T - AT).T
    scale = COC_PX / BANK.axes[0].knots[-1]
    rows, columns = np.rint(y / scale).astype(int) + 6, np.rint(x / scale).astype(int) + 6
    inside = (0 <= rows) & (rows < 13) & (0 <= columns) & (columns < 13)
    return np.where(inside, target[rows.clip(0, 12), columns.clip(0, 12)], 0)


def likeness(got: np.ndarray, want: np.ndarray) -> float:
    """Cosine of two pictures: 1 for the same up to brightness."""
    return float((got * want).sum() / np.linalg.norm(got) / np.linalg.norm(want))


def other_ways(picture: np.ndarray) -> list[np.ndarray]:
    """The picture flipped about AT: mirrored, on its head, turned by 180°."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    ways = [way for way in itertools.product((1, -1), repeat=2) if way != (1, 1)]
    return [
        picture[(AT[0] + fy * (y - AT[0])) % HEIGHT, (AT[1] + fx * (x - AT[1])) % WIDTH]
        for fy, fx in ways
    ]


@pytest.mark.parametrize(("distance_m", "turned"), [(5.0, False), (1.1, True)])
def test_the_ball_shows_the_aperture(ctx, distance_m, turned):
    """Upright behind the focus plane, turned by 180° in front of it; as large as its CoC."""
    lens = lens_with_coc(COC_PX, distance_m)
    assert lens.coc_radius(distance_m) * HEIGHT == pytest.approx(-COC_PX if turned else COC_PX)
    got, want = picture(ctx, ball_scene(distance_m, lens)), expected(turned)
    assert likeness(got, want) > 0.9
    assert max(likeness(got, other) for other in other_ways(want)) < likeness(got, want) - 0.05

    # The upright stroke is one CoC left of the ball, the foot one below it; turned, the reverse.
    way = -1 if turned else 1
    stroke = got[AT[0] - 8 : AT[0] + 9].sum(axis=0)  # rows that the foot is not in
    foot = got[:, AT[1] - 8 : AT[1] + 9].sum(axis=1)
    across = (stroke * np.arange(WIDTH)).sum() / stroke.sum() - AT[1]
    down = (foot * np.arange(HEIGHT)).sum() / foot.sum() - AT[0]
    assert across == pytest.approx(-COC_PX * way, abs=0.25)
    assert down == pytest.approx(COC_PX * way, abs=0.25)


def test_light_is_kept(ctx):
    """Out of focus the ball gives as much light as in focus; HDR is averaged, not clipped."""
    scene = ball_scene(5.0, lens_with_coc(COC_PX, 5.0), diameter_px=7.0)
    sharp, blurred = picture(ctx, scene, "none"), picture(ctx, scene)
    assert blurred.sum() == pytest.approx(sharp.sum(), rel=0.05)  # 4 samples a pixel
    assert sharp.max() == pytest.approx(LIGHT, rel=1e-3) and blurred.max() < 0.5 * LIGHT


def test_a_ball_in_focus_stays_where_it_is(ctx):
    """The frusta are sheared about the focus plane: every view sees it on the same pixels."""
    scene = ball_scene(FOCUS_M, Lens(f_number=0.7, focus_distance_m=FOCUS_M), diameter_px=5.0)
    sharp, truth = picture(ctx, scene, "none"), picture(ctx, scene, views=32)
    assert np.abs(truth - sharp).max() < 0.35 * LIGHT  # a sample more or less on the rim
    np.testing.assert_allclose(truth[AT[0], AT[1]], LIGHT, rtol=1e-3)
    outside = np.hypot(*(np.mgrid[0:HEIGHT, 0:WIDTH].T - AT).T) > 4
    assert truth[outside].max() == 0


@pytest.mark.parametrize(("jitter_px", "steps"), [(0.0, 0), (1.0, 1), (3.0, 3)])
def test_jitter_samples_edges_in_focus_finely(ctx, jitter_px, steps):
    """Edges of a box at 0.3 and 0.8 of a pixel, one sample a pixel: a box filter's ramp."""
    lens = Lens(f_number=4.0, focus_distance_m=FOCUS_M)
    px_m = 2 * math.tan(lens.vertical_fov_rad / 2) * FOCUS_M / HEIGHT
    glow = Material((0, 0, 0), roughness=1.0, emissive=(1.0, 1.0, 1.0))
    # 40 × 30 px, thin, its front in the focus plane; right edge at x = 43.3, lower at y = 33.8.
    middle = ((43.3 - 20 - WIDTH / 2) * px_m, (HEIGHT / 2 - 33.8 + 15) * px_m, -FOCUS_M - 5e-5)
    world = placement(middle, scale=(40 * px_m, 30 * px_m, 1e-4))
    scene = dataclasses.replace(
        ball_scene(FOCUS_M, lens), objects=(Object(primitive("box"), glow, world),)
    )
    renderer = Renderer(ctx, scene, (WIDTH, HEIGHT), BANK, samples=1)
    truth = LensTruth(ctx, (WIDTH, HEIGHT), BANK)
    out = color_target(ctx, (WIDTH, HEIGHT), dtype="f4")
    target = SceneTarget(ctx, (WIDTH, HEIGHT), 1)
    view = renderer.forward, target, scene.camera.at(0.0), lens, 512
    truth.draw(*view, out.framebuffer, jitter_px=jitter_px)
    got = read_target(out)[..., 1]
    for part in (renderer, truth, target, out):
        part.release()
    across = np.arange(WIDTH) + 0.5
    down = np.arange(HEIGHT) + 0.5
    width = max(jitter_px, 1e-6)
    row = np.clip((43.3 - across) / width + 0.5, 0, 1)
    column = np.clip((33.8 - down) / width + 0.5, 0, 1)
    np.testing.assert_allclose(got[20, 10:], row[10:], atol=0.02)
    np.testing.assert_allclose(got[10:, 25], column[10:], atol=0.02)
    assert ((got[20, 30:] > 0.02) & (got[20, 30:] < 0.98)).sum() == steps


def test_focus_at_infinity(ctx):
    """The camera moves without shear; the ball lies in front, its L turned."""
    far = Lens(f_number=1.0, focus_distance_m=math.inf)
    lens = dataclasses.replace(far, f_number=-far.coc_radius(5.0) * HEIGHT / COC_PX)
    got = picture(ctx, ball_scene(5.0, lens))
    assert likeness(got, expected(turned=True)) > 0.9


def test_more_views_come_closer(ctx):
    scene = ball_scene(5.0, lens_with_coc(COC_PX, 5.0), diameter_px=4.0)
    few, more, many, most = (picture(ctx, scene, views=views) for views in (32, 64, 512, 1024))
    assert np.linalg.norm(most - many) < 0.5 * np.linalg.norm(more - few)


def test_a_smaller_aperture_blurs_less_and_the_sky_stays(ctx):
    """Behind everything the sky is as it was: the mean of equal things."""
    bright = Sky((0.5, 0.5, 0.5), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    lens = lens_with_coc(COC_PX, 5.0)
    scene = dataclasses.replace(ball_scene(5.0, lens), sky=bright)
    got = picture(ctx, scene, views=16)
    np.testing.assert_allclose(got[:6], 0.5, rtol=2e-3)
    narrow = ball_scene(5.0, dataclasses.replace(lens, f_number=lens.f_number * 4))
    reach = np.hypot(*(np.mgrid[0:HEIGHT, 0:WIDTH].T - AT).T)[picture(ctx, narrow) > 0].max()
    assert 3 < reach < 3 * math.sqrt(2) + 2


def disk_bank() -> Bank:
    """The widest target is a disc of radius 6 px."""
    y, x = np.mgrid[-6:7, -6:7]
    targets = np.repeat(((x**2 + y**2 <= 36) / 113.0)[None, None], 4, axis=1)
    return dataclasses.replace(BANK, targets=targets.astype("f4"))


DISK = disk_bank()


def moments(light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean [2] and covariance [2, 2] of (x, y), +y down."""
    y, x = np.mgrid[: light.shape[0], : light.shape[1]]
    share = light.ravel() / light.sum()
    points = np.stack((x.ravel(), y.ravel()))
    mean = points @ share
    return mean, (points - mean[:, None]) * share @ (points - mean[:, None]).T


# Turned by 30° counter-clockwise, what points right points right and up: (cos, -sin) with +y down.
SQUEEZED = np.array([[0.5 * math.cos(math.pi / 6), 0.5], [-0.25, math.cos(math.pi / 6)]])


@pytest.mark.parametrize(("distance_m", "side"), [(5.0, 1), (1.1, -1)])
def test_the_aperture_is_squeezed_then_turned(ctx, distance_m, side):
    """Mean and covariance of the blur are those of the L's, carried by the frame written out."""
    lens = lens_with_coc(COC_PX, distance_m)
    lens = dataclasses.replace(lens, squeeze=0.5, rotation_deg=30)
    mean, spread = moments(picture(ctx, ball_scene(distance_m, lens)))
    own_mean, own_spread = moments(BANK.targets[0, -1])
    frame = SQUEEZED * (COC_PX / 6)
    np.testing.assert_allclose(mean - AT[::-1], side * frame @ (own_mean - 6), atol=0.15)
    np.testing.assert_allclose(spread, frame @ own_spread @ frame.T, rtol=0.06, atol=1.0)


CORNER = (6, 55)  # row, column: above and to the right of the middle


def clipped_disc(cat_eye: float, side: int) -> np.ndarray:
    """Where light lands: in the disc round CORNER, and in the second circle as seen from there."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    place = np.stack((x - (WIDTH - 1) / 2, y - (HEIGHT - 1) / 2)) / math.hypot(WIDTH, HEIGHT) * 2
    aperture = np.stack((x - CORNER[1], y - CORNER[0])) / COC_PX * side
    clip = np.hypot(*(aperture + cat_eye * place)) <= 1
    return ((np.hypot(*aperture) <= 1) & clip).astype("f8")


@pytest.mark.parametrize(("distance_m", "side"), [(5.0, 1), (1.1, -1)])
@pytest.mark.parametrize("rotation_deg", [0, 50])
def test_a_cats_eye_is_cut_where_it_should(ctx, distance_m, side, rotation_deg):
    """Outwards behind the focus plane, inwards in front; however the round aperture is turned."""
    lens = dataclasses.replace(
        lens_with_coc(COC_PX, distance_m), cat_eye=0.8, rotation_deg=rotation_deg
    )
    scene = ball_scene(distance_m, lens, diameter_px=3.0, at=CORNER)
    got = picture(ctx, scene, bank=DISK, views=512)
    want = clipped_disc(0.8, side)
    assert likeness(got, want) > 0.93
    assert likeness(got, clipped_disc(0, side)) < likeness(got, want) - 0.05
    assert likeness(got, clipped_disc(0.8, -side)) < likeness(got, want) - 0.1


def test_a_flat_picture_stays_flat_under_a_cats_eye(ctx):
    bright = Sky((0.5, 0.5, 0.5), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    lens = dataclasses.replace(lens_with_coc(COC_PX, 5.0), cat_eye=1.0, squeeze=0.7)
    scene = dataclasses.replace(ball_scene(5.0, lens, at=(-90, -90)), sky=bright)
    np.testing.assert_allclose(picture(ctx, scene, views=64, bank=DISK), 0.5, rtol=2e-3)


@pytest.mark.parametrize(("distance_m", "turned"), [(3.0, False), (1.0, True)])
def test_without_perspective_the_blur_is_that_of_the_depth_mapping(ctx, distance_m, turned):
    """The L, as large as its linear CoC; also where the light is, which no perspective moves."""
    lens = lens_with_coc(COC_PX, 5.0)
    scene = ball_scene(distance_m, lens, height_m=0.7)
    offset, slope = scene.camera.at(0.0).depth_mapping.coc_coefficients(lens)
    coc_px = (offset + slope * distance_m) * HEIGHT
    assert coc_px == pytest.approx((-1 if turned else 1) * COC_PX * 5 / 6, rel=1e-3)
    lens = lens.opened(COC_PX / abs(coc_px))
    got = picture(ctx, dataclasses.replace(scene, lens=lens))
    want = expected(turned)
    assert likeness(got, want) > 0.9
    assert max(likeness(got, other) for other in other_ways(want)) < likeness(got, want) - 0.05
    sharp = picture(ctx, ball_scene(FOCUS_M, lens, 5.0, height_m=0.7), "none")
    truth = picture(ctx, ball_scene(FOCUS_M, lens, 5.0, height_m=0.7), views=32)
    assert np.abs(truth - sharp).max() < 0.35 * LIGHT
