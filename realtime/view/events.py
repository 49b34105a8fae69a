"""What a user does, as values: the same from a window, from a script and from a test."""

from dataclasses import dataclass

# Names of keys: letters and digits are themselves; the others, and what GLFW calls them.
NAMED_KEYS = {
    "escape": "ESCAPE",
    "enter": "ENTER",
    "tab": "TAB",
    "backspace": "BACKSPACE",
    "insert": "INSERT",
    "delete": "DELETE",
    "right": "RIGHT",
    "left": "LEFT",
    "down": "DOWN",
    "up": "UP",
    "page_up": "PAGE_UP",
    "page_down": "PAGE_DOWN",
    "home": "HOME",
    "end": "END",
    "space": "SPACE",
    "comma": "COMMA",
    "period": "PERIOD",
    "minus": "MINUS",
    "equal": "EQUAL",
    "slash": "SLASH",
    "left_bracket": "LEFT_BRACKET",
    "right_bracket": "RIGHT_BRACKET",
    "left_shift": "LEFT_SHIFT",
    "right_shift": "RIGHT_SHIFT",
    "left_ctrl": "LEFT_CONTROL",
    "right_ctrl": "RIGHT_CONTROL",
    "left_alt": "LEFT_ALT",
    "right_alt": "RIGHT_ALT",
    "left_super": "LEFT_SUPER",
    "right_super": "RIGHT_SUPER",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}
KEYS = (*"abcdefghijklmnopqrstuvwxyz0123456789", *NAMED_KEYS)
MODIFIERS = ("ctrl", "shift", "alt", "super")
BUTTONS = ("left", "right", "middle")


@dataclass(frozen=True)
class Key:
    """A key of `KEYS` goes down, is repeated, or goes up. mods: those of MODIFIERS held meanwhile.

    Command on a Mac is "ctrl" too, so that shortcuts are the same everywhere.
    """

    name: str
    is_down: bool = True
    is_repeat: bool = False
    mods: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Text:
    """A character is typed."""

    character: str


@dataclass(frozen=True)
class Move:
    """The cursor is at (x, y) px of the framebuffer, from its top left."""

    at: tuple[float, float]


@dataclass(frozen=True)
class Button:
    """A mouse button of BUTTONS goes down or up."""

    name: str
    is_down: bool


@dataclass(frozen=True)
class Scroll:
    """The wheel turns: steps to the right, and away from the user."""

    right: float
    up: float


@dataclass(frozen=True)
class Drop:
    """Files are dropped on the window."""

    paths: tuple[str, ...]


Event = Key | Text | Move | Button | Scroll | Drop
