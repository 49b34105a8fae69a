"""Dear ImGui drawn by moderngl, in a window or in memory alike.

    events -> feed -> begin -> panels say what they are -> draw -> triangles over the framebuffer

All triangles of a frame go into one vertex and one index buffer, which grow and are never made
anew otherwise. moderngl knows of every change, so nothing has to be asked back from OpenGL.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import moderngl
import numpy as np
from imgui_bundle import imgui

from realtime.errors import ShaderError
from realtime.gl.program import Inputs, build_program
from realtime.gl.scope import scoped
from realtime.gl.targets import clamp
from realtime.view.events import BUTTONS, Button, Event, Key, Move, Scroll, Text
from realtime.view.gui.solid import runs, solid
from realtime.view.gui.style import apply_style
from realtime.view.gui.trail import Trail

Size = tuple[int, int]

_KEYS = {
    "up": "up_arrow",
    "down": "down_arrow",
    "left": "left_arrow",
    "right": "right_arrow",
    **{str(digit): f"_{digit}" for digit in range(10)},
}  # where Dear ImGui's names are not ours
_MODIFIERS = {
    "ctrl": imgui.Key.mod_ctrl,
    "shift": imgui.Key.mod_shift,
    "alt": imgui.Key.mod_alt,
    "super": imgui.Key.mod_super,
}
_CURSORS = {
    imgui.MouseCursor_.hand: "hand",
    imgui.MouseCursor_.text_input: "ibeam",
    imgui.MouseCursor_.resize_ew: "resize_ew",
    imgui.MouseCursor_.resize_ns: "resize_ns",
}
_VERTEX = np.dtype([("place", "f4", 2), ("uv", "f4", 2), ("color", "u1", 4)])
_INDEX = {2: np.uint16, 4: np.uint32}[imgui.INDEX_SIZE]
_GROWTH = 1.5  # a buffer that is too small grows by this
assert imgui.VERTEX_SIZE == _VERTEX.itemsize, "Dear ImGui was built with other vertices"


class Interface:
    """One Dear ImGui context and what it draws with. scale: px to a unit, see `surface.Surface`.

    `draw` leaves framebuffer, viewport, scissor and what is enabled as they were. The program, the
    texture of unit 0, and the blend function and equation are not: as everywhere here, whoever
    blends sets them.
    """

    now: "ClassVar[Interface | None]" = None  # whose frame is being said: for panels

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self.trail = Trail()
        self.context = imgui.create_context()
        with self._current():
            io = imgui.get_io()
            io.set_ini_filename(None)  # nothing is written into the user's folder
            io.config_flags |= imgui.ConfigFlags_.nav_enable_keyboard
            io.backend_flags |= imgui.BackendFlags_.renderer_has_textures
            io.backend_flags |= imgui.BackendFlags_.has_mouse_cursors
            limit = ctx.info["GL_MAX_TEXTURE_SIZE"]
            platform = imgui.get_platform_io()
            platform.renderer_texture_max_width = platform.renderer_texture_max_height = limit
            apply_style()
        self._build()
        self.atlases: dict[int, moderngl.Texture] = {}  # of letters, by their names in OpenGL
        self.pictures: dict[int, moderngl.Texture] = {}  # what panels show in this frame
        self.scale = 1.0
        self._make_buffers(1 << 13, 1 << 14)  # what one panel takes

    def rebuild(self) -> None:
        """Take the shaders as they are on the disk now. Raises ShaderError and stays as it was."""
        before = self._programs
        self._build()
        sizes = self._vertices.size // _VERTEX.itemsize, self._indices.size // 4
        self._release_buffers()
        for program in before:
            program.release()
        self._make_buffers(*sizes)

    def _build(self) -> None:
        """Make both programs: for letters and pictures, and for what hides all beneath it."""
        lettered = build_program(self.ctx, "gui.frag", vertex="gui.vert")
        try:
            solid = build_program(self.ctx, "gui.frag", {"SOLID": 1}, vertex="gui.vert")
        except ShaderError:
            lettered.release()
            raise
        self._programs = lettered, solid
        self._inputs, self._solid_inputs = map(Inputs, self._programs)

    def _make_buffers(self, vertices: int, indices: int) -> None:
        self._vertices = self.ctx.buffer(reserve=vertices * _VERTEX.itemsize, dynamic=True)
        self._indices = self.ctx.buffer(reserve=indices * 4, dynamic=True)
        lettered, solid = self._programs
        all_of_it = [(self._vertices, "2f 2f 4f1", "in_place", "in_uv", "in_color")]
        no_letters = [(self._vertices, "2f 8x 4f1", "in_place", "in_color")]
        self._array = self.ctx.vertex_array(lettered, all_of_it, self._indices)
        self._solid_array = self.ctx.vertex_array(solid, no_letters, self._indices)

    # --- Hearing --------------------------------------------------------------------------------

    def feed(self, events: list[Event], scale: float) -> None:
        """Tell what happened since the last frame."""
        with self._current():
            io = imgui.get_io()
            for event in events:
                _feed(io, event, scale)
                self.trail.hear(event, scale)

    @property
    def wants_mouse(self) -> bool:
        """Whether the cursor is over a panel, or holds one."""
        with self._current():
            return imgui.get_io().want_capture_mouse

    @property
    def wants_text(self) -> bool:
        """Whether keys are being typed into a field."""
        with self._current():
            return imgui.get_io().want_text_input

    @property
    def walks(self) -> bool:
        """Whether the keyboard is walking through widgets: arrows, space and Esc are theirs."""
        with self._current():
            return imgui.get_io().nav_visible

    @property
    def cursor(self) -> str:
        """The cursor's shape, as `surface.Surface.cursor` names it."""
        with self._current():
            return _CURSORS.get(imgui.get_mouse_cursor(), "arrow")

    # --- Drawing --------------------------------------------------------------------------------

    @contextmanager
    def frame(self, size: Size, scale: float, elapsed_s: float) -> Iterator[None]:
        """Say within what there is; `draw` then draws it. size: of the framebuffer, px."""
        with self._current():
            io = imgui.get_io()
            io.display_size = imgui.ImVec2(size[0] / scale, size[1] / scale)
            io.display_framebuffer_scale = imgui.ImVec2(scale, scale)
            io.delta_time = max(elapsed_s, 1e-6)
            self.scale = scale
            self.pictures.clear()
            imgui.new_frame()
            Interface.now = self
            try:
                yield
            finally:
                Interface.now = None
            imgui.render()

    def draw(self, out: moderngl.Framebuffer, size: Size) -> None:
        """Draw the last frame over `out`, of (width, height) px."""
        with self._current():
            self._update_textures()
            data = imgui.get_draw_data()
            commands = self._upload(data)
            if not commands:
                return
            viewport, scissor = out.viewport, out.scissor
            with scoped(self.ctx, out, moderngl.BLEND):
                self._draw(commands, out, size)
            out.viewport = viewport
            out.scissor = None if scissor == (0, 0, *out.size) else scissor

    def _draw(self, commands: list[tuple], out: moderngl.Framebuffer, size: Size) -> None:
        scale = self.scale
        out.viewport = (0, 0, *size)
        units = (size[0] / scale, size[1] / scale)
        self._inputs.set({"u_size": units, "u_image": 0})
        self._solid_inputs.set({"u_size": units})
        self.ctx.blend_func = (
            *(moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA),
            *(moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA),
        )
        self.ctx.blend_equation = moderngl.FUNC_ADD
        used = None
        for name, (left, top, right, bottom), first, count, is_solid in commands:
            x, y = max(int(left * scale), 0), max(int(top * scale), 0)
            right, bottom = min(int(right * scale), size[0]), min(int(bottom * scale), size[1])
            if right <= x or bottom <= y:
                continue
            out.scissor = (x, size[1] - bottom, right - x, bottom - y)
            if is_solid:
                self.ctx.disable(moderngl.BLEND)
                self._solid_array.render(moderngl.TRIANGLES, vertices=count, first=first)
                self.ctx.enable(moderngl.BLEND)
                continue
            if name != used:
                (self.atlases.get(name) or self.pictures[name]).use(0)
                used = name
            self._array.render(moderngl.TRIANGLES, vertices=count, first=first)

    def _upload(self, data) -> list[tuple]:
        """All lists into both buffers; return the draws.

        Each: texture, clip, first index, how many, and whether they are solid.
        """
        commands, vertices, indices = [], [], []
        base = start = 0
        for part in data.cmd_lists:
            count, length = part.vtx_buffer.size(), part.idx_buffer.size()
            if not length:
                continue
            vertices.append(_bytes_at(part.vtx_buffer, count * _VERTEX.itemsize))
            found = np.frombuffer(_bytes_at(part.idx_buffer, length * imgui.INDEX_SIZE), _INDEX)
            indices.append(found + np.uint32(base))
            for command in part.cmd_buffer:
                if command.elem_count:
                    clip = tuple(command.clip_rect)
                    first = start + command.idx_offset
                    commands.append((command.tex_ref.get_tex_id(), clip, first, command.elem_count))
            base, start = base + count, start + length
        if not commands:
            return []
        all_vertices, all_indices = b"".join(vertices), np.concatenate(indices)
        self._fit(base, start)
        self._vertices.write(all_vertices)
        self._indices.write(all_indices)
        triangles = all_indices.reshape(-1, 3)
        is_solid = solid(np.frombuffer(all_vertices, _VERTEX), triangles)
        return [draw for command in commands for draw in _draws(command, is_solid)]

    def _fit(self, vertices: int, indices: int) -> None:
        """Make room. Buffers are orphaned so that the last frame need not be waited for."""
        sizes = self._vertices.size // _VERTEX.itemsize, self._indices.size // 4
        if vertices > sizes[0] or indices > sizes[1]:
            self._release_buffers()
            self._make_buffers(
                int(_GROWTH * max(sizes[0], vertices)), int(_GROWTH * max(sizes[1], indices))
            )
        self._vertices.orphan()
        self._indices.orphan()

    # --- Pictures -------------------------------------------------------------------------------

    def picture(self, texture: moderngl.Texture) -> imgui.ImTextureRef:
        """Return what `imgui.image` shows `texture` by, in this frame.

        Row 0 of a texture that was drawn into is at the bottom: give imgui.image uv0=(0, 1) and
        uv1=(1, 0). What is shown is display-referred.
        """
        self.pictures[texture.glo] = texture
        return imgui.ImTextureRef(texture.glo)

    def _update_textures(self) -> None:
        """What Dear ImGui wants of its atlases of letters."""
        for atlas in imgui.get_platform_io().textures:
            status = atlas.status
            if status == imgui.ImTextureStatus.want_create:
                self._create(atlas)
            elif status == imgui.ImTextureStatus.want_updates:
                self._update(atlas)
            elif status == imgui.ImTextureStatus.want_destroy and atlas.unused_frames > 0:
                self._destroy(atlas)

    def _create(self, atlas) -> None:
        texture = self.ctx.texture((atlas.width, atlas.height), 4, atlas.get_pixels_array())
        clamp(texture, moderngl.LINEAR)
        self.atlases[texture.glo] = texture
        atlas.set_tex_id(texture.glo)
        atlas.status = imgui.ImTextureStatus.ok

    def _update(self, atlas) -> None:
        pixels = np.asarray(atlas.get_pixels_array()).reshape(atlas.height, atlas.width, 4)
        for part in atlas.updates:
            rows, columns = slice(part.y, part.y + part.h), slice(part.x, part.x + part.w)
            block = np.ascontiguousarray(pixels[rows, columns])
            self.atlases[atlas.tex_id].write(block, (part.x, part.y, part.w, part.h))
        atlas.status = imgui.ImTextureStatus.ok

    def _destroy(self, atlas) -> None:
        self.atlases.pop(atlas.tex_id).release()
        atlas.set_tex_id(0)
        atlas.status = imgui.ImTextureStatus.destroyed

    @contextmanager
    def _current(self) -> Iterator[None]:
        """Dear ImGui has one context at a time; another interface may have had its turn."""
        before = imgui.get_current_context()
        imgui.set_current_context(self.context)
        try:
            yield
        finally:
            if before is not None:
                imgui.set_current_context(before)

    def _release_buffers(self) -> None:
        for part in (self._array, self._solid_array, self._vertices, self._indices):
            part.release()

    def release(self) -> None:
        """Free everything."""
        with self._current():
            for atlas in imgui.get_platform_io().textures:
                if atlas.tex_id in self.atlases:
                    self._destroy(atlas)
        self._release_buffers()
        for program in self._programs:
            program.release()
        imgui.destroy_context(self.context)


def _draws(command: tuple, is_solid: np.ndarray) -> Iterator[tuple]:
    """A command's draws: triangles in a row that are drawn alike."""
    *how, first, count = command
    own = is_solid[first // 3 : (first + count) // 3]
    for begin, length, alike in runs(own):
        yield (*how, first + 3 * begin, 3 * length, alike)


def _bytes_at(buffer, size: int) -> ctypes.Array:
    return (ctypes.c_char * size).from_address(buffer.data_address())


def _key_of(name: str) -> imgui.Key:
    return getattr(imgui.Key, _KEYS.get(name, name))


def _feed(io: imgui.IO, event: Event, scale: float) -> None:
    match event:
        case Key(name, is_down, is_repeat, mods):
            for word, modifier in _MODIFIERS.items():
                io.add_key_event(modifier, word in mods)
            if not is_repeat:  # Dear ImGui repeats by itself
                io.add_key_event(_key_of(name), is_down)
        case Text(character):
            io.add_input_character(ord(character))
        case Move((x, y)):
            io.add_mouse_pos_event(x / scale, y / scale)
        case Button(name, is_down):
            io.add_mouse_button_event(BUTTONS.index(name), is_down)
        case Scroll(right, up):
            io.add_mouse_wheel_event(right, up)
