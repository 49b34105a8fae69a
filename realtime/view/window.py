"""A GLFW window with an OpenGL 3.3 context."""

from collections.abc import Callable

import glfw
import moderngl

from realtime.errors import GraphicsError
from realtime.gl.context import INSTALL


class Window:
    """Opens when made. Sizes are of the framebuffer, in px; the cursor is in the same px.

    Raises GraphicsError where there is no display or no driver.
    """

    def __init__(self, size: tuple[int, int], title: str) -> None:
        glfw.ERROR_REPORTING = "ignore"  # errors are asked for where they matter
        if not glfw.init():
            raise GraphicsError(
                f"window: no display ({_last_error()}), a desktop session expected. "
                f"Use diskblur render, which needs none"
            )
        self.handle = _create(size, title)
        glfw.make_context_current(self.handle)
        self.ctx = moderngl.create_context(require=330)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the framebuffer; (0, 0) while minimised."""
        return glfw.get_framebuffer_size(self.handle)

    @property
    def should_close(self) -> bool:
        """Whether the user asked to close it."""
        return bool(glfw.window_should_close(self.handle))

    def close(self) -> None:
        """Ask the loop to end."""
        glfw.set_window_should_close(self.handle, True)

    def title(self, text: str) -> None:
        """Set the title bar."""
        glfw.set_window_title(self.handle, text)

    def on_key(self, call: Callable[[int], None]) -> None:
        """Call with GLFW's key code at each press (not at repeats)."""
        glfw.set_key_callback(
            self.handle, lambda _, key, _code, action, _mods: action == glfw.PRESS and call(key)
        )

    def on_scroll(self, call: Callable[[float], None]) -> None:
        """Call with the wheel's steps, + away from the user."""
        glfw.set_scroll_callback(self.handle, lambda _, _dx, dy: call(dy))

    def on_button(self, call: Callable[[int, bool, tuple[float, float]], None]) -> None:
        """Call with (button, is down, cursor) at each press and release."""
        glfw.set_mouse_button_callback(
            self.handle,
            lambda _, button, action, _mods: call(button, action == glfw.PRESS, self.cursor),
        )

    def on_move(self, call: Callable[[tuple[float, float]], None]) -> None:
        """Call with the cursor whenever it moves."""
        glfw.set_cursor_pos_callback(self.handle, lambda *_: call(self.cursor))

    @property
    def cursor(self) -> tuple[float, float]:
        """(x, y) in px of the framebuffer from its top left; screens may scale windows."""
        x, y = glfw.get_cursor_pos(self.handle)
        width, height = glfw.get_window_size(self.handle)
        return x * self.size[0] / max(width, 1), y * self.size[1] / max(height, 1)

    def held(self, key: int) -> bool:
        """Whether a key is down."""
        return glfw.get_key(self.handle, key) == glfw.PRESS

    def show(self) -> None:
        """Bring what was drawn onto the screen and take in events."""
        glfw.swap_buffers(self.handle)
        glfw.poll_events()

    def release(self) -> None:
        """Close the window."""
        glfw.destroy_window(self.handle)
        glfw.terminate()


def _create(size: tuple[int, int], title: str):
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 3)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    glfw.window_hint(glfw.OPENGL_FORWARD_COMPAT, True)  # macOS gives 3.3 only so
    handle = glfw.create_window(*size, title, None, None)
    if not handle:
        error = _last_error()
        glfw.terminate()
        raise GraphicsError(
            f"window: no OpenGL 3.3 window ({error}), a driver for it expected. {INSTALL}"
        )
    return handle


def _last_error() -> str:
    _, description = glfw.get_error()
    return description.decode(errors="replace") if description else "no reason given"
