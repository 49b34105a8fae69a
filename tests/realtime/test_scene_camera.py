import dataclasses
import math

import numpy as np
import pytest

from realtime import math3d
from realtime.errors import SceneError
from realtime.scene.camera import Camera, CameraPath, Key
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

FOV, ASPECT = math.radians(35), 1.7
CAMERA = Camera((0.5, 1.5, 4.0), (0.1, 1.0, -1.0), near_m=0.2, far_m=50.0)


def on_screen(matrices, point):
    view, projection = matrices
    return math3d.transformed(projection @ view, np.array([point]))[0, :2]


def place(distance_m, x=0.2, y=-0.1):
    """A point in the world, x to the right and y up of the view axis."""
    eye = np.array(CAMERA.eye_m)
    return eye + distance_m * CAMERA.forward + x * CAMERA.right + y * CAMERA.true_up


def test_the_target_is_in_the_middle_and_right_is_right():
    still = CAMERA.view(), CAMERA.projection(FOV, ASPECT)
    np.testing.assert_allclose(on_screen(still, CAMERA.target_m), (0, 0), atol=1e-5)
    x, y = on_screen(still, place(3.0, 0.2, 0.3))
    tan = math.tan(FOV / 2)
    np.testing.assert_allclose((x, y), (0.2 / (3 * tan * ASPECT), 0.3 / (3 * tan)), atol=1e-5)


@pytest.mark.parametrize("shift", [(0.03, 0.0), (0.0, -0.02), (-0.05, 0.04)])
def test_the_plane_in_focus_stays_on_its_pixels(shift):
    moved = CAMERA.shifted(*shift, 3.0, FOV, ASPECT)
    still = CAMERA.view(), CAMERA.projection(FOV, ASPECT)
    for x, y in ((0.3, 0.2), (-0.5, 0.1)):
        point = place(3.0, x, y)
        np.testing.assert_allclose(on_screen(moved, point), on_screen(still, point), atol=1e-5)


@pytest.mark.parametrize(("distance_m", "sign"), [(6.0, 1), (2.0, -1)])
def test_points_behind_the_focus_move_with_the_eye_and_points_before_against(distance_m, sign):
    """By similar triangles: shift · (1/s - 1/d), in units of the half picture at distance 1."""
    dx, dy, focus = 0.03, 0.02, 3.0
    point = place(distance_m)
    still = CAMERA.view(), CAMERA.projection(FOV, ASPECT)
    moved = on_screen(CAMERA.shifted(dx, dy, focus, FOV, ASPECT), point) - on_screen(still, point)
    tan = math.tan(FOV / 2)
    parallax = 1 / focus - 1 / distance_m
    np.testing.assert_allclose(moved, np.array((dx / ASPECT, dy)) * parallax / tan, atol=1e-5)
    assert np.sign(moved[0]) == sign


def test_the_shift_by_the_aperture_is_the_lens_circle_of_confusion():
    """Lens.aperture_radius_m and Camera.shifted must speak of the same lens."""
    lens = Lens(50, 1.8, 3.0)
    radius = lens.aperture_radius_m
    fov = lens.vertical_fov_rad
    point = place(7.0)
    still = CAMERA.view(), CAMERA.projection(fov, 1.0)
    moved = on_screen(CAMERA.shifted(0, radius, 3.0, fov, 1.0), point) - on_screen(still, point)
    assert moved[1] / 2 == pytest.approx(lens.coc_radius(7.0), rel=1e-4)


def test_focus_at_infinity_shifts_without_shear():
    view, projection = CAMERA.shifted(0.03, -0.02, math.inf, FOV, ASPECT)
    np.testing.assert_array_equal(projection, CAMERA.projection(FOV, ASPECT))
    eye = np.linalg.inv(view.astype(np.float64)) @ (0, 0, 0, 1)
    np.testing.assert_allclose(eye[:3], CAMERA.shifted_eye_m(0.03, -0.02, math.inf, FOV), atol=1e-6)


ORTHO = dataclasses.replace(CAMERA, height_m=2.5)
LENS = Lens(50, 1.8, 3.0)


def test_without_perspective_size_does_not_depend_on_distance():
    still = ORTHO.view(), ORTHO.projection(FOV, ASPECT)
    for distance_m in (0.3, 2.0, 49.0):
        x, y = on_screen(still, place(distance_m, 0.2, 0.3))
        np.testing.assert_allclose((x, y), (0.2 / 1.25 / ASPECT, 0.3 / 1.25), atol=1e-5)


@pytest.mark.parametrize("distance_m", [0.7, 3.0, 4.0, 20.0])
@pytest.mark.parametrize("shift", [(1, 0), (0, -1), (0.3, 0.6)])
def test_without_perspective_points_move_by_the_linear_circle_of_confusion(distance_m, shift):
    """In fractions of the height per aperture radius, from the depth that the camera draws."""
    focus = LENS.focus_distance_m, LENS.vertical_fov_rad
    radius = LENS.aperture_radius_m
    moved_to = ORTHO.shifted(shift[0] * radius, shift[1] * radius, *focus, ASPECT)
    still = ORTHO.view(), ORTHO.projection(FOV, ASPECT)
    point = place(distance_m)
    moved = on_screen(moved_to, point) - on_screen(still, point)
    offset, slope = ORTHO.depth_mapping.coc_coefficients(LENS)
    q = ORTHO.depth_mapping.x + ORTHO.depth_mapping.y * window_depth(moved_to, point)
    want = (offset + slope * q) * np.array(shift)
    np.testing.assert_allclose(moved / 2 * (ASPECT, 1), want, atol=2e-6)
    assert q == pytest.approx(distance_m, rel=1e-4)


def test_the_tilted_rays_come_from_the_viewpoint():
    """All points seen on one pixel lie on a line towards `shifted_eye_m`."""
    shift = 0.02, -0.01, 3.0, FOV
    back = np.linalg.inv(_clip(ORTHO.shifted(*shift, ASPECT)))
    near, far = (math3d.transformed(back, np.array([[0, 0, z]]))[0] for z in (-1.0, 1.0))
    along = (far - near) / np.linalg.norm(far - near)
    from_eye = near - ORTHO.shifted_eye_m(*shift)
    np.testing.assert_allclose(from_eye / np.linalg.norm(from_eye), along, atol=1e-5)
    assert np.abs(along - ORTHO.forward).max() > 1e-3
    to_eye = ORTHO.viewpoint_m - np.array(ORTHO.eye_m)
    np.testing.assert_allclose(to_eye / np.linalg.norm(to_eye), -ORTHO.forward)
    np.testing.assert_allclose(CAMERA.viewpoint_m, CAMERA.eye_m)


def test_without_perspective_focus_at_infinity_is_sharp_everywhere():
    moved = ORTHO.shifted(0.03, -0.02, math.inf, FOV, ASPECT)
    np.testing.assert_array_equal(moved[0], ORTHO.view())
    np.testing.assert_array_equal(moved[1], ORTHO.projection(FOV, ASPECT))


def _clip(matrices):
    view, projection = (np.asarray(part, np.float64) for part in matrices)
    return projection @ view


def window_depth(matrices, point):
    """0 … 1, as OpenGL makes it of clip space."""
    _, _, z, w = _clip(matrices) @ (*point, 1)
    return (z / w + 1) / 2


@pytest.mark.parametrize("camera", [CAMERA, ORTHO], ids=["perspective", "orthographic"])
@pytest.mark.parametrize("distance_m", [0.25, 1.7, 45.0])
def test_the_mapping_reads_the_depth_that_the_projection_writes(camera, distance_m):
    still = camera.view(), camera.projection(FOV, ASPECT)
    depth = window_depth(still, place(distance_m, 0.1, 0.2))
    assert camera.depth_mapping.distance_m(depth) == pytest.approx(distance_m, rel=2e-3)
    reverse = DepthMapping.orthographic if camera is ORTHO else DepthMapping.perspective
    turned = reverse(0.2, 50.0, is_reversed=True)
    assert turned.distance_m(1 - depth) == pytest.approx(distance_m, rel=2e-3)


def test_infinite_projections():
    """OpenGL's infinite far plane: depth = 1 - near / d; the usual reversed one: near / d."""
    for distance_m in (0.5, 3.0, 1e5):
        mapping = DepthMapping.perspective(0.2)
        assert mapping.distance_m(1 - 0.2 / distance_m) == pytest.approx(distance_m, rel=1e-6)
        mapping = DepthMapping.perspective(0.2, is_reversed=True)
        assert mapping.distance_m(0.2 / distance_m) == pytest.approx(distance_m)


def test_the_sky_is_at_infinity_where_there_is_perspective():
    for mapping, sky in (
        (DepthMapping.perspective(0.2, 50.0), 1),
        (DepthMapping.perspective(0.2), 1),
        (DepthMapping.perspective(0.2, 50.0, is_reversed=True), 0),
        (DepthMapping.perspective(0.2, is_reversed=True), 0),
    ):
        assert (mapping.sky, mapping.away) == (sky, 1 if sky else -1)
        assert mapping.is_sky(sky) and not mapping.is_sky(0.5)
        assert mapping.distance_m(sky) == math.inf
    assert DepthMapping.orthographic(0.2, 50.0).distance_m(1) == 50
    reverse = DepthMapping.orthographic(0.2, 50.0, is_reversed=True)
    assert (reverse.distance_m(0), reverse.distance_m(1)) == pytest.approx((50, 0.2))


def test_coc_with_perspective_is_the_lens_own():
    offset, slope = DepthMapping.perspective(0.2).coc_coefficients(LENS)
    assert offset + slope / 7.0 == pytest.approx(LENS.coc_radius(7.0))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: DepthMapping.perspective(0.0, 9.0), "depth near_m, far_m: 0, 9, 0 < near_m < far"),
        (lambda: DepthMapping.perspective(9.0, 9.0), "depth near_m, far_m: 9, 9, 0 < near_m < far"),
        (lambda: DepthMapping.perspective(math.nan), "depth near_m, far_m: nan, inf"),
        (
            lambda: DepthMapping.orthographic(1.0, math.inf),
            "1, inf, .*finite expected. Change them",
        ),
    ],
)
def test_a_depth_range_that_cannot_be_is_refused(make, text):
    with pytest.raises(SceneError, match=text):
        make()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"eye_m": (math.nan, 0, 0)}, "camera eye_m: .*3 finite numbers expected"),
        ({"target_m": (0.5, 1.5, 4.0)}, "camera target_m: .*another place than the eye's"),
        ({"up": (0, 0, 0)}, "camera up: .*a direction that is not the view axis'"),
        ({"up": (0.4, 0.5, 5.0)}, "camera up: "),
        ({"near_m": 0.0}, "camera near_m, far_m: 0, 50"),
        ({"far_m": math.inf}, "camera near_m, far_m: 0.2, inf"),
        ({"near_m": math.nan}, "camera near_m, far_m: nan"),
        ({"height_m": 0.0}, "camera height_m: 0.0, a finite number above 0"),
        ({"height_m": math.nan}, "camera height_m: nan, a finite number above 0"),
    ],
)
def test_a_camera_that_sees_nothing_is_refused(change, text):
    given = {"eye_m": CAMERA.eye_m, "target_m": CAMERA.target_m, "near_m": 0.2, "far_m": 50.0}
    with pytest.raises(SceneError, match=text):
        Camera(**{**given, **change})


def path(*eyes, loop=False, focus=None):
    times = (0.0, 1.0, 3.0, 4.0)
    keys = (Key(t, e, (0.0, 0.0, -9.0), focus) for t, e in zip(times, eyes, strict=False))
    return CameraPath(tuple(keys), loop)


OPEN = path((0.0, 0, 0), (1.0, 2.0, 0), (4.0, 2.0, 1.0), (5.0, 0, 0))


def test_the_path_goes_through_its_keys_and_holds_outside():
    for key in OPEN.keys:
        np.testing.assert_allclose(OPEN.at(key.time_s).eye_m, key.eye_m, atol=1e-9)
    assert OPEN.at(-3.0) == OPEN.at(0.0)
    assert OPEN.at(99.0) == OPEN.at(4.0)
    assert OPEN.duration_s == 4.0


def test_the_path_has_no_jolt_at_a_key():
    def speed(time_s, step):
        ahead = np.array(OPEN.at(time_s + step).eye_m) - np.array(OPEN.at(time_s).eye_m)
        return ahead / step

    np.testing.assert_allclose(speed(1.0, 1e-5), speed(1.0, -1e-5), atol=1e-3)
    np.testing.assert_allclose(speed(1.0, 1e-5), (4 / 3, 2 / 3, 1 / 3), atol=1e-3)  # neighbours'
    np.testing.assert_allclose(speed(0.0, 1e-5), 0, atol=1e-3)


def test_a_loop_repeats_and_is_smooth_where_it_closes():
    keys = zip((0.0, 1.0, 3.0, 3.5), ((0, 0, 0), (1, 2, 0), (4, 2, 1), (0, 0, 0)), strict=True)
    loop = CameraPath(tuple(Key(t, eye, (0.0, 0.0, -9.0)) for t, eye in keys), loop=True)
    np.testing.assert_allclose(loop.at(4.8).eye_m, loop.at(1.3).eye_m, atol=1e-9)
    before = (np.array(loop.at(3.5).eye_m) - np.array(loop.at(3.5 - 1e-5).eye_m)) / 1e-5
    after = (np.array(loop.at(1e-5).eye_m) - np.array(loop.at(0.0).eye_m)) / 1e-5
    np.testing.assert_allclose(before, after, atol=1e-3)
    np.testing.assert_allclose(after, np.array((1 - 4, 2 - 2, 0 - 1)) / (0.5 + 1.0), atol=1e-3)


def test_a_path_keeps_its_height():
    assert dataclasses.replace(OPEN, height_m=3.0).at(1.3).height_m == 3.0


def test_focus_follows_its_keys():
    keys = (Key(0.0, (0, 0, 0), (0, 0, -1), 2.0), Key(2.0, (0, 0, 0), (0, 0, -1), 6.0))
    assert CameraPath(keys).focus_at(1.0) == pytest.approx(4.0)
    assert OPEN.focus_at(1.0) is None
