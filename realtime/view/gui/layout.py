"""Where panels are, and which there are.

    +----------+---------------------------+----------+
    | left     |        the picture        |    right |
    | column   |  (all of it, underneath)  |   column |
    +----------+---------------------------+----------+

To add one: a file with `draw(session)`, and a line in `PANELS`. Open panels of a column that has
several are its tabs. Which are open is `ViewState.panels`; a panel's key toggles it, and the help
says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from imgui_bundle import imgui

from realtime.view.gui import inspect, keys_help, make, overlay, see, style, tune, widgets, work
from realtime.view.session import Session
from realtime.view.shortcuts import SHORTCUTS, Shortcut

LEAST = (520.0, 260.0)  # of the surface: below, panels would hide all of the picture


@dataclass(frozen=True)
class Panel:
    """name: in the state. title: of its tab. side: "left" or "right". key: toggles it."""

    name: str
    title: str
    side: str
    key: str
    draw: Callable[[Session], None]


PANELS: tuple[Panel, ...] = (
    Panel("see", "See", "left", "f2", see.draw),
    Panel("make", "Make", "right", "f3", make.draw),
    Panel("tune", "Tune", "right", "f4", tune.draw),
    Panel("work", "Work", "right", "f5", work.draw),
    Panel("inspect", "Inspect", "right", "f6", inspect.draw),
)


def draw(session: Session) -> None:
    """Say what the interface is, in this frame."""
    widgets.forget_places()
    size = imgui.get_io().display_size
    is_large = size.x >= LEAST[0] and size.y >= LEAST[1]
    overlay.draw_bar(session, with_names=is_large)
    free = (0.0, size.x)
    if is_large:
        for side in ("left", "right"):
            _column(session, side, size)
        free = _between(session, size.x)
        if not session.state.help:  # it may need the height
            overlay.draw_status(session, free)
    overlay.draw_messages(session, free)
    if session.state.help:
        keys_help.draw(free, shortcuts())


def shortcuts() -> tuple[Shortcut, ...]:
    """All there are: the viewer's own, and one for each panel."""
    return (*SHORTCUTS, *map(_shortcut, PANELS))


def _shortcut(panel: Panel) -> Shortcut:
    def toggle(app, _: int) -> None:
        app.session.set(app.session.state.toggled(panel.name))

    return Shortcut("Panels", panel.key.upper(), panel.title, (panel.key,), toggle)


def _between(session: Session, width: float) -> overlay.Span:
    """From where to where no column is."""
    taken = [
        style.MARGIN + style.PANEL_WIDTH if open_panels(session, side) else 0.0
        for side in ("left", "right")
    ]
    return taken[0], width - taken[1]


def open_panels(session: Session, side: str) -> tuple[Panel, ...]:
    """Return what is open in a column."""
    return tuple(p for p in PANELS if p.side == side and session.state.is_open(p.name))


def _column(session: Session, side: str, size: imgui.ImVec2) -> None:
    panels = open_panels(session, side)
    if not panels:
        return
    left = style.MARGIN if side == "left" else size.x - style.MARGIN - style.PANEL_WIDTH
    imgui.set_next_window_pos(imgui.ImVec2(left, style.MARGIN))
    imgui.set_next_window_size(imgui.ImVec2(style.PANEL_WIDTH, size.y - 2 * style.MARGIN))
    flags = imgui.WindowFlags_.no_decoration & ~imgui.WindowFlags_.no_scrollbar
    flags |= imgui.WindowFlags_.no_move | imgui.WindowFlags_.no_saved_settings
    imgui.begin(f"##{side}", None, flags)
    if len(panels) == 1:
        _panel(session, panels[0])
    elif imgui.begin_tab_bar("##panels", imgui.TabBarFlags_.auto_select_new_tabs):
        for panel in panels:
            is_shown, _ = imgui.begin_tab_item(panel.title)
            widgets.note_place(panel.title)
            if is_shown:
                _panel(session, panel)
                imgui.end_tab_item()
        imgui.end_tab_bar()
    imgui.end()


def _panel(session: Session, panel: Panel) -> None:
    with widgets.group(panel.name):
        panel.draw(session)
