"""All keys, over the picture: as many columns as there is room for, else one that scrolls.

Between the panels where that is wide enough for a column; in windows too narrow for that, over
them. Groups stay whole and in their order, cut into columns so that the longest is shortest.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from imgui_bundle import imgui

from realtime.view.gui import style, widgets
from realtime.view.shortcuts import GROUPS, Shortcut

KEY_WIDTH = 92.0  # of the column of keys: the longest is "Shift+1 2 3 4"
COLUMN_GAP = 26.0
PADDING = (20.0, 16.0)  # to the edges, across and down
AROUND = 10.0  # left free of the picture
UNDER_GROUP = 6.0
MOST_COLUMNS = 3
Columns = tuple[tuple[str, ...], ...]
Span = tuple[float, float]  # from left to right, units of the interface

FLAGS = (
    imgui.WindowFlags_.no_decoration
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_focus_on_appearing
    | imgui.WindowFlags_.always_auto_resize
) & ~imgui.WindowFlags_.no_scrollbar


@dataclass(frozen=True)
class Room:
    """What the help may cover. span: across; height: down; units of the interface."""

    span: Span
    height: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.span[1] - self.span[0]


def draw(free: Span, shortcuts: Sequence[Shortcut]) -> None:
    """Draw it in the middle of what is free of panels, or of the whole window."""
    size = imgui.get_io().display_size
    columns, room = _laid_out(free, size, shortcuts)
    middle = imgui.ImVec2(sum(room.span) / 2, size.y / 2)
    imgui.set_next_window_pos(middle, imgui.Cond_.always, imgui.ImVec2(0.5, 0.5))
    most = imgui.ImVec2(max(room.width, 0), room.height)
    imgui.set_next_window_size_constraints(imgui.ImVec2(0, 0), most)
    imgui.push_style_color(imgui.Col_.window_bg, imgui.ImVec4(*style.POPUP))
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(*PADDING))
    imgui.begin("##help", None, FLAGS)
    imgui.set_window_focus()  # arrows and the wheel scroll it
    for index, titles in enumerate(columns):
        if index:
            imgui.same_line(0, COLUMN_GAP)
        imgui.begin_group()
        for title in titles:
            _group(title, _of(title, shortcuts))
        imgui.end_group()
    low, extent = imgui.get_window_pos(), imgui.get_window_size()
    imgui.end()
    imgui.pop_style_var()
    imgui.pop_style_color()
    widgets.PLACES["help"] = (low.x, low.y, low.x + extent.x, low.y + extent.y)


# --- Where things go ------------------------------------------------------------------------------


def _laid_out(
    free: Span, size: imgui.ImVec2, shortcuts: Sequence[Shortcut]
) -> tuple[Columns, Room]:
    """Between the panels where a column fits there, else over them."""
    heights = {title: _height(_of(title, shortcuts)) for title in GROUPS}
    widths = {title: _width(_of(title, shortcuts)) for title in GROUPS}
    height = size.y - 2 * AROUND
    for span in (free, (0.0, size.x)):
        room = Room((span[0] + AROUND, span[1] - AROUND), height)
        columns = fitting(heights, widths, room)
        if columns:
            return columns, room
    return (GROUPS,), room  # nothing fits: what there is room for


def fitting(heights: dict[str, float], widths: dict[str, float], room: Room) -> Columns:
    """Return the fewest columns that need no scrolling, else as many as are wide enough.

    heights, widths: of the groups, in order. Nothing where not even one column is.
    """
    best: Columns = ()
    for count in range(1, MOST_COLUMNS + 1):
        columns = balanced(heights, count)
        if _across(columns, widths) > room.width:
            break
        best = columns
        if _down(columns, heights) <= room.height:
            break
    return best


def balanced(heights: dict[str, float], count: int) -> Columns:
    """Cut groups into columns, in their order, so that the highest column is lowest."""
    titles = tuple(heights)
    cuts = itertools.combinations(range(1, len(titles)), count - 1)
    ways = (
        tuple(titles[a:b] for a, b in itertools.pairwise((0, *cut, len(titles)))) for cut in cuts
    )
    return min(ways, key=lambda columns: _down(columns, heights))


def _down(columns: Columns, heights: dict[str, float]) -> float:
    return max(sum(heights[title] for title in column) for column in columns) + 2 * PADDING[1]


def _across(columns: Columns, widths: dict[str, float]) -> float:
    """With room for the bar to scroll by."""
    inner = sum(max(widths[title] for title in column) for column in columns)
    edges = 2 * PADDING[0] + imgui.get_style().scrollbar_size
    return inner + (len(columns) - 1) * COLUMN_GAP + edges


def _of(title: str, shortcuts: Sequence[Shortcut]) -> list[Shortcut]:
    return [shortcut for shortcut in shortcuts if shortcut.group == title]


def _height(shortcuts: Sequence[Shortcut]) -> float:
    look = imgui.get_style()
    row = imgui.get_text_line_height() + 2 * look.cell_padding.y
    under = UNDER_GROUP + 2 * look.item_spacing.y
    return imgui.get_text_line_height_with_spacing() + len(shortcuts) * row + under


def _width(shortcuts: Sequence[Shortcut]) -> float:
    words = max(imgui.calc_text_size(shortcut.does).x for shortcut in shortcuts)
    return KEY_WIDTH + words + 4 * imgui.get_style().cell_padding.x


# --- A group --------------------------------------------------------------------------------------


def _group(title: str, shortcuts: Sequence[Shortcut]) -> None:
    imgui.push_font(style.bold(), style.LETTER_HEIGHT)
    imgui.text_colored(imgui.ImVec4(*style.ACCENT), title)
    imgui.pop_font()
    flags = imgui.TableFlags_.sizing_fixed_fit | imgui.TableFlags_.no_host_extend_x
    if imgui.begin_table(f"##{title}", 2, flags):
        imgui.table_setup_column("keys", imgui.TableColumnFlags_.width_fixed, KEY_WIDTH)
        imgui.table_setup_column("does", imgui.TableColumnFlags_.width_fixed)
        for shortcut in shortcuts:
            imgui.table_next_row()
            imgui.table_next_column()
            imgui.text_unformatted(shortcut.shown)
            imgui.table_next_column()
            widgets.quiet_line(shortcut.does)
        imgui.end_table()
    imgui.dummy(imgui.ImVec2(0, UNDER_GROUP))
