"""OpenGL asked directly, past moderngl: what is set, and what is alive."""

import ctypes
from collections.abc import Callable

_WINDOW = 1 << 12  # names after the first free one, where drivers use the smallest that is free
_KINDS = ("Texture", "Framebuffer", "Renderbuffer", "Buffer", "VertexArray", "Program", "Query")

_FLAGS = {
    "blend": 0x0BE2,
    "cull face": 0x0B44,
    "depth test": 0x0B71,
    "rasterizer discard": 0x8C89,
    "program point size": 0x8642,
    "scissor test": 0x0C11,
}
_NUMBERS = {  # name: how many
    "draw framebuffer": (0x8CA6, 1),
    "read framebuffer": (0x8CAA, 1),
    "viewport": (0x0BA2, 4),
    "scissor box": (0x0C10, 4),
    "blend source": (0x80C9, 1),
    "blend source alpha": (0x80CB, 1),
    "blend destination": (0x80C8, 1),
    "blend destination alpha": (0x80CA, 1),
    "blend equation": (0x8009, 1),
    "blend equation alpha": (0x883D, 1),
    "depth function": (0x0B74, 1),
    "depth mask": (0x0B72, 1),
    "color mask": (0x0C23, 4),
    "culled face": (0x0B45, 1),
    "front face": (0x0B46, 1),
}


def function(name: str, *arguments: type, result: type | None = None) -> Callable:
    """A function of the current OpenGL."""
    find = ctypes.CDLL("libEGL.so.1").eglGetProcAddress
    find.restype, find.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    address = find(name.encode())
    assert address, f"no {name} in this OpenGL"
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def state() -> dict[str, object]:
    """What is bound, enabled and set, of all that a draw call may change."""
    is_enabled = function("glIsEnabled", ctypes.c_uint, result=ctypes.c_ubyte)
    get = function("glGetIntegerv", ctypes.c_uint, ctypes.POINTER(ctypes.c_int))
    found: dict[str, object] = {name: bool(is_enabled(flag)) for name, flag in _FLAGS.items()}
    for name, (number, count) in _NUMBERS.items():
        values = (ctypes.c_int * count)()
        get(number, values)
        found[name] = tuple(values)
    return found


class Objects:
    """OpenGL objects that were made since this was, by kind, as far as they are alive."""

    def __init__(self) -> None:
        self.first = {kind: _free_name(kind) for kind in _KINDS}
        self.older = {kind: set(_alive(kind, first)) for kind, first in self.first.items()}

    def alive(self) -> dict[str, list[int]]:
        """Their names; {} where there are none."""
        function("glUseProgram", ctypes.c_uint)(0)  # a released one lives while it is in use
        found = {
            kind: [name for name in _alive(kind, first) if name not in self.older[kind]]
            for kind, first in self.first.items()
        }
        return {kind: names for kind, names in found.items() if names}

    def count(self) -> dict[str, int]:
        """How many of each kind."""
        return {kind: len(names) for kind, names in self.alive().items()}


def _alive(kind: str, first: int) -> list[int]:
    """Names of objects from `first` on: up to the next free one, where drivers only count on."""
    is_one = function(f"glIs{kind}", ctypes.c_uint, result=ctypes.c_ubyte)
    end = max(first, _free_name(kind)) + _WINDOW
    return [name for name in range(first, end) if is_one(name)]


def _free_name(kind: str) -> int:
    """The name that a next object of the kind would have."""
    if kind == "Program":
        name = function("glCreateProgram", result=ctypes.c_uint)()
        function("glDeleteProgram", ctypes.c_uint)(name)
        return name
    plural = "Queries" if kind == "Query" else f"{kind}s"
    names = (ctypes.c_uint * 1)()
    for verb in ("Gen", "Delete"):
        function(f"gl{verb}{plural}", ctypes.c_int, ctypes.POINTER(ctypes.c_uint))(1, names)
    return names[0]
