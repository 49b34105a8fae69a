"""A GLFW window with an OpenGL 3.3 context."""

import glfw
import moderngl

from realtime.errors import GraphicsError
from realtime.gl.context import INSTALL
from realtime.view.events import (
    BUTTONS,
    KEYS,
    NAMED_KEYS,
    Button,
    Drop,
    Event,
    Key,
    Move,
    Scroll,
    Text,
)

_KEY_NAMES = {getattr(glfw, f"KEY_{NAMED_KEYS.get(name, name.upper())}"): name for name in KEYS}
_KEY_NAMES[glfw.KEY_KP_ENTER] = "enter"
_MODIFIERS = {
    glfw.MOD_CONTROL: "ctrl",
    glfw.MOD_SHIFT: "shift",
    glfw.MOD_ALT: "alt",
    glfw.MOD_SUPER: "ctrl",  # Command on a Mac
}
_CURSORS = {
    "arrow": glfw.ARROW_CURSOR,
    "hand": glfw.HAND_CURSOR,
    "ibeam": glfw.IBEAM_CURSOR,
    "resize_ew": glfw.HRESIZE_CURSOR,
    "resize_ns": glfw.VRESIZE_CURSOR,
}


class Window:
    """Opens when made. Sizes are of the framebuffer, in px; the cursor is in the same px.

    See `surface.Surface`. place: of its upper left corner, as the desktop counts; one that no
    screen shows is left to the desktop. Raises GraphicsError where there is no display or driver.
    """

    def __init__(
        self, size: tuple[int, int], title: str, place: tuple[int, int] | None = None
    ) -> None:
        glfw.ERROR_REPORTING = "ignore"  # errors are asked for where they matter
        if not glfw.init():
            raise GraphicsError(
                f"window: no display ({_last_error()}), a desktop session expected. "
                f"Use --headless-shot or diskblur render, which need none"
            )
        self.handle = _create(size, title)
        if place is not None and _is_seen(place):
            glfw.set_window_pos(self.handle, *place)
        glfw.make_context_current(self.handle)
        self.ctx = moderngl.create_context(require=330)
        self._events: list[Event] = []
        self._cursors: dict[str, object] = {}
        self._shape = "arrow"
        self._waits: bool | None = None  # for the screen; drivers have their own default
        self._listen()

    def _listen(self) -> None:
        """GLFW calls back while it polls: what happens is kept until it is asked for."""
        handle, add = self.handle, self._events.append
        glfw.set_key_callback(handle, self._key)
        glfw.set_char_callback(handle, lambda _, code: add(Text(chr(code))))
        glfw.set_cursor_pos_callback(handle, lambda *_: add(Move(self.place)))
        glfw.set_scroll_callback(handle, lambda _, right, up: add(Scroll(right, up)))
        glfw.set_mouse_button_callback(handle, self._button)
        glfw.set_drop_callback(handle, lambda _, paths: add(Drop(tuple(paths))))

    def _key(self, _, key: int, _code: int, action: int, mods: int) -> None:
        name = _KEY_NAMES.get(key)
        if name is not None:
            held = frozenset(word for bit, word in _MODIFIERS.items() if mods & bit)
            is_repeat = action == glfw.REPEAT
            self._events.append(Key(name, action != glfw.RELEASE, is_repeat, held))

    def _button(self, _, button: int, action: int, _mods: int) -> None:
        if button < len(BUTTONS):
            self._events += [Move(self.place), Button(BUTTONS[button], action == glfw.PRESS)]

    def events(self) -> list[Event]:
        """What happened since the last call."""
        events = list(self._events)
        self._events.clear()
        return events

    @property
    def framebuffer(self) -> moderngl.Framebuffer:
        """The window's own."""
        return self.ctx.screen

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the framebuffer; (0, 0) while minimised."""
        return glfw.get_framebuffer_size(self.handle)

    @property
    def scale(self) -> float:
        """Px to a unit of the interface, as the desktop has it for this screen."""
        return glfw.get_window_content_scale(self.handle)[0] or 1.0

    @property
    def whereabouts(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """(width, height), and (x, y) of the upper left corner, as the desktop counts."""
        return glfw.get_window_size(self.handle), glfw.get_window_pos(self.handle)

    @property
    def should_close(self) -> bool:
        """Whether the user asked to close it."""
        return bool(glfw.window_should_close(self.handle))

    def close(self) -> None:
        """Ask the loop to end."""
        glfw.set_window_should_close(self.handle, True)

    def vsync(self, on: bool) -> None:
        """Let `show` wait for the screen, or not."""
        if on != self._waits:
            self._waits = on
            glfw.swap_interval(int(on))

    def title(self, text: str) -> None:
        """Set the title bar."""
        glfw.set_window_title(self.handle, text)

    def cursor(self, shape: str) -> None:
        """Show the cursor in a shape; one that GLFW has not is the arrow."""
        if shape == self._shape:
            return
        self._shape = shape
        if shape not in self._cursors:
            kind = _CURSORS.get(shape, glfw.ARROW_CURSOR)
            self._cursors[shape] = glfw.create_standard_cursor(kind)
        glfw.set_cursor(self.handle, self._cursors[shape])

    def clipboard(self) -> str:
        """Text on the clipboard; empty where there is none."""
        text = glfw.get_clipboard_string(self.handle)
        return text.decode(errors="replace") if text else ""

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""
        glfw.set_clipboard_string(self.handle, text)

    @property
    def place(self) -> tuple[float, float]:
        """The cursor's (x, y) in px of the framebuffer from its top left; screens may scale."""
        x, y = glfw.get_cursor_pos(self.handle)
        width, height = glfw.get_window_size(self.handle)
        return x * self.size[0] / max(width, 1), y * self.size[1] / max(height, 1)

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
    # A GPU that is reset then says so (see `gpu_loss`). Where that is refused, it need not.
    for robustness in (glfw.LOSE_CONTEXT_ON_RESET, glfw.NO_ROBUSTNESS):
        glfw.window_hint(glfw.CONTEXT_ROBUSTNESS, robustness)
        handle = glfw.create_window(*size, title, None, None)
        if handle:
            break
    else:
        error = _last_error()
        glfw.terminate()
        raise GraphicsError(
            f"window: no OpenGL 3.3 window ({error}), a driver for it expected. {INSTALL}"
        )
    return handle


def _is_seen(place: tuple[int, int]) -> bool:
    """Whether a screen that is there shows this point."""
    for screen in glfw.get_monitors():
        x, y, width, height = glfw.get_monitor_workarea(screen)
        if x <= place[0] < x + width and y <= place[1] < y + height:
            return True
    return False


def _last_error() -> str:
    _, description = glfw.get_error()
    return description.decode(errors="replace") if description else "no reason given"
