"""Fetches counted by the GPU against numbers known beforehand."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from dof import MAPPING, Painting, depth_of, lens_with_coc
from gl_probe import Objects
from images import lopsided_image

from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.picture import read_target, write_target
from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import ShaderError
from realtime.gl import draws
from realtime.gl.bank_textures import BankTextures
from realtime.gl.draws import observed
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.scissor import scissored
from realtime.gl.targets import color_target
from realtime.gl.tiled import Tiled, Tiles
from realtime.passes.cascade import CascadePass
from realtime.passes.dense import DensePass
from realtime.passes.lowrank import LowRankPass
from realtime.profiling.draw_cost import BANK, PARAMETER, PICTURE
from realtime.profiling.fetches import FetchCounter
from realtime.resources import folder

pytestmark = pytest.mark.gl

SIZE = (19, 11)  # width, height
LOOPS = """#version 330
// As many reads as u_place says, none below 0. texture(u_light, x)
uniform sampler2D u_light;
uniform sampler2D u_place;
uniform sampler2DArray u_table;
uniform int u_more;
out vec4 o_color;
#define ROW(from, i) texelFetch(from, ivec3(0, 0, i), 0)
float one(sampler2D from, ivec2 at) { return texelFetch(from, at, 0).r; }
void main() {
    float count = one(u_place, ivec2(gl_FragCoord.xy));
    o_color = vec4(0.25);
    if (count < 0.0) return;
    vec2 size = vec2(textureSize(u_light, 0));
    for (int i = 0; i < int(count) + u_more; ++i)
        o_color += textureLod(u_light, ROW(u_table, i % 3).xy / size, 0.0);
}
"""


@pytest.fixture
def counter(ctx):
    made = FetchCounter(ctx)
    yield made
    made.release()


@pytest.fixture
def own_shaders(tmp_path, monkeypatch):
    """A folder of shaders with LOOPS in it."""
    for name in ("fullscreen.vert", "tiles.vert", "near.vert"):
        shutil.copy(folder("shaders") / name, tmp_path)
    (tmp_path / "loops.frag").write_text(LOOPS)
    monkeypatch.setattr("realtime.gl.source.folder", lambda name: tmp_path)
    return tmp_path


@pytest.fixture
def loops(ctx, own_shaders):
    """Inputs of LOOPS, a target, and how often each pixel reads, [H, W] as in GL."""
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    counts = (x + 2 * y) % 7 - 2  # -2 … 4
    light, out = color_target(ctx, (5, 4)), color_target(ctx, SIZE)
    place = color_target(ctx, SIZE, 1, "f4")
    write_target(light, lopsided_image(4, 5), "f2")
    write_target(place, counts[::-1, :, None], "f4")
    table = ctx.texture_array((1, 1, 3), 2, np.arange(6, dtype="f4").tobytes(), dtype="f4")
    textures = {"u_light": light.color, "u_place": place.color, "u_table": table}
    reads = np.where(counts < 0, 0, counts + 2)
    yield SimpleNamespace(textures=textures, out=out, reads=reads)
    for part in (light, out, place, table):
        part.release()


def drawn(counter, draw):
    """The costs of what `draw` draws."""
    with counter.counting() as costs:
        draw()
    return costs


def test_a_loop_and_an_early_return_are_counted_as_they_happen(ctx, counter, loops):
    shader = Fullscreen(ctx, "loops.frag")
    draw = lambda: shader.draw(loops.out.framebuffer, loops.textures, u_more=2)  # noqa: E731
    draw()
    before = read_target(loops.out)
    (cost,) = drawn(counter, draw)
    pixels, reads = SIZE[0] * SIZE[1], int(loops.reads.sum())
    assert (cost.name, cost.size, cost.pixels) == ("loops.frag", SIZE, pixels)
    assert cost.by_sampler == {"u_light": reads, "u_place": pixels, "u_table": reads}
    assert [(r.filtered, r.plain) for r in cost.reads] == [(reads, 0), (0, pixels), (0, reads)]
    assert [cost.fetches(group) for group in (PICTURE, BANK, PARAMETER)] == [reads, reads, pixels]
    assert cost.bytes_read == reads * 4 * 2 + pixels * 4 + reads * 2 * 4
    assert cost.bytes_written == pixels * 4 * 2
    assert [target.format for target in cost.written] == ["4 × f2"]
    np.testing.assert_array_equal(read_target(loops.out), before)
    shader.release()


def test_blending_reads_the_target_too(ctx, counter, loops):
    shader = Fullscreen(ctx, "loops.frag")
    shader.draw(loops.out.framebuffer, loops.textures, u_more=0)
    once = read_target(loops.out)
    plain, added, over = drawn(
        counter,
        lambda: [
            shader.draw(loops.out.framebuffer, loops.textures, u_more=0, **{how: True})
            for how in ("depth_test", "add", "over")
        ],
    )
    assert added.bytes_read == over.bytes_read == plain.bytes_read + plain.bytes_written
    assert added.by_sampler == plain.by_sampler
    shader.draw(loops.out.framebuffer, loops.textures, u_more=0)
    drawn(counter, lambda: shader.draw(loops.out.framebuffer, loops.textures, add=True, u_more=0))
    np.testing.assert_allclose(read_target(loops.out), 2 * once, rtol=2e-3)
    shader.release()


def test_only_what_lies_in_the_scissor_is_counted(ctx, counter, loops):
    shader = Fullscreen(ctx, "loops.frag")
    with scissored((3, 2, 7, 4), loops.out.framebuffer):
        (cost,) = drawn(
            counter, lambda: shader.draw(loops.out.framebuffer, loops.textures, u_more=2)
        )
    (whole,) = drawn(counter, lambda: shader.draw(loops.out.framebuffer, loops.textures, u_more=2))
    assert cost.pixels == 28
    assert cost.by_sampler["u_light"] == loops.reads[2:6, 3:10].sum()
    assert whole.pixels == SIZE[0] * SIZE[1], "the counter's targets forget the scissor"
    shader.release()


def test_only_tiles_that_are_drawn_are_counted(ctx, counter, loops):
    """Tiles of 4 px, a grid that begins at (1, 2) px and ends past the target."""
    shader = Tiled(ctx, "loops.frag")
    rng = np.random.default_rng(3)
    classes = rng.integers(0, 2, (2, 4, 6))  # slices, up, across
    texture = ctx.texture((6, 8), 1, (255 * classes).astype("u1").tobytes())
    tiles = Tiles(texture, (6, 4), 4, 1, (0.5, 1.0))
    wanted = np.kron(classes[1], np.ones((4, 4), int))[2 : 2 + SIZE[1], 1 : 1 + SIZE[0]]
    (cost,) = drawn(
        counter,
        lambda: shader.draw(
            loops.out.framebuffer, loops.textures, tiles=tiles, corner=(1, 2), u_more=2
        ),
    )
    assert 0 < wanted.sum() < wanted.size
    assert cost.pixels == wanted.sum()
    assert cost.by_sampler["u_light"] == (loops.reads * wanted).sum()
    shader.release()
    texture.release()


def test_pixels_that_fail_the_depth_test_are_not_counted(ctx, counter, loops):
    shader = Fullscreen(ctx, "loops.frag", vertex="near.vert")  # at depth 0
    out = color_target(ctx, SIZE, depth=True)
    out.framebuffer.clear(depth=1.0)
    depth = np.zeros((SIZE[1], SIZE[0]), "f4")
    depth[:, :8] = 1.0
    out.depth.write(depth.tobytes())
    ctx.depth_func = "<"
    draw = lambda: shader.draw(out.framebuffer, loops.textures, depth_test=True, u_more=2)  # noqa: E731
    (cost,) = drawn(counter, draw)
    ctx.depth_func = "<="
    assert cost.pixels == 8 * SIZE[1]
    assert cost.by_sampler["u_light"] == loops.reads[:, :8].sum()
    np.testing.assert_array_equal(np.nonzero(read_target(out)[..., 3].any(axis=0))[0], range(8))
    shader.release()
    out.release()


# Blur methods


@pytest.fixture
def blurred(ctx, counter):
    """Blur by a kernel pass at places [H, W]; the costs of its draws."""

    def blurred(kind, textures, place, counting=True):
        targets = [color_target(ctx, SIZE) for _ in range(4)]
        color, first, second, out = targets
        where = color_target(ctx, SIZE, 1, "f4")
        write_target(color, lopsided_image(SIZE[1], SIZE[0]), "f2")
        write_target(where, np.asarray(place, "f4")[..., None], "f4")
        kernel = kind(ctx, textures)
        draw = lambda: kernel.draw(color.color, where.color, (first, second), out)  # noqa: E731
        costs = drawn(counter, draw) if counting else draw()
        picture = read_target(out)
        for part in (kernel, textures, where, *targets):
            part.release()
        return costs, picture

    return blurred


def test_a_cascade_fetches_its_taps_and_what_says_where_they_are(ctx, blurred):
    place = np.full(SIZE[::-1], 2.25)
    place[3:5, 2:9] = 0.0  # the identity
    sharp, soft = 14, SIZE[0] * SIZE[1] - 14
    costs, _ = blurred(CascadePass, BankTextures(ctx, lopsided_bank((24, 8, 4))), place)
    for cost, taps in zip(costs, (24, 8, 4), strict=True):
        assert cost.by_sampler["u_color"] == soft * taps + sharp
        assert cost.by_sampler["u_place"] == soft + sharp
        assert cost.fetches(PICTURE) == soft * taps + sharp
        assert cost.fetches(BANK) == soft * (taps // 2 + taps // 4)
        assert cost.fetches() == soft * (taps + taps // 2 + taps // 4 + 1) + sharp * 2


@pytest.mark.parametrize("knot", [0, 1, 3])
def test_a_dense_kernel_fetches_its_whole_square(ctx, blurred, knot):
    bank = lopsided_bank()
    rows, columns = np.nonzero(bank.targets[0, knot])
    reach = max(abs(rows - 6).max(), abs(columns - 6).max())
    square = (2 * reach + 1) ** 2
    (cost,), _ = blurred(DensePass, BankTextures(ctx, bank), np.full(SIZE[::-1], knot))
    pixels = SIZE[0] * SIZE[1]
    assert bank.targets.shape[-1] == 13 and reach == (0, 1, None, 6)[knot]
    assert cost.by_sampler == {
        "u_color": pixels * square,
        "u_place": pixels,
        "u_targets": pixels * square,
    }


def test_low_rank_fetches_along_rows_then_columns(ctx, blurred):
    bank = lopsided_lowrank(3)
    reach = int(bank.reaches_px[0, 3])
    costs, _ = blurred(LowRankPass, LowRankTextures(ctx, bank), np.full(SIZE[::-1], 3.0))
    pixels, along = SIZE[0] * SIZE[1], 2 * reach + 1
    rows, columns = costs[::2], costs[1::2]
    assert reach == 6 and len(costs) == 4
    for cost in rows:
        assert cost.by_sampler == {
            name: pixels * n
            for name, n in (("u_place", 1), ("u_vectors", along), ("u_color", along))
        }
        assert cost.bytes_written == pixels * 2 * 4 * 2, "two targets at once"
    assert [cost.fetches(PICTURE) for cost in columns] == [2 * pixels * along] * 2
    assert [cost.blended for cost in columns] == [False, True]


KERNELS = [
    (CascadePass, BankTextures, lopsided_bank),
    (DensePass, BankTextures, lopsided_bank),
    (LowRankPass, LowRankTextures, lopsided_lowrank),
]


@pytest.mark.parametrize(("kind", "textures", "bank"), KERNELS)
def test_a_picture_is_the_same_to_the_bit_while_it_is_counted(ctx, blurred, kind, textures, bank):
    place = np.linspace(-0.5, 3.5, SIZE[0] * SIZE[1]).reshape(SIZE[::-1])
    _, plain = blurred(kind, textures(ctx, bank()), place, counting=False)
    _, counted = blurred(kind, textures(ctx, bank()), place)
    np.testing.assert_array_equal(counted, plain)


# A whole frame


def test_a_frame_is_counted_pass_by_pass_and_stays_as_it_is(ctx, counter):
    """Tiles, several targets, blending, depth tests: all that depth of field does."""
    rows, columns = 70, 200
    y, x = np.mgrid[0:rows, 0:columns]
    steps = np.array([2.0, 2.0, 0.8, 8.0, np.inf])  # most of it in focus, at the left
    distance = steps[np.clip(5 * (x + y) // columns - 1, 0, 4)]
    painting = Painting(ctx, lopsided_image(rows, columns, 3), depth_of(distance))
    view = LensView(lens_with_coc(5.0, 8.0, rows), MAPPING)
    dof = DepthOfField(ctx, lopsided_bank(), DepthOfFieldSettings())
    seen = []
    with observed(lambda draw: seen.append(draw.shader.fragment)):
        first = painting.through(dof, view)
    with counter.counting() as costs:
        second = painting.through(dof, view)
    np.testing.assert_array_equal(second, first)
    assert [cost.name for cost in costs] == seen
    layers = [cost for cost in costs if cost.name == "cascade.frag"]
    shares = [cost.pixels / (cost.size[0] * cost.size[1]) for cost in layers]
    assert any(0 < share < 1 for share in shares), "some tiles, not all"
    dof.release()
    painting.release()


# The counter itself


def test_an_observer_sees_draws_but_not_its_own(ctx, loops):
    shader = Fullscreen(ctx, "loops.frag")
    draw = lambda more: shader.draw(loops.out.framebuffer, loops.textures, u_more=more)  # noqa: E731
    seen = []

    def observer(told):
        seen.append((told.shader, told.out, told.uniforms["u_more"], set(told.textures)))
        draw(99)

    with observed(observer):
        draw(1)
        draw(2)
    draw(3)
    assert [more for _, _, more, _ in seen] == [1, 2]
    assert seen[0][:2] == (shader, loops.out.framebuffer)
    assert seen[0][3] == {"u_light", "u_place", "u_table"}
    assert draws.observer is None
    shader.release()


def test_an_observer_that_fails_observes_no_more(ctx, loops):
    shader = Fullscreen(ctx, "loops.frag")

    def observer(told):
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"), observed(observer):
        shader.draw(loops.out.framebuffer, loops.textures, u_more=1)
    assert draws.observer is None
    shader.release()


def test_nothing_is_left_of_a_counter(ctx, loops):
    shader = Fullscreen(ctx, "loops.frag")
    shader.draw(loops.out.framebuffer, loops.textures, u_more=1)
    alive = Objects()
    counter = FetchCounter(ctx)
    for more in (1, 2):
        drawn(counter, lambda n=more: shader.draw(loops.out.framebuffer, loops.textures, u_more=n))
    assert alive.count()["Program"] == 1, "one counting program for one shader"
    counter.release()
    assert alive.alive() == {}
    shader.release()


def test_a_shader_that_cannot_be_rewritten_is_named(ctx, counter, own_shaders, loops):
    text = LOOPS.replace("void main()", "vec4 fetched;\nvoid main()")  # a name of the counters'
    (own_shaders / "clash.frag").write_text(text)
    shader = Fullscreen(ctx, "clash.frag")
    with pytest.raises(ShaderError) as caught:
        drawn(counter, lambda: shader.draw(loops.out.framebuffer, loops.textures, u_more=1))
    assert str(caught.value).startswith(
        "shader clash.frag: refused by the driver once it counts its fetches, plain calls of"
    )
    shader.release()


def test_more_textures_than_numbers_are_refused(ctx, counter, own_shaders, loops):
    names = [f"u_{i}" for i in range(16)]
    declared = "".join(f"uniform sampler2D {name};\n" for name in names)
    reads = " + ".join(f"texture({name}, vec2(0.5))" for name in names)
    text = f"#version 330\n{declared}out vec4 o;\nvoid main() {{ o = {reads}; }}\n"
    (own_shaders / "many.frag").write_text(text)
    shader = Fullscreen(ctx, "many.frag")
    textures = dict.fromkeys(names, loops.textures["u_light"])
    with pytest.raises(ShaderError, match=r"many.frag: 16 textures, at most 15 expected where fet"):
        drawn(counter, lambda: shader.draw(loops.out.framebuffer, textures))
    shader.release()
