"""Scopes: what is outside stays, and nothing of them does."""

import gc
import sys

import moderngl
import pytest

from realtime.gl.scope import scoped
from realtime.gl.targets import color_target

pytestmark = pytest.mark.gl

TIMES = 200


@pytest.fixture
def targets(ctx):
    made = [color_target(ctx, size, dtype="f1") for size in ((3, 5), (7, 2))]
    yield [target.framebuffer for target in made]
    for target in made:
        target.release()


def test_what_was_bound_comes_back_also_after_an_exception(ctx, targets):
    outside, inside = targets
    outside.use()
    with pytest.raises(KeyError):
        with scoped(ctx, inside, moderngl.BLEND):
            ctx.clear(1.0)
            raise KeyError
    ctx.clear(0.0, 1.0)
    assert inside.read()[:3] == b"\xff\x00\x00"
    assert outside.read()[:3] == b"\x00\xff\x00"
    assert ctx.error == "GL_NO_ERROR"


def test_scopes_do_not_add_up(ctx, targets):
    """moderngl's own object of a scope is not Python's to collect: count blocks of memory."""

    def use() -> None:
        for _ in range(TIMES):
            with scoped(ctx, targets[0], moderngl.NOTHING):
                pass
        gc.collect()

    use()
    before = sys.getallocatedblocks()
    use()
    assert sys.getallocatedblocks() - before < TIMES / 4
