"""The forward pass: light, colour, texture orientation, depth, shadows; on scenes made here."""

import dataclasses
import math

import numpy as np
import pytest

from realtime.gl.targets import color_target
from realtime.math3d import normalized, placement
from realtime.passes.forward import ForwardPass
from realtime.scene import Scene, load_scene
from realtime.scene.camera import CameraPath, Key
from realtime.scene.lens import Lens
from realtime.scene.model import Maps, Material, Object, PointLight, Sky, Sun
from realtime.scene.primitives import primitive

pytestmark = pytest.mark.gl

WIDTH, HEIGHT = 72, 48
BLACK = Sky((0, 0, 0), (0, 0, 0), (0, 0, 0))
FACING = (90, 0, 0)  # turns a plane towards +z, its texture upright
MATT = Material((1, 1, 1), roughness=1.0)


def camera(eye=(0, 0, 5), target=(0, 0, 0), up=(0.0, 1.0, 0.0)):
    return CameraPath((Key(0.0, eye, target),), up=up, near_m=0.5, far_m=40.0)


def scene_of(*objects, sky=BLACK, view=None, **light):
    return Scene("test", view or camera(), Lens(30), objects, sky=sky, **light)


def thing(shape="plane", look=MATT, at=(0, 0, 0), turn=FACING, size=(1, 1, 1), casts=True):
    return Object(primitive(shape), look, placement(at, turn, size), casts)


def draw(ctx, scene, time_s=0.0, size=(WIDTH, HEIGHT)):
    """Linear colour [H, W, 4] and depth [H, W], row 0 on top."""
    target, forward = color_target(ctx, size, depth=True), ForwardPass(ctx, scene)
    now = scene.camera.at(time_s)
    fov = scene.lens.vertical_fov_rad
    forward.draw(now.view(), now.projection(fov, size[0] / size[1]), now.eye_m, target.framebuffer)
    color = np.frombuffer(target.color.read(), "f2").reshape(size[1], size[0], 4)[::-1]
    depth = np.frombuffer(target.depth.read(), "f4").reshape(size[1], size[0])[::-1]
    forward.release()
    other = ctx.simple_framebuffer((1, 1))  # releasing a bound framebuffer leaves an error behind
    other.use()
    target.release()
    return color.astype(np.float32), depth


def middle(color):
    return color[HEIGHT // 2, WIDTH // 2, :3]


def test_the_sky_is_upright_and_at_depth_1(ctx):
    sky = Sky(zenith=(0, 0, 4), horizon=(0, 2, 0), ground=(1, 0, 0))
    hidden = thing(at=(0, 0, 30))  # behind the camera
    color, depth = draw(ctx, scene_of(hidden, sky=sky, exposure=0.5))
    assert (depth == 1).all()
    assert (color[..., 3] == 1).all()
    assert color[0, 5, 2] > 0.5 > color[0, 5, 0] == 0
    assert color[-1, 5, 0] > 0.2 > color[-1, 5, 2] == 0
    up, _ = draw(ctx, scene_of(hidden, sky=sky, view=camera(target=(0, 99, 0), eye=(0, 0, 0.001))))
    np.testing.assert_allclose(middle(up), (0, 0, 4), atol=1e-2)


def test_the_horizon_is_at_eye_level_however_high_the_eye(ctx):
    sky = Sky(zenith=(0, 0, 4), horizon=(0, 2, 0), ground=(1, 0, 0))
    view = camera(eye=(7, 30, 5), target=(-3, 30, -20))
    color, _ = draw(ctx, scene_of(thing(), sky=sky, view=view))
    assert color[HEIGHT // 2 - 2, :, 2].min() > 0 == color[HEIGHT // 2 - 2, :, 0].max()
    assert color[HEIGHT // 2 + 1, :, 0].min() > 0 == color[HEIGHT // 2 + 1, :, 2].max()


def test_light_that_a_thing_gives_off_is_its_radiance_times_exposure(ctx):
    glowing = Material((0, 0, 0), emissive=(300.0, 2.0, 0.25), roughness=1.0)
    color, _ = draw(ctx, scene_of(thing(look=glowing, size=(2, 1, 2)), exposure=0.5))
    np.testing.assert_allclose(middle(color), (150, 1, 0.125), rtol=2e-3)


def test_light_beyond_half_float_stays_finite(ctx):
    glowing = Material((0, 0, 0), emissive=(1e9, 1.0, 0.0))
    color, _ = draw(ctx, scene_of(thing(look=glowing, size=(2, 1, 2))))
    np.testing.assert_allclose(middle(color), (60000, 1, 0), rtol=2e-3, atol=1e-3)


def test_depth_is_that_of_the_projection(ctx):
    _, depth = draw(ctx, scene_of(thing(at=(0, 0, 2), size=(9, 1, 9))))
    near, far, distance = 0.5, 40.0, 3.0
    np.testing.assert_allclose(depth, far / (far - near) * (1 - near / distance), atol=1e-5)


def test_the_nearer_thing_wins_whatever_the_order(ctx):
    red, green = (Material((0, 0, 0), emissive=glow) for glow in ((1, 0, 0), (0, 1, 0)))
    near, far = thing(look=red, at=(0, 0, 1)), thing(look=green, size=(3, 1, 3))
    for objects in ((near, far), (far, near)):
        color, _ = draw(ctx, scene_of(*objects))
        assert middle(color).tolist() == [1, 0, 0]
        assert color[HEIGHT // 2, 22, :3].tolist() == [0, 1, 0]


@pytest.mark.parametrize("angle_deg", [0, 40, 70])
def test_a_matt_surface_follows_the_cosine(ctx, angle_deg):
    """Lambert's part is E·cos/π; the rough coat of reflectance 0.04 adds a few per cent."""
    angle = math.radians(angle_deg)
    sun = Sun((math.sin(angle), 0, -math.cos(angle)), (2, 4, 8), casts_shadow=False)
    color, _ = draw(ctx, scene_of(thing(size=(4, 1, 4)), sun=sun))
    want = np.array((2, 4, 8)) * math.cos(angle) / math.pi
    assert (middle(color) > 0.93 * want).all() and (middle(color) < 1.08 * want).all()


def test_point_lights_fade_with_the_square_of_the_distance(ctx):
    def lit(distance):
        light = PointLight((0, 0, distance), (3, 3, 3), radius_m=0.01)
        return middle(draw(ctx, scene_of(thing(size=(4, 1, 4)), points=(light,)))[0])

    np.testing.assert_allclose(lit(1.0) / lit(2.0), 4, rtol=2e-2)
    np.testing.assert_allclose(lit(1.0), 3 / math.pi, rtol=0.08)


def test_point_lights_add_up(ctx):
    lights = [PointLight((x, 0.3, 2.0), (1 + x, 1, 2), 0.01) for x in (-1.0, 0.0, 2.5)]
    plane = thing(size=(4, 1, 4))
    one_by_one = [middle(draw(ctx, scene_of(plane, points=(light,)))[0]) for light in lights]
    together = middle(draw(ctx, scene_of(plane, points=tuple(lights)))[0])
    np.testing.assert_allclose(together, np.sum(one_by_one, axis=0), rtol=5e-3)


def test_a_white_thing_in_a_white_room_is_white(ctx):
    """The furnace: no more light comes back than arrives, and little less."""
    room = Sky((1, 1, 1), (1, 1, 1), (1, 1, 1))
    for roughness, metallic in ((1.0, 0.0), (0.2, 0.0), (0.1, 1.0)):
        look = Material((1, 1, 1), metallic, roughness)
        color, depth = draw(ctx, scene_of(thing("sphere", look, size=(2, 2, 2)), sky=room))
        ball = color[depth < 1][:, :3]
        assert ball.min() > 0.9 and ball.max() < 1.01


def lopsided():
    """3 x 4 fields of sRGB: red top left, green top right, blue bottom left, mid gray elsewhere."""
    picture = np.full((3, 4, 4), 128, np.uint8)
    picture[..., 3] = 255
    picture[0, 0, :3], picture[0, -1, :3], picture[-1, 0, :3] = np.eye(3, dtype=np.uint8) * 255
    return picture.repeat(8, axis=0).repeat(8, axis=1)  # flat where it is looked at


def corners(color):
    """Middle of the texels at top left, top right, bottom left and bottom right; plane fills it."""
    rows, columns = HEIGHT // 6, WIDTH // 8
    return color[[rows, rows, -rows, -rows], [columns, -columns, columns, -columns], :3]


def test_textures_are_upright_unmirrored_and_decoded_from_srgb(ctx):
    """The plane is exactly as large as the picture."""
    high = 2 * 5 * math.tan(Lens(30).vertical_fov_rad / 2)
    plane = {"size": (high * WIDTH / HEIGHT, 1, high)}
    glow = Material((0, 0, 0), emissive=(2, 2, 2), roughness=1, maps=Maps(emissive=lopsided()))
    color, _ = draw(ctx, scene_of(thing(look=glow, **plane)))
    gray = ((128 / 255 + 0.055) / 1.055) ** 2.4
    want = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (gray, gray, gray)]) * 2
    np.testing.assert_allclose(corners(color), want, atol=6e-3)

    sun = Sun((0, 0, -1), (math.pi, math.pi, math.pi), casts_shadow=False)
    painted = dataclasses.replace(MATT, maps=Maps(base_color=lopsided()))
    color, _ = draw(ctx, scene_of(thing(look=painted, **plane), sun=sun))
    np.testing.assert_allclose(corners(color), want / 2, atol=0.08)
    gray_only = corners(color)[3]
    assert abs(gray_only - gray).max() < 0.04, "sRGB 128 is 0.216, not 0.5"


def test_roughness_and_metallic_maps_are_plain_numbers_in_green_and_blue(ctx):
    """Half in the map is the factor one half: no sRGB curve, and the channels are not swapped."""
    picture = np.zeros((2, 2, 4), np.uint8)
    picture[...] = (255, 64, 191, 255)
    sun = Sun(tuple(normalized((0.3, -0.2, -1))), (3, 3, 3), casts_shadow=False)

    def ball(look):
        return draw(ctx, scene_of(thing("sphere", look, size=(2, 2, 2)), sun=sun, sky=Sky()))[0]

    mapped = ball(Material((0.8, 0.5, 0.2), 1.0, 1.0, maps=Maps(metallic_roughness=picture)))
    plain = ball(Material((0.8, 0.5, 0.2), 191 / 255, 64 / 255))
    np.testing.assert_allclose(mapped, plain, rtol=6e-3, atol=2e-3)


@pytest.mark.parametrize(
    ("bump", "brighter_from"), [((1, 0), (1, 0)), ((-1, 0), (-1, 0)), ((0, 1), (0, 1))]
)
@pytest.mark.parametrize("mirrored", [False, True])
def test_bumps_lean_where_the_normal_map_says(ctx, bump, brighter_from, mirrored):
    """+x right, +y up the texture; a light from where the normal leans makes it brighter."""
    lean = np.array((*np.array(bump) * 0.6, 0.8))
    picture = np.full((2, 2, 4), 255, np.uint8)
    picture[..., :3] = np.round((lean * 0.5 + 0.5) * 255)
    look = dataclasses.replace(MATT, maps=Maps(normal=picture))
    size = (-4 if mirrored else 4, 1, 4)
    x, y = np.array(brighter_from) * (-1 if mirrored and bump[0] else 1)
    lit = []
    for side in (1, -1):
        sun = Sun(tuple(normalized((-side * x, -side * y, -1))), (3, 3, 3), casts_shadow=False)
        lit.append(middle(draw(ctx, scene_of(thing(look=look, size=size), sun=sun))[0]).mean())
    ratio = (0.6 + 0.8) / (0.8 - 0.6)  # cosines of ±45° against a normal 37° off
    assert lit[0] / lit[1] == pytest.approx(ratio, rel=0.15)


def test_bump_strength_zero_is_flat(ctx):
    picture = np.full((2, 2, 4), 255, np.uint8)
    picture[..., :3] = (220, 60, 200)
    sun = Sun(tuple(normalized((1, -1, -2))), (3, 3, 3), casts_shadow=False)
    flat = dataclasses.replace(MATT, normal_scale=0.0, maps=Maps(normal=picture))
    bumpy, _ = draw(ctx, scene_of(thing(look=flat, size=(4, 1, 4)), sun=sun))
    plain, _ = draw(ctx, scene_of(thing(size=(4, 1, 4)), sun=sun))
    np.testing.assert_allclose(middle(bumpy), middle(plain), rtol=5e-3)


def floor_scene(**look):
    """A floor seen from above, x to the right and -z up, and a card 1 m above its left half."""
    card = thing(
        look=Material((0, 0, 0), **look), at=(-0.8, 1, 0), turn=(0, 0, 0), size=(0.8, 1, 1)
    )
    floor = thing(turn=(0, 0, 0), size=(6, 1, 6), casts=False)
    sun = Sun(tuple(normalized((1, -1, 0))), (3, 3, 3))  # the shadow falls 1 m to the right
    view = camera(eye=(0, 5, 0), target=(0, 0, 0), up=(0.0, 0.0, -1.0))
    return scene_of(floor, card, sun=sun, view=view)


def column(x_m):
    """The column that sees the floor at x; 5 m away."""
    half = 5 * math.tan(Lens(30).vertical_fov_rad / 2) * WIDTH / HEIGHT
    return int((x_m / half * 0.5 + 0.5) * WIDTH)


def test_the_sun_casts_a_shadow_where_the_light_goes(ctx):
    color, _ = draw(ctx, floor_scene(double_sided=True))
    row = color[HEIGHT // 2, :, 0]
    assert row[column(0.2)] < 0.01 * row[column(1.5)]  # -0.8 + 1
    assert row[column(0.2 - 0.55)] > 0.9 * row[column(1.5)]  # beyond its edges
    assert row[column(0.2 + 0.55)] > 0.9 * row[column(1.5)]
    assert color[2, column(0.2), 0] > 0.9 * row[column(1.5)]


def test_lit_surfaces_do_not_shade_themselves(ctx):
    sun = Sun(tuple(normalized((0.9, -1, -1))), (3, 3, 3))
    ball = thing("sphere", size=(2, 2, 2), turn=(0, 0, 0))
    shaded, depth = draw(ctx, scene_of(ball, sun=sun))
    bare, _ = draw(ctx, scene_of(ball, sun=dataclasses.replace(sun, casts_shadow=False)))
    lit = (depth < 1) & (bare[..., 0] > 0.15)
    np.testing.assert_allclose(shaded[lit], bare[lit], rtol=0.03)


def holed():
    """Left half open."""
    picture = np.full((8, 8, 4), 255, np.uint8)
    picture[:, :4, 3] = 0
    return picture


def test_cutouts_show_what_is_behind_and_let_the_sun_through(ctx):
    look = {"alpha_cutoff": 0.5, "double_sided": True, "maps": Maps(base_color=holed())}
    color, _ = draw(ctx, floor_scene(**look))
    row = color[HEIGHT // 2, :, 0]
    lit = row[column(1.5)]
    assert row[column(0.0)] > 0.9 * lit, "through the open half"
    assert row[column(0.4)] < 0.01 * lit, "the solid half's shadow"
    assert row[column(-1.25)] > 0.9 * lit, "the floor is seen through the open half"


def test_a_back_face_is_drawn_when_double_sided_and_lit_from_its_side(ctx):
    away = (-90, 0, 0)
    sun = Sun((0, 0, -1), (3, 3, 3), casts_shadow=False)
    single, depth = draw(ctx, scene_of(thing(turn=away, size=(4, 1, 4)), sun=sun))
    assert (depth == 1).all() and not single[..., :3].any()
    both = dataclasses.replace(MATT, double_sided=True)
    double, _ = draw(ctx, scene_of(thing(look=both, turn=away, size=(4, 1, 4)), sun=sun))
    front, _ = draw(ctx, scene_of(thing(size=(4, 1, 4)), sun=sun))
    np.testing.assert_allclose(middle(double), middle(front), rtol=5e-3)


def test_a_mirrored_thing_is_lit_from_outside(ctx):
    """A scale below 0 turns triangles inside out."""
    sun = Sun(tuple(normalized((1, -1, -1))), (3, 3, 3))
    plain, _ = draw(ctx, scene_of(thing("sphere", turn=(0, 0, 0), size=(2, 2, 2)), sun=sun))
    mirrored, _ = draw(ctx, scene_of(thing("sphere", turn=(0, 0, 0), size=(-2, 2, 2)), sun=sun))
    assert abs(mirrored - plain).mean() < 5e-3
    assert plain[HEIGHT // 2 - 6, WIDTH // 2 - 6, 0] > 0.3


def test_normals_stay_square_to_a_flattened_ball(ctx):
    """Under an uneven scale normals go by the inverse transpose, not by the matrix itself."""
    flat = thing("sphere", turn=(0, 0, 0), size=(3, 3, 0.3))
    sun = Sun((0, -1, 0), (3, 3, 3), casts_shadow=False)
    color, _ = draw(ctx, scene_of(flat, sun=sun))
    # 0.6 of the way up: normal (0, 0.6/1.5, 0.8/0.15) -> its y is 0.0748
    row = HEIGHT // 2 - round(0.9 / (5 * math.tan(Lens(30).vertical_fov_rad / 2)) * HEIGHT / 2)
    assert color[row, WIDTH // 2, 0] == pytest.approx(3 / math.pi * 0.0748, rel=0.25)


def test_things_alike_share_a_draw_and_keep_their_own_look_and_place(ctx):
    places = ((-1.0, 0.5, 0.0), (0.0, 0.0, 0.0), (1.0, -0.5, 0.0))
    glows = ((1.0, 0, 0), (0, 2.0, 0), (0, 0, 3.0))
    bulbs = [
        thing("bulb", Material((0, 0, 0), roughness=1, emissive=glow), place, size=(0.4, 0.4, 0.4))
        for glow, place in zip(glows, places, strict=True)
    ]
    scene = scene_of(*bulbs)
    forward = ForwardPass(ctx, scene)
    assert [batch.count for batch in forward.batches] == [3]
    forward.release()
    color, _ = draw(ctx, scene)
    half = 5 * math.tan(Lens(30).vertical_fov_rad / 2)
    for (x, y, _), glow in zip(places, glows, strict=True):
        row, at = (
            int((0.5 - y / half / 2) * HEIGHT),
            int((x / half * HEIGHT / WIDTH / 2 + 0.5) * WIDTH),
        )
        np.testing.assert_allclose(color[row, at, :3], glow, rtol=2e-3)


def test_files_make_few_draws(ctx):
    """A hundred bulbs are a handful of draws: the lens truth repeats them hundreds of times."""
    scene = load_scene("string_lights")
    forward = ForwardPass(ctx, scene)
    assert len(scene.objects) > 150
    assert len(forward.batches) < 40
    forward.release()


@pytest.mark.parametrize(
    ("name", "brightest"),
    [
        ("string_lights", 5),
        ("tabletop", 5),
        ("window", 5),
        ("carousel", 5),
        ("daylight", 0.7),
        ("miniature_city", 0.7),
    ],
)
@pytest.mark.parametrize("time_s", [0.0, 3.1])
def test_shipped_scenes_are_finite_and_neither_black_nor_burnt(ctx, name, brightest, time_s):
    color, depth = draw(ctx, load_scene(name), time_s, (160, 90))
    assert np.isfinite(color).all() and np.isfinite(depth).all()
    assert (color >= 0).all() and (color[..., 3] == 1).all()
    assert 0.01 < np.median(color[..., :3]) < 1
    assert color.max() > brightest, "highlights that make bokeh; by day the light of the sun"


def test_a_degenerate_normal_is_finite(ctx):
    """Broken meshes have normals of length 0."""
    mesh = dataclasses.replace(primitive("plane"), normals=np.zeros((4, 3), np.float32))
    flat = Object(mesh, MATT, placement((0, 0, 0), FACING, (4, 1, 4)))
    sun = Sun((0, 0, -1), (3, 3, 3))
    color, _ = draw(ctx, scene_of(flat, sun=sun, sky=Sky()))
    assert np.isfinite(color).all()


def test_multisampling_smooths_edges_and_resolves_depth(ctx):
    glowing = Material((0, 0, 0), emissive=(4, 4, 4), roughness=1)
    scene = scene_of(thing(look=glowing, turn=(90, 0, 17), size=(2, 1, 2)))
    size = WIDTH, HEIGHT
    many = ctx.framebuffer(
        ctx.renderbuffer(size, 4, samples=4, dtype="f2"), ctx.depth_renderbuffer(size, samples=4)
    )
    one = color_target(ctx, size, depth=True)
    forward, now = ForwardPass(ctx, scene), scene.camera.at(0.0)
    forward.draw(now.view(), now.projection(Lens(30).vertical_fov_rad, 1.5), now.eye_m, many)
    ctx.copy_framebuffer(one.framebuffer, many)
    color = np.frombuffer(one.color.read(), "f2").reshape(HEIGHT, WIDTH, 4)[..., 0].astype("f4")
    depth = np.frombuffer(one.depth.read(), "f4")
    assert {0.0, 4.0} < set(np.unique(color))
    assert ((color > 0.5) & (color < 3.5)).sum() > 40
    assert depth.min() == pytest.approx(40 / 39.5 * (1 - 0.5 / 5), abs=1e-5)
    assert depth.max() == 1
    forward.release()
    ctx.simple_framebuffer((1, 1)).use()
    many.release()
    one.release()
    assert ctx.error == "GL_NO_ERROR"


@pytest.mark.parametrize("count", [0, 16])
def test_no_light_and_the_most_lights_both_compile(ctx, count):
    lights = tuple(PointLight((0, 0, 2 + k), (1, 1, 1)) for k in range(count))
    color, _ = draw(ctx, scene_of(thing(size=(4, 1, 4)), points=lights))
    assert np.isfinite(color).all()
    assert (middle(color) > 0).all() == bool(count)
