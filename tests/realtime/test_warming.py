"""A picture's programs, used one after the other."""

import numpy as np
import pytest

from realtime.blur.warming import a_program_a_step
from realtime.gl import draws
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target

pytestmark = pytest.mark.gl

SIZE = (5, 3)


@pytest.fixture
def parts(ctx):
    """Three programs of one shader, a target and what they copy."""
    shaders = [Fullscreen(ctx, "copy.frag") for _ in range(3)]
    source, out = (color_target(ctx, SIZE, dtype="f4") for _ in range(2))
    source.framebuffer.clear(1.0, 2.0, 3.0, 4.0)
    yield shaders, source, out
    for part in (*shaders, source, out):
        part.release()


def copied(shader, source, out) -> None:
    shader.draw(out.framebuffer, {"u_color": source.color}, u_corner=(0, 0))


def test_each_step_comes_one_program_farther(parts):
    (a, b, c), source, out = parts
    rounds = []

    def picture():
        rounds.append([])
        for name, shader in (("a", a), ("b", b), ("a", a), ("c", c)):
            copied(shader, source, out)
            rounds[-1].append(name)

    steps = a_program_a_step(picture)
    assert next(steps, "end") is None and rounds == [["a"]]
    assert next(steps, "end") is None and rounds[1:] == [["a", "b", "a"]]
    assert next(steps, "end") == "end" and rounds[2:] == [["a", "b", "a", "c"]]


def test_one_pixel_is_drawn_and_all_of_them_afterwards(ctx, parts):
    (a, b, _), source, out = parts
    out.framebuffer.clear()
    for _ in a_program_a_step(lambda: [copied(shader, source, out) for shader in (a, b)]):
        assert draws.observer is None
    drawn = np.frombuffer(out.framebuffer.read(components=4, dtype="f4"), "f4")
    drawn = drawn.reshape(SIZE[1], SIZE[0], 4)[..., 1]
    assert drawn[0, 0] == 2 and drawn.sum() == 2
    copied(a, source, out)
    whole = np.frombuffer(out.framebuffer.read(components=4, dtype="f4"), "f4").reshape(-1, 4)
    assert (whole[:, 1] == 2).all() and ctx.error == "GL_NO_ERROR"


def test_what_goes_wrong_is_not_swallowed(parts):
    (a, *_), source, out = parts

    def picture():
        copied(a, source, out)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        list(a_program_a_step(picture))
    assert draws.observer is None and out.framebuffer.scissor in (None, (0, 0, *SIZE))
