"""Depth of field as a guest: it leaves OpenGL as it found it, and takes nothing along."""

import dataclasses
from collections import Counter

import moderngl
import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from dof import MAPPING, Painting, depth_of, lens_with_coc, released
from gl_probe import Objects, state
from images import lopsided_image

from realtime.bank import LowRankBank
from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.settings import DepthOfFieldSettings
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import color_target

pytestmark = pytest.mark.gl

SIZE = (53, 90)  # rows, columns: two tiles across, one up
OTHER = (70, 37)
SIDES = ("source", "destination", "equation")
BLENDING = tuple(f"blend {side}{of}" for side in SIDES for of in ("", " alpha"))
LENS = lens_with_coc(5.0, 8.0, SIZE[0])
VIEW = LensView(LENS, MAPPING)
CAT_EYE = LensView(dataclasses.replace(LENS, cat_eye=0.7), MAPPING)
FULL = DepthOfFieldSettings(slices=8, scale=1, precision="float")


def scene(ctx, size=SIZE, seed=0) -> Painting:
    """Steps of depth, in front, in focus, behind, and the sky."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    steps = np.array([0.8, 1.2, 2.0, 3.0, 8.0, np.inf])
    distance = steps[(5 * x // size[1] + 3 * y // size[0] + seed) % len(steps)]
    return Painting(ctx, 4 * lopsided_image(*size, seed=seed), depth_of(distance))


# Kinds of depth of field: bank, kernel, settings, and the view that needs most of it.
KINDS = {
    "sparse": (lopsided_bank, None, DepthOfFieldSettings(), CAT_EYE),
    "eight slices": (lopsided_bank, None, FULL, VIEW),
    "fixed": (lopsided_bank, None, DepthOfFieldSettings(3, cuts_px=((4.0,), ())), VIEW),
    "gather": (lopsided_bank, None, DepthOfFieldSettings(1), VIEW),
    "dense": (lopsided_bank, "dense", DepthOfFieldSettings(3), CAT_EYE),
    "lowrank": (lopsided_lowrank, None, DepthOfFieldSettings(2), VIEW),
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def kind(request):
    """(make a DepthOfField in a context, its view)."""
    bank, kernel, settings, view = request.param
    return lambda ctx: DepthOfField(ctx, bank(), settings, kernel), view


@pytest.fixture
def usual(ctx):
    """OpenGL as it is at first, also when a test is done with it."""
    _reset(ctx)
    yield
    _reset(ctx)


def _reset(ctx) -> None:
    ctx.enable_only(moderngl.NOTHING)
    ctx.blend_func, ctx.blend_equation = moderngl.DEFAULT_BLENDING, moderngl.FUNC_ADD
    ctx.depth_func, ctx.cull_face, ctx.front_face = "<", "back", "ccw"
    ctx.clear_samplers()
    ctx.detect_framebuffer(0).use()


def _everything_enabled(ctx, mine, other) -> None:
    flags = moderngl.BLEND | moderngl.DEPTH_TEST | moderngl.CULL_FACE
    ctx.enable(flags | moderngl.PROGRAM_POINT_SIZE | moderngl.RASTERIZER_DISCARD)
    ctx.depth_func, ctx.cull_face, ctx.front_face = "!=", "front_and_back", "cw"
    other.use()


def _another_bound(ctx, mine, other) -> None:
    other.viewport, other.scissor, other.depth_mask = (3, 5, 17, 11), (1, 2, 4, 3), False
    other.color_mask = (True, False, True, False)
    other.use()
    ctx.enable_only(moderngl.CULL_FACE)


def _its_own_bound_and_seen_in_part(ctx, mine, other) -> None:
    mine.use()
    mine.viewport = (-2, 3, 9, 31)
    ctx.enable_only(moderngl.DEPTH_TEST)


def _strange_blending(ctx, mine, other) -> None:
    other.use()
    ctx.enable_only(moderngl.BLEND)
    ctx.blend_func = (moderngl.DST_COLOR, moderngl.ZERO, moderngl.ONE, moderngl.SRC_ALPHA)


def _subtracting(ctx, mine, other) -> None:
    _strange_blending(ctx, mine, other)
    ctx.blend_equation = moderngl.FUNC_REVERSE_SUBTRACT, moderngl.MAX


def _samplers_bound(ctx, mine, other) -> None:
    """As programs do that keep filters in samplers: they overrule those of the textures."""
    other.use()
    other.extra = ctx.sampler(filter=(moderngl.NEAREST, moderngl.NEAREST))
    for unit in range(12):
        other.extra.use(unit)


def _default_bound(ctx, mine, other) -> None:
    ctx.detect_framebuffer(0).use()
    ctx.enable_only(moderngl.PROGRAM_POINT_SIZE)


STATES = {
    found.__name__.strip("_"): found
    for found in (
        _everything_enabled,
        _another_bound,
        _its_own_bound_and_seen_in_part,
        _strange_blending,
        _subtracting,
        _samplers_bound,
        _default_bound,
    )
}


@pytest.fixture(params=[lopsided_bank, lopsided_lowrank], ids=["sparse", "lowrank"])
def guest(request, ctx, usual):
    """(DepthOfField, painting, another framebuffer, what it gives), nothing bound."""
    ctx.detect_framebuffer(0).use()
    dof, painting, other = (
        DepthOfField(ctx, request.param(), FULL),
        scene(ctx),
        color_target(ctx, OTHER),
    )
    with released(dof, painting, other):
        want = painting.through(dof, VIEW)
        painting.out.framebuffer.clear()
        yield dof, painting, other, want
        if other.framebuffer.extra is not None:
            other.framebuffer.extra.release()
        ctx.detect_framebuffer(0).use()  # what is bound is not to be released


@pytest.mark.parametrize("unusual", STATES.values(), ids=STATES)
def test_the_state_is_as_before(ctx, guest, unusual):
    """Framebuffer, viewports, depth test, culling, blending and all else that is asked for."""
    dof, painting, other, _ = guest
    mine = painting.out.framebuffer
    unusual(ctx, mine, other.framebuffer)
    before, bound = state(), ctx.fbo
    viewports = mine.viewport, other.framebuffer.viewport
    dof.render(painting.color, painting.depth, VIEW, mine)
    # The low-rank kernel adds its pairs up by blending, and moderngl cannot say how it was before.
    free = BLENDING if isinstance(dof.bank.bank, LowRankBank) else ()
    assert {n: v for n, v in state().items() if v != before[n] and n not in free} == {}
    assert (mine.viewport, other.framebuffer.viewport) == viewports
    assert ctx.fbo is bound and ctx.error == "GL_NO_ERROR"


@pytest.mark.parametrize("unusual", STATES.values(), ids=STATES)
def test_the_state_does_not_get_into_the_picture(ctx, guest, unusual):
    dof, painting, other, want = guest
    unusual(ctx, painting.out.framebuffer, other.framebuffer)
    dof.render(painting.color, painting.depth, VIEW, painting.out.framebuffer)
    got = np.frombuffer(painting.out.color.read(), "f4").reshape(*SIZE, 4)[::-1]
    np.testing.assert_array_equal(got, want)


def test_two_in_a_context_do_not_disturb_each_other(ctx):
    """Drawn in turn, sharing a bank's textures, each gives what it gives alone."""
    bank = BankTextures(ctx, lopsided_bank(), "float")
    small, next_small = scene(ctx), scene(ctx, seed=2)
    large, next_large = scene(ctx, OTHER, 1), scene(ctx, OTHER, 4)
    made = [DepthOfField(ctx, bank, settings) for settings in (FULL, DepthOfFieldSettings())]
    paintings = (small, next_small), (large, next_large)
    views = (VIEW, CAT_EYE)
    with released(bank, small, next_small, large, next_large, *made):
        alone = [
            [(first, second)[index % 2].through(dof, view) for index in range(3)]
            for dof, (first, second), view in zip(made, paintings, views, strict=True)
        ]
        for dof in made:
            dof.forget()
        for index in range(3):
            for dof, pair, view, want in zip(made, paintings, views, alone, strict=True):
                got = pair[index % 2].through(dof, view)
                np.testing.assert_array_equal(got, want[index])
        made[0].release()
        made[1].forget()
        np.testing.assert_array_equal(large.through(made[1], CAT_EYE), alone[1][0])
        assert ctx.error == "GL_NO_ERROR"


def test_release_frees_everything(ctx, kind):
    """By asking OpenGL which names are still those of objects; so after each resize."""
    make, view = kind
    painting, other, hidden = scene(ctx), scene(ctx, OTHER, 1), scene(ctx, seed=1)
    with released(painting, other, hidden):
        objects = Objects()
        dof = make(ctx)
        assert objects.count()["Texture"] and objects.count()["Program"]
        counts = []
        for _ in range(2):
            painting.through(dof, VIEW)
            painting.through(dof, view, hidden=hidden.hidden())
            counts.append(objects.count())
            other.through(dof, view)
        assert counts[0] == counts[1], "a resize leaves something behind"
        dof.release()
        assert objects.alive() == {}
        assert ctx.error == "GL_NO_ERROR"


def test_textures_of_a_bank_belong_to_who_made_them(ctx):
    bank = BankTextures(ctx, lopsided_bank())
    painting = scene(ctx)
    with released(bank, painting):
        objects = Objects()
        dof = DepthOfField(ctx, bank)
        painting.through(dof, VIEW)
        dof.release()
        assert objects.alive() == {}


ALLOCATES = ("texture", "framebuffer", "buffer", "renderbuffer", "vertex_array", "program", "query")
READS = ("read", "read_into")


@pytest.fixture
def calls(monkeypatch) -> Counter:
    """How often anything of moderngl was called that allocates, reads back, or waits."""
    counted: Counter = Counter()

    def count(kind: type, name: str) -> None:
        wrapped = getattr(kind, name)

        def counting(*args, **options):
            counted[f"{kind.__name__}.{name}"] += 1
            return wrapped(*args, **options)

        monkeypatch.setattr(kind, name, counting)

    for name in dir(moderngl.Context):
        if name.startswith("_"):
            continue
        if name in ("finish", "sampler", "compute_shader") or any(a in name for a in ALLOCATES):
            if callable(getattr(moderngl.Context, name)) and name != "copy_framebuffer":
                count(moderngl.Context, name)
    for kind in vars(moderngl).values():
        if isinstance(kind, type):
            for name in READS:
                if hasattr(kind, name):
                    count(kind, name)
    return counted


def test_the_frame_loop_neither_allocates_nor_reads_back(ctx, kind, calls):
    """From the second picture on, whatever focus and light; the first shows that calls count."""
    make, view = kind
    painting, next_one, hidden = scene(ctx), scene(ctx, seed=1), scene(ctx, seed=2)
    dof = make(ctx)
    with released(dof, painting, next_one, hidden):
        out = painting.out.framebuffer
        dof.render(painting.color, painting.depth, view, out, hidden.hidden())
        assert calls["Context.texture"] and calls["Context.framebuffer"]
        painting.through(dof, view)
        assert calls["Framebuffer.read"]
        objects = Objects()
        calls.clear()
        for focus_m in (2.0, 0.7, np.inf):
            lens = view.lens.focused_at(focus_m)
            for picture in (painting, next_one):
                for under in (None, hidden.hidden()):
                    moved = LensView(lens, MAPPING)
                    dof.render(picture.color, picture.depth, moved, out, under)
                    dof.forget()
                dof.resize(SIZE[::-1])
        calls.pop("Context.detect_framebuffer", None)
        assert calls == {}
        assert objects.alive() == {}
        assert ctx.error == "GL_NO_ERROR"


def test_resizing_there_and_back_changes_nothing(ctx, kind):
    make, view = kind
    painting, other = scene(ctx), scene(ctx, OTHER, 1)
    dof = make(ctx)
    with released(dof, painting, other):
        want, want_other = painting.through(dof, view), other.through(dof, view)
        for size in ((1, 1), OTHER[::-1], SIZE[::-1]):
            dof.resize(size)
            assert dof.size == size
        np.testing.assert_array_equal(painting.through(dof, view), want)
        np.testing.assert_array_equal(other.through(dof, view), want_other)
        assert ctx.error == "GL_NO_ERROR"
