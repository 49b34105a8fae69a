"""What lies over the picture: the bar, the status and messages."""

from imgui_bundle import imgui

from realtime.view.gui import style
from realtime.view.gui.sections.blur import NAMES
from realtime.view.session import Session, aperture_text
from realtime.view.stage import bar_px
from realtime.view.state import ViewState

PAD = 8.0  # around words on the picture
HANDLE = 15.0  # radius of the bar's handle
ARROW = 5.0
MESSAGE_WIDTH = 520.0
Span = tuple[float, float]  # from left to right, units of the interface
FRAMELESS = (
    imgui.WindowFlags_.no_decoration
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_focus_on_appearing
    | imgui.WindowFlags_.always_auto_resize
)


def _pill(text: str, x: float, y: float, align: float, color: style.Color = style.TEXT) -> None:
    """Words on a dark ground. align: 0 for x at their left end, 1 at their right one."""
    draw, width = imgui.get_background_draw_list(), imgui.calc_text_size(text).x
    height = imgui.get_font_size()
    left = round(x - align * (width + 2 * PAD))
    low = imgui.ImVec2(left, y)
    high = imgui.ImVec2(left + width + 2 * PAD, y + height + PAD)
    draw.add_rect_filled(low, high, style.packed(style.SHADE), style.ROUNDING)
    draw.add_text(imgui.ImVec2(left + PAD, y + PAD / 2), style.packed(color), text)


def draw_bar(session: Session, with_names: bool = True) -> None:
    """The bar between two pictures, with its handle and what is on either side."""
    state = session.state
    if not state.shows_bar:
        if with_names and state.shows_error:
            _name_error(state)
        return
    size, scale = imgui.get_io().display_size, imgui.get_io().display_framebuffer_scale.x
    x = bar_px(state, session.window_size) / scale
    draw = imgui.get_background_draw_list()
    white, dark = style.packed((1, 1, 1, 0.9)), style.packed((0, 0, 0, 0.35))
    draw.add_line(imgui.ImVec2(x, 0), imgui.ImVec2(x, size.y), dark, 3.0)
    draw.add_line(imgui.ImVec2(x, 0), imgui.ImVec2(x, size.y), white, 1.0)
    if not with_names:
        return
    y = size.y / 2
    draw.add_circle_filled(imgui.ImVec2(x, y), HANDLE, style.packed(style.SHADE))
    draw.add_circle(imgui.ImVec2(x, y), HANDLE, white, 0, 1.5)
    for way in (-1, 1):
        tip, root = x + way * (ARROW + 4), x + way * 3.5
        draw.add_triangle_filled(
            imgui.ImVec2(tip, y),
            imgui.ImVec2(root, y - ARROW),
            imgui.ImVec2(root, y + ARROW),
            white,
        )
    bottom = size.y - style.MARGIN - imgui.get_font_size() - PAD
    _pill(_side(state.left, state.left_effects, state), x - PAD, bottom, 1.0)
    _pill(_side(state.right, state.right_effects, state), x + PAD, bottom, 0.0)


def _side(blur: str, has_effects: bool, state: ViewState) -> str:
    """What a side of the bar shows."""
    is_more = has_effects and any(effect.on for effect in state.effects)
    error = f": error ×{state.error_gain:g}" if state.shows_error else ""
    return NAMES[blur] + (" + effects" if is_more else "") + error


def _name_error(state: ViewState) -> None:
    """What is shown where the whole window is one error."""
    size = imgui.get_io().display_size
    reference = state.right if state.error_against == "sides" else "lens"
    text = f"error of {NAMES[state.left]} against {NAMES[reference]}, ×{state.error_gain:g}"
    bottom = size.y - style.MARGIN - imgui.get_font_size() - PAD
    _pill(text, size.x / 2 - imgui.calc_text_size(text).x / 2 - PAD, bottom, 0.0)


def draw_status(session: Session, free: Span) -> None:
    """Frame rate and lens, in the upper right corner of what is free."""
    lens = session.lens
    parts = [f"{session.pace.frame_ms:.1f} ms", aperture_text(lens)]
    distance_m = lens.focus_distance_m
    if not session.is_photo:
        parts.append("focus ∞" if distance_m == float("inf") else f"focus {distance_m:.2f} m")
    if session.state.paused:
        parts.insert(0, "paused")
    if session.output.recording is not None:
        parts.insert(0, f"recording {session.output.recording.written}")
    parts.append("H: keys")
    _pill("    ".join(parts), free[1] - style.MARGIN, style.MARGIN, 1.0)


def draw_messages(session: Session, free: Span) -> None:
    """The latest messages, from the lower edge upwards; a click takes one away."""
    size = imgui.get_io().display_size
    y, width = size.y - 3 * style.MARGIN - 28.0, _fitting(MESSAGE_WIDTH, free)
    for message in reversed(session.messages.shown()):
        color = style.ERROR if message.kind == "error" else style.NOTE
        place = imgui.ImVec2(sum(free) / 2, y)
        imgui.set_next_window_pos(place, imgui.Cond_.always, imgui.ImVec2(0.5, 1.0))
        imgui.set_next_window_size_constraints(imgui.ImVec2(0, 0), imgui.ImVec2(width, size.y))
        imgui.push_style_color(imgui.Col_.border, imgui.ImVec4(*color))
        imgui.begin(f"##message {message.text}", None, FRAMELESS | imgui.WindowFlags_.no_nav)
        imgui.push_text_wrap_pos(width - 2 * imgui.get_style().window_padding.x)
        imgui.text_unformatted(message.text)
        imgui.pop_text_wrap_pos()
        y -= imgui.get_window_height() + style.MARGIN
        if imgui.is_window_hovered() and imgui.is_mouse_clicked(0):
            session.messages.dismiss(message)
        imgui.end()
        imgui.pop_style_color()


def _fitting(width: float, free: Span) -> float:
    """As wide as is wanted, or as there is room for."""
    return min(width, free[1] - free[0] - 2 * style.MARGIN)
