"""Watching draws: who observes is told of each one just before it happens.

Nobody observes in a frame loop, where a draw pays one `is None` for it.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import moderngl

from realtime.gl.program import Texture

if TYPE_CHECKING:
    from realtime.gl.fullscreen import Fullscreen


@dataclass(frozen=True)
class Draw:
    """One call of `shader.draw`, with all that is needed for the same call again.

    shader: it has `fragment`, `defines` and `vertex`. options: the call's other arguments by name
    (`add`, `over`, `size`, `depth_test`, `tiles`, `corner`). Textures hold what they hold while the
    observer is called, not later.
    """

    shader: "Fullscreen"
    out: moderngl.Framebuffer
    textures: Mapping[str, Texture]
    uniforms: Mapping[str, Any]
    options: Mapping[str, Any]

    def again(self, shader: "Fullscreen", out: moderngl.Framebuffer, **changed: Any) -> None:
        """Draw the same with another program of the same inputs into another target.

        Inputs that its program does not have are left out. changed: options that differ.
        """
        members, samplers = shader.inputs.members, shader.inputs.samplers
        shader.draw(
            out,
            {name: texture for name, texture in self.textures.items() if name in samplers},
            **{**self.options, **changed},
            **{name: value for name, value in self.uniforms.items() if name in members},
        )


Observer = Callable[[Draw], None]

observer: Observer | None = None  # of all contexts: whoever measures watches the process


@contextlib.contextmanager
def observed(by: Observer) -> Iterator[None]:
    """Call `by` before each draw within; an observer within an observer takes its place.

    What an observer draws itself is not observed. It may change whatever a draw sets: textures of
    units, framebuffer, viewport, blending and depth test.
    """
    global observer
    before, observer = observer, by
    try:
        yield
    finally:
        observer = before


def tell(draw: Draw) -> None:
    """Tell who observes of a draw that is about to happen."""
    global observer
    told, observer = observer, None
    try:
        told(draw)
    finally:
        observer = told
