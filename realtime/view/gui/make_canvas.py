"""The painter's canvas: what is drawn, large, under a brush that shows its size."""

from imgui_bundle import imgui

from realtime.view.gui import style, widgets
from realtime.view.gui.backend import Interface
from realtime.view.make.painter import Painter

NAME = "Canvas"
CURSOR = (1.0, 1.0, 1.0, 0.85)
SHADOW = (0.0, 0.0, 0.0, 0.6)  # around the cursor: seen on light too


def draw(painter: Painter, side: float) -> None:
    """Show the drawing, side × side units, and draw where the pen goes."""
    low = imgui.get_cursor_screen_pos()
    high = imgui.ImVec2(low.x + side, low.y + side)
    imgui.invisible_button(NAME, imgui.ImVec2(side, side))
    widgets.note_place(NAME)
    widgets.hint("" if painter.drawing.undoes else "Draw here, or drop a picture on the window")
    _pen(painter, low, side)
    drawing = painter.drawing
    picture(painter.canvas.update(drawing.light), low, high)
    if imgui.is_item_hovered() or imgui.is_item_active():
        _cursor(painter, low, high, side)


def _pen(painter: Painter, low: imgui.ImVec2, side: float) -> None:
    trail = Interface.now.trail

    def places() -> list[tuple[float, float]]:
        return [((x - low.x) / side, (y - low.y) / side) for x, y in trail.take()]

    if imgui.is_item_activated():
        first, *others = places() or [_mouse(low, side)]
        painter.begin(first)
        painter.extend(others)
    elif imgui.is_item_active():
        painter.extend(places())
    if imgui.is_item_deactivated():
        painter.extend(places())
        painter.end()


def _mouse(low: imgui.ImVec2, side: float) -> tuple[float, float]:
    at = imgui.get_mouse_pos()
    return (at.x - low.x) / side, (at.y - low.y) / side


def picture(texture, low: imgui.ImVec2, high: imgui.ImVec2) -> None:
    """Show a texture with row 0 on top between two corners, in a thin frame."""
    lines = imgui.get_window_draw_list()
    lines.add_image(Interface.now.picture(texture), low, high)
    lines.add_rect(low, high, style.packed(style.FIELD_ACTIVE))


def _cursor(painter: Painter, low: imgui.ImVec2, high: imgui.ImVec2, side: float) -> None:
    """A circle as large as the brush, or as the shape that a click would put there."""
    if painter.tool not in ("brush", "eraser", "shape"):
        return
    of = painter.shape if painter.tool == "shape" else painter.brush
    radius, at = max(of.diameter * side / 2, 1.5), imgui.get_mouse_pos()
    lines = imgui.get_window_draw_list()
    lines.push_clip_rect(low, high, True)
    lines.add_circle(at, radius + 1, style.packed(SHADOW), 0, 1.0)
    lines.add_circle(at, radius, style.packed(CURSOR), 0, 1.0)
    lines.pop_clip_rect()
