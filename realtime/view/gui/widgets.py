"""Rows of a panel: a name on the left, what is set on the right, its unit and a hint.

Each returns the new value while it is being changed, else None, and keeps nothing: the state does.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from imgui_bundle import imgui

from realtime.view.gui import style

NAME_WIDTH = 104.0  # of the column of names, units of the interface
TICK = 5.0  # height of what marks a slider's place
Rect = tuple[float, float, float, float]  # left, top, right, bottom, units of the interface
Choices = Iterable[str] | Callable[[], Iterable[str]]  # asked for while the list is open, no sooner
Names = Mapping[str, str] | Callable[[str], str]  # what choices are called

# Where each widget of the last frame was, by "section/name": scripts click there.
PLACES: dict[str, Rect] = {}
HIDDEN: set[str] = set()  # those that are scrolled out of sight, or cut
_path: list[str] = []
_wanted: set[str] = set()

_NAV = imgui.ButtonFlags_.enable_nav
_OWN = (  # colours of a slider that is drawn here
    imgui.Col_.frame_bg,
    imgui.Col_.frame_bg_hovered,
    imgui.Col_.frame_bg_active,
    imgui.Col_.slider_grab,
    imgui.Col_.slider_grab_active,
)


def forget_places() -> None:
    """Begin a frame."""
    PLACES.clear()
    HIDDEN.clear()
    _path.clear()


def note_place(name: str) -> None:
    """Keep where the last widget is, and scroll to it where that was asked for."""
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    whole = "/".join((*_path, name))
    PLACES[whole] = (low.x, low.y, high.x, high.y)
    top = imgui.get_window_pos().y
    if low.y < top or high.y > top + imgui.get_window_height():
        HIDDEN.add(whole)
    if whole in _wanted:
        _wanted.discard(whole)
        imgui.set_scroll_here_y(0.5)


def reveal(name: str) -> None:
    """Scroll to a widget in the next frame."""
    _wanted.add(name)


@contextmanager
def group(name: str) -> Iterator[None]:
    """Widgets within are of this name, to scripts and to Dear ImGui."""
    _path.append(name)
    imgui.push_id(name)
    try:
        yield
    finally:
        imgui.pop_id()
        _path.pop()


@contextmanager
def section(title: str) -> Iterator[bool]:
    """A part of a panel with a heading that folds it away; gives whether it is unfolded."""
    store, key = imgui.get_state_storage(), imgui.get_id(title)
    unfolded = store.get_bool(key, True)
    if _heading(title, unfolded):
        unfolded = not unfolded
        store.set_bool(key, unfolded)
    with group(title):
        yield unfolded
    if unfolded:
        imgui.dummy(imgui.ImVec2(0, 4))


def _heading(title: str, unfolded: bool) -> bool:
    """A line over the panel's width; return whether it was pressed."""
    width, height = imgui.get_content_region_avail().x, imgui.get_frame_height()
    low = imgui.get_cursor_screen_pos()
    pressed = imgui.invisible_button(title, imgui.ImVec2(width, height), _NAV)
    note_place(title)
    draw, middle = imgui.get_window_draw_list(), low.y + height / 2
    walks = imgui.get_io().nav_visible and imgui.is_item_focused()
    bright = imgui.is_item_hovered() or walks
    imgui.push_font(style.bold(), style.LETTER_HEIGHT)
    at = imgui.ImVec2(low.x, middle - imgui.get_font_size() / 2)
    draw.add_text(at, style.packed(style.TEXT), title)
    words = imgui.calc_text_size(title).x
    imgui.pop_font()
    line = style.packed(style.LINE)
    draw.add_line(
        imgui.ImVec2(low.x + words + 10, middle), imgui.ImVec2(low.x + width - 18, middle), line
    )
    color = style.packed(style.TEXT if bright else style.QUIET)
    _chevron(low.x + width - 6, middle, unfolded, color)
    return pressed


def _chevron(x: float, y: float, is_down: bool, color: int) -> None:
    """A small arrow, thin, around a place."""
    ends = ((-4, -2), (0, 2), (4, -2)) if is_down else ((-2, -4), (2, 0), (-2, 4))
    draw = imgui.get_window_draw_list()
    places = [imgui.ImVec2(x + dx, y + dy) for dx, dy in ends]
    for begin, end in itertools.pairwise(places):
        draw.add_line(begin, end, color, 1.5)


def hint(text: str) -> None:
    """Say more about the last widget when the cursor rests on it."""
    if text and imgui.is_item_hovered(imgui.HoveredFlags_.for_tooltip):
        if imgui.begin_tooltip():
            imgui.push_text_wrap_pos(280.0)
            imgui.text_unformatted(text)
            imgui.pop_text_wrap_pos()
            imgui.end_tooltip()


def row(name: str, tooltip: str = "", is_set: bool = True, resets: bool = False) -> bool:
    """Begin a row: its name, then room for one widget; return whether its name was clicked twice.

    is_set: False where what is shown is the scene's own. resets: a double click is answered.
    """
    imgui.align_text_to_frame_padding()
    imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(*(style.TEXT if is_set else style.QUIET)))
    imgui.text_unformatted(name)
    imgui.pop_style_color()
    hint(tooltip + ("\nDouble-click the name to have it as the scene does." if resets else ""))
    is_reset = resets and imgui.is_item_hovered() and imgui.is_mouse_double_clicked(0)
    imgui.same_line(NAME_WIDTH + imgui.get_style().window_padding.x)
    imgui.set_next_item_width(-1)
    return is_reset


def slider(
    name: str,
    value: float,
    low: float,
    high: float,
    form: str = "%.2f",
    tooltip: str = "",
    logarithmic: bool = False,
    width: float = -1.0,
) -> float | None:
    """A number within a range; Ctrl and a click, or Enter, types one that may be beyond.

    form: as of C's printf, with the unit. An infinite value is shown as the highest.
    """
    flags = imgui.SliderFlags_.logarithmic if logarithmic else 0
    shown = min(max(value, low), high) if math.isinf(value) else value
    text = "∞" if math.isinf(value) else form
    imgui.set_next_item_width(width)
    _bar(part_of(shown, low, high, logarithmic), part_of(0.0, low, high) if low < 0 else 0.0)
    for kind in _OWN:
        imgui.push_style_color(kind, imgui.ImVec4(*style.CLEAR))
    imgui.push_style_var(imgui.StyleVar_.grab_min_size, 1.0)  # what is drawn is where it is
    changed, value = imgui.slider_float(f"##{name}", shown, low, high, text, flags)
    imgui.pop_style_var()
    imgui.pop_style_color(len(_OWN))
    if imgui.is_item_hovered() or imgui.is_item_active():
        _outline()
    note_place(name)
    hint(tooltip)
    return value if changed else None


def part_of(value: float, low: float, high: float, logarithmic: bool = False) -> float:
    """Return where a value lies between two others, 0 … 1."""
    if logarithmic:
        value, low, high = (math.log(max(number, 1e-9)) for number in (value, low, high))
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _bar(part: float, start: float) -> None:
    """What a slider stands on, filled between two shares of its width."""
    low, width = imgui.get_cursor_screen_pos(), imgui.calc_item_width()
    bottom = low.y + imgui.get_frame_height()
    draw, rounding = imgui.get_window_draw_list(), style.ROUNDING
    draw.add_rect_filled(
        low, imgui.ImVec2(low.x + width, bottom), style.packed(style.FIELD), rounding
    )
    left, right = sorted((low.x + start * width, low.x + part * width))
    if right > left:
        fill = style.packed(style.ACCENT_SOFT)
        draw.add_rect_filled(imgui.ImVec2(left, low.y), imgui.ImVec2(right, bottom), fill, rounding)
    at = min(max(low.x + part * width, low.x + 2), low.x + width - 2)
    foot, head = imgui.ImVec2(at, bottom - 1), imgui.ImVec2(at, bottom - TICK)
    draw.add_line(head, foot, style.packed(style.ACCENT), 2)  # short: the number stays readable


def _outline() -> None:
    """Show that the last widget listens."""
    imgui.get_window_draw_list().add_rect(
        imgui.get_item_rect_min(),
        imgui.get_item_rect_max(),
        style.packed(style.ACCENT_HOVERED),
        style.ROUNDING,
    )


def number_row(
    name: str,
    value: float,
    low: float,
    high: float,
    form: str = "%.2f",
    tooltip: str = "",
    logarithmic: bool = False,
) -> float | None:
    """A row with a slider."""
    row(name, tooltip)
    return slider(name, value, low, high, form, tooltip, logarithmic)


def choice_row(
    name: str,
    value: str,
    choices: Choices,
    tooltip: str = "",
    names: Names = str,
) -> str | None:
    """A row with a list to choose from. names: those of choices that are not called as they are."""
    row(name, tooltip)
    return choice(name, value, choices, tooltip, names)


def choice(
    name: str,
    value: str,
    choices: Choices,
    tooltip: str = "",
    names: Names = str,
) -> str | None:
    """A list to choose from."""
    chosen = None
    flags = imgui.ComboFlags_.no_arrow_button | imgui.ComboFlags_.height_large
    is_open = imgui.begin_combo(f"##{name}", _called(value, names), flags)
    note_place(name)
    if not is_open:
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        _chevron(high.x - 14, (low.y + high.y) / 2, True, style.packed(style.QUIET))
    if not is_open:
        hint(tooltip)
        return None
    for item in choices() if callable(choices) else choices:
        clicked, _ = imgui.selectable(_called(item, names), item == value)
        note_place(f"{name}={item}")
        if item == value:
            imgui.set_item_default_focus()
        if clicked and item != value:
            chosen = item
    imgui.end_combo()
    return chosen


def _called(item: str, names: Names) -> str:
    return names(item) if callable(names) else names.get(item, item)


def is_list_open() -> bool:
    """Whether one of the lists is open, or anything else that Esc closes first."""
    flags = imgui.PopupFlags_.any_popup_id | imgui.PopupFlags_.any_popup_level
    return imgui.is_popup_open("", flags)


def switch_row(name: str, value: bool, text: str = "", tooltip: str = "") -> bool | None:
    """A row with a box to tick."""
    row(name, tooltip)
    return switch(name, value, text, tooltip)


def switch(name: str, value: bool, text: str = "", tooltip: str = "") -> bool | None:
    """A box to tick, with words beside it."""
    changed, value = imgui.checkbox(f"{text}##{name}", value)
    note_place(name or text)
    hint(tooltip)
    return value if changed else None


def button(name: str, tooltip: str = "", width: float = 0.0, enabled: bool = True) -> bool:
    """A button that says its name; width 0 fits it, -1 takes what is left."""
    imgui.begin_disabled(not enabled)
    pressed = imgui.button(name, imgui.ImVec2(width, 0))
    imgui.end_disabled()
    note_place(name)
    hint(tooltip)
    return pressed


def segments(name: str, value: str, choices: Sequence[str], tooltips: Sequence[str]) -> str | None:
    """A few choices side by side over the panel's width; the one that holds is lit."""
    chosen, gap = None, 2.0
    width = (imgui.get_content_region_avail().x - gap * (len(choices) - 1)) / len(choices)
    for index, (item, tooltip) in enumerate(zip(choices, tooltips, strict=True)):
        if index:
            imgui.same_line(0, gap)
        colors = (imgui.Col_.button, imgui.Col_.button_hovered) if item == value else ()
        for kind in colors:
            imgui.push_style_color(kind, imgui.ImVec4(*style.ACCENT_SOFT))
        if imgui.button(f"{item.capitalize()}##{name}", imgui.ImVec2(width, 0)):
            chosen = item
        imgui.pop_style_color(len(colors))
        note_place(f"{name}={item}")
        hint(tooltip)
    return chosen if chosen != value else None


def is_let_go() -> bool:
    """Whether the last widget was changed and is so no more: time for what takes long."""
    return imgui.is_item_deactivated_after_edit()


def quiet(text: str) -> None:
    """Words that stay in the background."""
    imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(*style.QUIET))
    imgui.text_wrapped(text)
    imgui.pop_style_color()


def quiet_line(text: str) -> None:
    """The same on one line, however long."""
    imgui.text_colored(imgui.ImVec4(*style.QUIET), text)
