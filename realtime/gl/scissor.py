"""Drawing into a part of a target only."""

import contextlib
from collections.abc import Iterator

import moderngl

Rect = tuple[int, int, int, int]  # left, bottom, width, height, px


@contextlib.contextmanager
def scissored(rect: Rect, *framebuffers: moderngl.Framebuffer) -> Iterator[None]:
    """Draw only within `rect` of these framebuffers; afterwards all of them is drawn into again."""
    for framebuffer in framebuffers:
        framebuffer.scissor = rect
    try:
        yield
    finally:
        for framebuffer in framebuffers:
            framebuffer.scissor = None
