"""How the interface looks: calm and dark, so that the picture is what shines."""

import functools
from pathlib import Path

import imgui_bundle
from imgui_bundle import imgui

_FONTS = Path(imgui_bundle.__file__).parent / "assets" / "fonts" / "Roboto"
LETTERS, BOLD = _FONTS / "Roboto-Regular.ttf", _FONTS / "Roboto-Bold.ttf"
LETTER_HEIGHT = 15.0  # units of the interface

PANEL_WIDTH = 316.0
MARGIN = 10.0  # between panels and the surface's edge
ROUNDING = 4.0

Color = tuple[float, float, float, float]


def _hex(text: str, alpha: float = 1.0) -> Color:
    return (*(int(text[at : at + 2], 16) / 255 for at in (0, 2, 4)), alpha)


# sRGB. One hue for what is active; all else is grey with a breath of blue.
PANEL = _hex("16181d")  # opaque: a picture that shines through is no ground for words
POPUP = _hex("20242c", 0.99)
FIELD = _hex("272b34")
FIELD_HOVERED = _hex("323844")
FIELD_ACTIVE = _hex("3b4352")
LINE = _hex("ffffff", 0.08)
TEXT = _hex("e4e7ec")
QUIET = _hex("98a0ae")
ACCENT = _hex("5b9cf5")
ACCENT_SOFT = _hex("5b9cf5", 0.34)
ACCENT_HOVERED = _hex("5b9cf5", 0.5)
ERROR = _hex("f2777a")
NOTE = _hex("7fc49b")
SHADE = _hex("0b0c0f", 0.72)  # behind words on the picture
CLEAR = (0.0, 0.0, 0.0, 0.0)

_COLORS = {
    "text": TEXT,
    "text_disabled": QUIET,
    "window_bg": PANEL,
    "child_bg": CLEAR,
    "popup_bg": POPUP,
    "border": LINE,
    "frame_bg": FIELD,
    "frame_bg_hovered": FIELD_HOVERED,
    "frame_bg_active": FIELD_ACTIVE,
    "title_bg": PANEL,
    "title_bg_active": PANEL,
    "title_bg_collapsed": PANEL,
    "scrollbar_bg": CLEAR,
    "scrollbar_grab": FIELD_ACTIVE,
    "scrollbar_grab_hovered": QUIET,
    "scrollbar_grab_active": QUIET,
    "check_mark": ACCENT,
    "slider_grab": ACCENT,
    "slider_grab_active": _hex("8ab8f8"),
    "button": FIELD,
    "button_hovered": FIELD_HOVERED,
    "button_active": FIELD_ACTIVE,
    "header": ACCENT_SOFT,
    "header_hovered": _hex("ffffff", 0.06),
    "header_active": _hex("ffffff", 0.10),
    "separator": LINE,
    "tab": CLEAR,
    "tab_hovered": FIELD_HOVERED,
    "tab_selected": FIELD,
    "tab_selected_overline": ACCENT,
    "nav_cursor": ACCENT,
    "text_selected_bg": ACCENT_SOFT,
    "drag_drop_target": ACCENT,
    "modal_window_dim_bg": _hex("000000", 0.5),
}


def apply_style() -> None:
    """Set letters, colours and spacing of the current context."""
    fonts = imgui.get_io().fonts
    for path in (LETTERS, BOLD):
        if path.is_file():
            fonts.add_font_from_file_ttf(str(path), LETTER_HEIGHT)
        else:  # a distribution may have left the assets out
            fonts.add_font_default()
    style = imgui.get_style()
    style.font_size_base = LETTER_HEIGHT
    for name, color in _COLORS.items():
        style.set_color_(getattr(imgui.Col_, name), imgui.ImVec4(*color))
    style.window_padding = imgui.ImVec2(14, 12)
    style.frame_padding = imgui.ImVec2(8, 4)
    style.item_spacing = imgui.ImVec2(8, 6)
    style.item_inner_spacing = imgui.ImVec2(6, 4)
    style.indent_spacing = 12
    style.scrollbar_size = 10
    style.grab_min_size = 9
    style.window_border_size = 1
    style.frame_border_size = 0
    style.popup_border_size = 1
    style.window_rounding = style.popup_rounding = 6
    style.frame_rounding = style.grab_rounding = style.tab_rounding = ROUNDING
    style.scrollbar_rounding = 5
    style.window_menu_button_position = imgui.Dir.none
    style.disabled_alpha = 0.45
    style.hover_delay_normal = style.hover_delay_short = 0.35


def bold() -> imgui.ImFont:
    """The letters of headings, of the current context."""
    return imgui.get_io().fonts.fonts[1]


@functools.cache
def packed(color: Color) -> int:
    """A colour as draw lists take it."""
    return imgui.color_convert_float4_to_u32(imgui.ImVec4(*color))
