"""Motion blur of live scenes against the accumulated truth, and what it must not do."""

import math

import numpy as np
import pytest
from arcs import arc_bank, pixel_m, scene_of, streak_bank, thing, wheel_scene
from banks import lopsided_bank
from sections import Sections

from realtime.bank import Bank
from realtime.blur.motion_parts import CUT_PX, OVERLAP, Shot, plan_of
from realtime.errors import BankError
from realtime.metrics import psnr_db
from realtime.quality import QUALITIES
from realtime.renderer import Renderer
from realtime.scene.body import Body, bodies_of, still_boxes_of
from realtime.scene.camera import Camera, CameraPath, Key
from realtime.scene.model import Sky
from realtime.scene.shutter import Shutter
from realtime.scene.spin import Spin

SIZE = WIDTH, HEIGHT = 150, 100
TIME_S = 0.23
BANK = arc_bank(24)
MOVING = CameraPath(
    (Key(0.0, (-0.5, 0.1, 5), (-0.3, 0, 0)), Key(0.5, (0.5, 0, 4.7), (0.2, 0.1, 0))),
    near_m=0.5,
    far_m=40.0,
)
TURNING = CameraPath(
    (Key(0.0, (0, 0, 5), (-0.5, 0.1, 0)), Key(0.5, (0, 0, 5), (0.6, 0, 0))), near_m=0.5, far_m=40.0
)


def renderer_of(ctx, scene, bank=BANK, size=SIZE, samples=4, border=0.0, **more):
    quality = QUALITIES["high"].__class__(border=border, samples=samples, antialias=samples == 1)
    return Renderer(ctx, scene, size, bank, quality, **more)


def pictures(ctx, scene, *blurs, time_s=TIME_S, **settings):
    """Linear light [H, W, 3] of one frame in several ways."""
    renderer = renderer_of(ctx, scene, **settings)
    found = []
    for blur in blurs:
        renderer.render(time_s, blur)
        found.append(renderer.read_linear())
    renderer.release()
    return found


@pytest.mark.gl
@pytest.mark.parametrize(
    ("turns_per_second", "bank", "least_db", "gain_db"),
    [(1.0, BANK, 44, 4), (4.0, BANK, 42, 10), (4.0, streak_bank(24), 38, 6)],
)
def test_a_wheel_before_and_behind_still_things_is_blurred_as_the_shutter_sees_it(
    ctx, turns_per_second, bank, least_db, gain_db
):
    scene = wheel_scene(turns_per_second)
    truth, sharp, got = pictures(ctx, scene, "shutter", "none", "motion", bank=bank)
    assert psnr_db(got, truth) > least_db
    assert psnr_db(got, truth) > psnr_db(sharp, truth) + gain_db


@pytest.mark.gl
def test_curved_paths_are_worth_it(ctx):
    scene, shutter = wheel_scene(6.0), Shutter(360, 24)
    truth, curved = pictures(ctx, scene, "shutter", "motion", shutter=shutter)
    (straight,) = pictures(ctx, scene, "motion", shutter=shutter, bank=streak_bank(24))
    assert psnr_db(curved, truth) > psnr_db(straight, truth) + 3


@pytest.mark.gl
def test_a_moving_camera_blurs_all_else_as_well(ctx):
    scene = wheel_scene(2.0)
    scene = scene_of(*scene.objects, camera=MOVING, sky=scene.sky)
    shutter = Shutter(360, 24)
    truth, sharp, got = pictures(ctx, scene, "shutter", "none", "motion", shutter=shutter)
    assert psnr_db(got, truth) > max(30, psnr_db(sharp, truth) + 8)


@pytest.mark.gl
def test_a_border_has_the_light_that_comes_in_from_outside(ctx):
    fence = [
        thing("box", (2.0, 2.0, 1.0), (x, 0.2, 0), (0.12, 4.0, 0.1)) for x in np.arange(-4, 4, 0.3)
    ]
    scene, shutter = scene_of(*fence, camera=TURNING), Shutter(360, 12)
    truth, plain = pictures(ctx, scene, "shutter", "motion", shutter=shutter)
    (bordered,) = pictures(ctx, scene, "motion", shutter=shutter, border=0.1)
    edge = np.s_[:, -6:]
    assert psnr_db(bordered[edge], truth[edge]) > psnr_db(plain[edge], truth[edge]) + 2


@pytest.mark.gl
def test_what_stands_still_stays_as_it_is(ctx):
    """The post before the wheel within its edges; the wall wherever the wheel never comes."""
    sharp, got = pictures(ctx, wheel_scene(4.0), "none", "motion")
    x_m = ((np.arange(WIDTH) + 0.5) - WIDTH / 2) * pixel_m(HEIGHT)
    post = np.abs(x_m * (5 - 0.55) / 5 - 0.65) < 0.4 / 2 - 2.5 * pixel_m(HEIGHT)
    assert post.sum() >= 3
    np.testing.assert_allclose(got[:, post], sharp[:, post], rtol=1e-3, atol=1e-3)
    y_m = (HEIGHT / 2 - (np.arange(HEIGHT) + 0.5)) * pixel_m(HEIGHT)
    far = np.hypot(x_m[None] - 0.3, y_m[:, None] + 0.1) > 1.2
    assert 0.2 < far.mean() < 0.9
    np.testing.assert_array_equal(got[far], sharp[far])


@pytest.mark.gl
def test_a_wheel_is_smeared_past_its_silhouette_over_a_whole_background(ctx):
    """A card that turns by a quarter of a turn covers each pixel for its share of the time."""
    spin = Spin((0, 0, 1), 5.0)
    card = thing("box", (0.0, 4.0, 0.0), (0, 0, 0), (2.0, 0.3, 0.02), spin)
    wall = thing("plane", (1.0, 0.0, 0.0), (0, 0, -1), (9.0, 1.0, 9.0), turn=(90, 0, 0))
    shutter = Shutter(180, 12)
    (got,) = pictures(ctx, scene_of(card, wall), "motion", time_s=0.0, shutter=shutter)
    radius_m = 0.7
    angle = np.linspace(-1.2, 1.2, 49)
    column = (WIDTH / 2 + radius_m * np.cos(angle) / pixel_m(HEIGHT)).astype(int)
    row = (HEIGHT / 2 - radius_m * np.sin(angle) / pixel_m(HEIGHT)).astype(int)
    half_turn = math.pi * spin.turns_per_second * shutter.open_s
    half_card = math.asin(0.15 / radius_m)
    covers = (half_turn + half_card - np.abs(angle)).clip(0, 2 * half_card) / (2 * half_turn)
    assert half_turn > 2 * half_card and covers.min() == 0
    np.testing.assert_allclose(got[row, column, 1] / 4, covers, atol=0.08)
    np.testing.assert_allclose(got[row, column, 0], 1 - covers, atol=0.08)


@pytest.mark.gl
@pytest.mark.parametrize("turns_per_second", [2.0, -5.0])
def test_a_lamp_on_a_wheel_draws_an_arc_of_its_own_light(ctx, turns_per_second):
    """As long as the way it goes, curved round the hub, and as much light as it has."""
    hub_px, rim_px, shutter = (6.0, -4.0), 33.0, Shutter(180, 24)
    at_m = [part * pixel_m(HEIGHT) for part in (hub_px[0] + rim_px, hub_px[1], 0.0)]
    spin = Spin((0, 0, 1), turns_per_second, (*(p * pixel_m(HEIGHT) for p in hub_px), 0.0))
    lamp = thing("bulb", (60.0, 40.0, 20.0), tuple(at_m), 3.0 * pixel_m(HEIGHT), spin)
    sharp, got = pictures(ctx, scene_of(lamp), "none", "motion", time_s=0.11, shutter=shutter)
    np.testing.assert_allclose(got.sum(axis=(0, 1)), sharp.sum(axis=(0, 1)), rtol=0.01)

    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    right, up = x - WIDTH / 2 - hub_px[0], HEIGHT / 2 - y - hub_px[1]
    light = got[..., 0] / got[..., 0].sum()
    far = np.hypot(right, up)
    mean_px = (light * far).sum()
    assert mean_px == pytest.approx(rim_px, abs=0.25), "on the rim, also at both of its ends"
    assert (light * (far - mean_px) ** 2).sum() < 1.3**2
    middle = 2 * math.pi * turns_per_second * 0.11
    angle = (np.arctan2(up, right) - middle + math.pi) % (2 * math.pi) - math.pi
    assert (light * angle).sum() == pytest.approx(0, abs=0.01)
    turn = 2 * math.pi * turns_per_second * shutter.open_s
    of_lamp = (light * (far - mean_px) ** 2).sum() / rim_px**2
    assert (light * angle**2).sum() == pytest.approx(turn**2 / 12 + of_lamp, rel=0.03)
    assert got.max() < 0.6 * sharp.max()


@pytest.mark.gl
@pytest.mark.parametrize("samples", [1, 4])
def test_without_motion_the_picture_is_the_sharp_one_to_the_bit(ctx, samples):
    shut = {"shutter": Shutter(0, 24), "samples": samples, "border": 0.03}
    sharp, got = pictures(ctx, wheel_scene(), "none", "motion", **shut)
    np.testing.assert_array_equal(got, sharp)
    still = scene_of(*(item for item in wheel_scene().objects if item.spin is None))
    sharp, got = pictures(ctx, still, "none", "motion", samples=samples)
    np.testing.assert_array_equal(got, sharp)


@pytest.mark.gl
def test_slow_motion_is_nearly_the_sharp_picture(ctx):
    """Layers put together again are the scene, but for edges of one on another."""
    sharp, got = pictures(ctx, wheel_scene(4.0), "none", "motion", shutter=Shutter(0.01, 24))
    assert psnr_db(got, sharp) > 38
    assert np.median(np.abs(got - sharp)) == 0


@pytest.mark.gl
def test_a_frame_does_not_depend_on_the_ones_before(ctx):
    scene = scene_of(*wheel_scene(3.0).objects, camera=MOVING)
    renderer = renderer_of(ctx, scene)
    renderer.render(0.1, "motion")
    first = renderer.read_linear()
    for time_s, blur in ((0.3, "motion"), (0.2, "shutter"), (0.7, "none")):
        renderer.render(time_s, blur)
    renderer.render(0.1, "motion")
    np.testing.assert_array_equal(renderer.read_linear(), first)
    renderer.resize((71, 43))
    renderer.render(0.1, "motion")
    assert renderer.read_linear().shape == (43, 71, 3)
    renderer.release()
    assert ctx.error == "GL_NO_ERROR"


@pytest.mark.gl
def test_a_frame_allocates_no_textures_and_reads_nothing_back(ctx, monkeypatch):
    import moderngl

    renderer = renderer_of(ctx, scene_of(*wheel_scene(3.0).objects, camera=MOVING))
    renderer.render(0.1, "motion")

    def refuse(*_, **__):
        raise AssertionError("not in a frame")

    for owner, name in (
        (moderngl.Context, "texture"),
        (moderngl.Context, "framebuffer"),
        (moderngl.Context, "buffer"),
        (moderngl.Context, "program"),
        (moderngl.Framebuffer, "read"),
        (moderngl.Texture, "read"),
    ):
        monkeypatch.setattr(owner, name, refuse)
    renderer.render(0.2, "motion")
    monkeypatch.undo()
    renderer.release()


@pytest.mark.gl
def test_a_still_camera_costs_no_blur_of_what_is_still(ctx):
    timer = Sections()
    renderer = renderer_of(ctx, scene_of(*wheel_scene().objects))
    renderer.render(0.1, "motion", timer=timer)
    assert timer["blur"] == timer["velocity"] == 1, "of the wheel"
    moving = Sections()
    renderer.release()
    renderer = renderer_of(ctx, scene_of(*wheel_scene().objects, camera=MOVING))
    renderer.render(0.1, "motion", timer=moving)
    assert moving["blur"] == 2
    renderer.release()


@pytest.mark.gl
def test_a_camera_that_is_given_stands_still(ctx):
    scene = scene_of(*wheel_scene().objects, camera=MOVING)
    renderer = renderer_of(ctx, scene)
    now = MOVING.at(0.2)
    for blur in ("motion", "shutter"):
        renderer.render(0.2, blur, camera=now)
        held = renderer.read_linear()
        renderer.render(0.2, "none")
        corner = np.s_[:8, :8]
        np.testing.assert_allclose(held[corner], renderer.read_linear()[corner], atol=2e-3)
    renderer.release()


@pytest.mark.gl
def test_a_merry_go_round_is_blurred_in_two_halves(ctx):
    """Its near side goes one way and its far side, seen between, the other."""
    spin = Spin((0.05, 1, 0), 1.2, (0, 0, 0))
    posts = [
        thing("box", glow, (1.2 * math.cos(a), 0, 1.2 * math.sin(a)), (0.14, 1.6, 0.14), spin)
        for a, glow in zip(
            np.arange(7) * 2 * math.pi / 7, [(2, 0.2, 0.1), (0.1, 1, 0.1)] * 4, strict=False
        )
    ]
    scene = scene_of(*posts, sky=Sky((0.1, 0.2, 0.5), (0.3, 0.3, 0.4), (0.1, 0.1, 0.1)))
    (body,) = bodies_of(scene.objects)
    assert body.hides_itself(np.array((0, 0, 5.0)))
    truth, got = pictures(ctx, scene, "shutter", "motion")
    whole = Body.hides_itself
    try:
        Body.hides_itself = lambda self, eye_m: False
        (together,) = pictures(ctx, scene, "motion")
    finally:
        Body.hides_itself = whole
    assert psnr_db(got, truth) > max(34, psnr_db(together, truth) + 1)


@pytest.mark.parametrize(
    ("axis", "tall_m", "want"),
    [
        ((0, 0, 1), 0.3, False),
        ((0, 1, 0), 2.0, True),
        ((1, 0, 0), 0.2, True),
        ((1, 0, 1), 0.2, False),
    ],
)
def test_only_what_is_seen_edge_on_hides_itself(axis, tall_m, want):
    body = Body(Spin(axis, 1.0), -tall_m / 2, tall_m / 2, 1.0)
    assert body.hides_itself(np.array((0.0, 0.0, 6.0))) == want


def test_a_body_is_the_cylinder_round_its_objects():
    spin = Spin((0, 2, 0), 1.0, (1, 0, 0))
    objects = [
        thing("box", (1, 1, 1), (3, 1, 0), 1.0, spin),
        thing("box", (1, 1, 1), (1, -2, 0.5), 1.0, spin),
        thing("box", (1, 1, 1), (9, 9, 9), 1.0),
    ]
    (body,) = bodies_of(objects)
    assert (body.low_m, body.high_m) == (-2.5, 1.5)
    assert body.radius_m == pytest.approx(math.hypot(2.5, 0.5))
    rims = body.rims_m
    assert rims[:, 1].min() == -2.5 and rims[:, 1].max() == 1.5
    far = np.hypot(rims[:, 0] - 1, rims[:, 2])
    np.testing.assert_allclose(far, body.radius_m / math.cos(math.pi / 32))


def parts(bodies, camera=None, size=(200, 100)):
    camera = camera or Camera((0, 0, 5), (0, 0, 0), near_m=0.5, far_m=40)
    matrix = camera.projection(math.radians(40), size[0] / size[1]) @ camera.view()
    plan = plan_of(bodies, np.empty((0, 8, 3)), Shot(camera, [matrix], 0.0, size, (1.0, 0.5)))
    assert plan.behind == camera
    return plan.parts


def test_far_bodies_come_first_and_those_off_screen_not_at_all():
    near, far, aside = (
        Body(Spin((0, 0, 1), 1.0, at), -0.1, 0.1, 0.5)
        for at in ((0.2, 0, 1), (0, 0.1, -3), (30, 0, 0))
    )
    assert [part.spin for part in parts([near, aside, far])] == [far.spin, near.spin]
    left, bottom, width, height = parts([far])[0].rect
    scale = 50 / math.tan(math.radians(20)) / 7.9
    assert left == pytest.approx(100 - 0.5 * scale - 6, abs=1)
    assert bottom == pytest.approx(50 - 0.4 * scale - 6, abs=1)
    assert width == pytest.approx(scale + 12, abs=2) and height == pytest.approx(width, abs=2)
    assert parts([Body(Spin((0, 0, 1), 1.0, (0, 0, 9)), -1, 1, 1.0)]) == [], "behind the eye"
    beside_the_eye = Body(Spin((0, 0, 1), 1.0, (0, 0, 5)), -1, 1, 1.0)
    assert parts([beside_the_eye])[0].rect == (0, 0, 200, 100)


@pytest.mark.parametrize("height_m", [None, 4.0])
def test_halves_meet_at_the_axis_and_their_depths_are_told_in_the_wholes(height_m):
    camera = Camera((0, 0, 5), (0, 0, 0), near_m=0.5, far_m=40, height_m=height_m)
    body = Body(Spin((0, 1, 0), 1.0, (0, 0, -1)), -2, 2, 1.0)
    far, near = parts([body], camera)
    assert far.camera.near_m == near.camera.far_m == pytest.approx(6)
    for part, distance_m in ((far, 9.0), (near, 3.0)):
        own, whole = part.camera.depth_mapping, camera.depth_mapping
        q = distance_m if height_m else 1 / distance_m
        factor, bias = part.to_whole
        assert (q - own.x) / own.y * factor + bias == pytest.approx((q - whole.x) / whole.y)


@pytest.mark.gl
def test_a_bank_of_other_axes_is_named(ctx):
    renderer = renderer_of(ctx, wheel_scene(), lopsided_bank(angles=(0.0, 1.0)))
    with pytest.raises(
        BankError, match="velocity: a bank of radius × angle, one of radius × bend or radius expect"
    ):
        renderer.render(0.0, "motion")
    renderer.release()


@pytest.mark.gl
def test_bodies_do_not_leave_light_in_one_another(ctx):
    """Reads that lead out of a body's rectangle find nothing there, whatever was drawn before."""
    far = Bank(BANK.axes, tuple(14 * offsets for offsets in BANK.offsets), BANK.weights)
    left, right = (
        thing("box", (3.0, 2.0, 1.0), (x, y, 0), (0.8, 0.5, 0.1), Spin((0, 0, 1), 3.0, (x, y, 0)))
        for x, y in ((-0.75, 0.4), (0.75, 0.0))
    )
    (alone,) = pictures(ctx, scene_of(right), "motion", bank=far)
    (both,) = pictures(ctx, scene_of(left, right), "motion", bank=far)
    x_m = ((np.arange(WIDTH) + 0.5) - WIDTH / 2) * pixel_m(HEIGHT)
    np.testing.assert_array_equal(both[:, x_m > 0.3], alone[:, x_m > 0.3])
    assert both[:, x_m < 0].max() > 0.5 < alone.max()


BOX_M = still_boxes_of([thing("box", (1, 1, 1), (0.1, 0.2, 0.0), 0.5)])  # 4.75 m away


def cuts(travel_m, boxes_m=BOX_M, bodies=(), **camera):
    """Where the distance begins, and (near, far) of what is still before it; 100 px a m at 1 m."""
    eye = Camera((0, 0, 5), (0, 0, 0), **{"near_m": 0.1, "far_m": 40.0} | camera)
    matrix = eye.projection(math.radians(40), 2) @ eye.view()
    plan = plan_of(bodies, boxes_m, Shot(eye, [matrix], 100 * travel_m, (200, 100), (0.73, 0.36)))
    still = [part for part in plan.parts if part.spin is None]
    assert plan.parts[len(plan.parts) - len(still) :] == still, "before all bodies"
    return plan.behind.near_m, [(part.camera.near_m, part.camera.far_m) for part in still]


def test_what_is_still_is_cut_where_a_fast_camera_parts_near_from_far():
    first_m = 100 * 0.3 / 2 / CUT_PX
    assert first_m > 5
    assert cuts(0.3) == (OVERLAP * first_m, [(0.1, first_m)]), "the box is behind a second cut"
    near = np.concatenate((BOX_M, BOX_M + np.array((0, 0, 3.5))))
    assert cuts(0.3, near) == (
        OVERLAP * first_m,
        [(OVERLAP * first_m / 4, first_m), (0.1, first_m / 4)],
    )
    wheel = Body(Spin((0, 0, 1), 1.0, (0, 0, 2.0)), -0.5, 0.5, 0.4)
    assert cuts(0.3, near, [wheel]) == (
        pytest.approx(OVERLAP * 2.5),
        [(pytest.approx(0.1), pytest.approx(2.5))],
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"travel_m": 0.0},
        {"travel_m": 0.1},  # all boxes are behind the cut
        {"travel_m": 0.3, "boxes_m": BOX_M[:0]},
        {"travel_m": 0.3, "boxes_m": BOX_M + np.array((0, 0, 20))},  # behind the eye
        {"travel_m": 0.3, "boxes_m": 9 * BOX_M + np.array((0, -9, 0))},  # below the picture
        {"travel_m": 0.3, "height_m": 3.0},
        {"travel_m": 0.3, "near_m": 4.0},
    ],
)
def test_what_is_still_is_not_cut_without_need(settings):
    near_m = settings.get("near_m", 0.1)
    assert cuts(**settings) == (near_m, [])


@pytest.mark.gl
def test_a_fast_camera_smears_near_things_over_far_ones(ctx):
    """A fence that goes by, before a sky that does not."""
    fence = [
        thing("box", (2.0, 2.0, 1.0), (x, 0.2, 0), (0.12, 4.0, 0.1)) for x in np.arange(-4, 4, 0.3)
    ]
    scene, shutter = scene_of(*fence, camera=MOVING), Shutter(360, 6)
    truth, sharp, got = pictures(ctx, scene, "shutter", "none", "motion", shutter=shutter)
    assert psnr_db(got, truth) > max(26, psnr_db(sharp, truth) + 16)


@pytest.mark.gl
def test_a_ground_has_no_seam_where_it_is_cut(ctx):
    """Even and alone, so that whatever is seen through a seam shows."""
    ground = thing("plane", (1.0, 0.6, 0.3), (0, -0.5, -20), (80.0, 1.0, 60.0))
    keys = (Key(0.0, (-2, 0, 9), (-2, -0.2, 0)), Key(0.5, (1, 0, 3), (1, -0.2, -6)))
    path = CameraPath(keys, near_m=0.1, far_m=90)
    scene = scene_of(ground, camera=path, sky=Sky((0, 0, 0), (0, 0, 0), (0, 0, 9)))
    sharp, got = pictures(ctx, scene, "none", "motion", time_s=0.25, shutter=Shutter(180, 12))
    lower = np.s_[HEIGHT // 2 + 2 :]
    np.testing.assert_allclose(got[lower], sharp[lower], atol=0.01)
