"""What is done again and again in a viewer leaves nothing behind."""

import gc
import sys
from collections import Counter

import moderngl
import pytest
from view_parts import PANELS_SIZE, STEP_S, STILL, app_of, play

from realtime.effects import TiltShift
from realtime.view.state import EffectState

pytestmark = pytest.mark.gl

PLAIN = STILL.replace(left="sparse", right="sparse")
TIMES, FRAMES = 4, 100


def live() -> Counter:
    """How many objects of moderngl there are of each kind that were not released."""
    gc.collect()
    parts = [part for part in gc.get_objects() if type(part).__module__ == "moderngl"]
    return Counter(type(part).__name__ for part in parts if is_live(getattr(part, "mglo", None)))


def is_live(part) -> bool:
    return part is not None and not isinstance(part, moderngl.InvalidObject)


@pytest.fixture
def dropped(ctx):
    """Returns the kinds of objects that nobody has released and nobody can any more."""
    ctx.gc_mode = "context_gc"  # moderngl then collects them
    yield lambda: [type(part).__name__ for part in ctx.objects if is_live(part)]
    ctx.objects.clear()
    ctx.gc_mode = None


def split(app) -> None:
    for _ in range(2):
        play(app, {"do": "key", "key": "x"}, {"do": "wait", "frames_": 2})


def new_shaders(app) -> None:
    app.session.renew()
    app.interface.rebuild()
    app.run(2, step_s=STEP_S)


def effect(app) -> None:
    session = app.session
    for effects in ((EffectState(TiltShift()),), ()):
        assert session.edit(session.state.replace(effects=effects), "effects")
        app.run(2, step_s=STEP_S)


def other_sizes(app) -> None:
    for size in ((300, 200), PANELS_SIZE):
        app.surface.resize(size)
        app.run(2, step_s=STEP_S)


def errors(app) -> None:
    for _ in range(2):
        play(app, {"do": "key", "key": "shift+e"}, {"do": "wait", "frames_": 2})


@pytest.mark.parametrize("again", [split, new_shaders, effect, other_sizes, errors])
def test_nothing_is_left_on_the_gpu(ctx, dropped, again):
    with app_of(ctx, PLAIN) as app:
        for _ in range(2):  # what is made once
            again(app)
        before = live()
        for _ in range(TIMES):
            again(app)
        assert live() == before
        assert dropped() == []
        assert ctx.error == "GL_NO_ERROR"


def test_frames_keep_no_memory(ctx):
    """Blocks of Python's, which moderngl's objects are too."""
    with app_of(ctx, PLAIN.replace(split=True)) as app:

        def blocks() -> int:
            app.run(FRAMES, step_s=STEP_S)
            gc.collect()
            return sys.getallocatedblocks()

        blocks()
        before = blocks()
        assert blocks() - before < FRAMES / 4
