"""The panel `tune`: where a frame's time goes, and what can be given up to save it."""

from imgui_bundle import imgui

from realtime.gl.context import is_software
from realtime.quality import PARTS, quality_of
from realtime.view.gui import style, widgets
from realtime.view.gui.frame_graph import FrameGraph, pass_color
from realtime.view.session import Session
from realtime.view.state import LEAST_SCALE
from realtime.view.tune.frame_times import FRAMES

SQUARE = 9.0
GUTTER = 18.0  # between the two columns of passes
PART_NAMES = {
    "antialias": "Smooth edges",
    "border": "Border",
    "hidden": "Hidden layer",
    "veil": "Veil",
    "fill": "Fill per slice",
}
PART_HINTS = {
    "antialias": "Smooths what is in focus after it was drawn, for one sample a pixel",
    "border": "The scene around the picture, whose blurred light reaches into it",
    "hidden": "The scene behind its front, in place of filling it from around",
    "veil": "Light behind is cut by what the foreground leaves open of the aperture",
    "fill": "Fills under every slice in front by itself, not under all of them at once",
}
_graph = FrameGraph()


def draw(session: Session) -> None:
    """Draw the panel."""
    session.meter.is_watched = True
    passes = () if session.is_photo else (("Passes", _parts),)  # a photograph has none of them
    for title, rows in (("Frames", _frames), *passes, ("Output", _output)):
        with widgets.section(title) as is_open:
            if is_open:
                rows(session)


# --- Times ----------------------------------------------------------------------------------------


def _frames(session: Session) -> None:
    times = session.meter.times
    _spread(times.spread())
    _graph.draw(times)
    widgets.quiet_line(f"ms from frame to frame, the latest {FRAMES}")
    _timing(session)
    if session.meter.kind is not None:
        _legend(session)


def _spread(spread) -> None:
    """Three numbers beside each other, each over its name."""
    width = imgui.get_content_region_avail().x / len(spread)
    left, top = imgui.get_cursor_pos_x(), imgui.get_cursor_pos_y()
    names = ("median", "95 %", "99 %")
    for index, (name, value) in enumerate(zip(names, spread, strict=True)):
        imgui.set_cursor_pos(imgui.ImVec2(left + index * width, top))
        imgui.begin_group()
        imgui.push_font(style.bold(), 1.35 * style.LETTER_HEIGHT)
        imgui.text_unformatted(f"{value:.1f}")
        imgui.pop_font()
        widgets.quiet_line(f"ms {name}")
        imgui.end_group()
        widgets.hint(f"Of the latest {FRAMES} frames so many take no longer")


def _timing(session: Session) -> None:
    waits = is_software(session.ctx)
    names = {
        "frames": "whole frames",
        "submit": "passes, CPU",
        "passes": "passes, waited for" if waits else "passes, GPU",
    }
    hint = "Whole frames cost nothing to time. CPU: what it takes to ask for a pass. " + (
        "On this software renderer a pass is waited for, which slows frames down."
        if waits
        else "GPU: timer queries, shown three frames late."
    )
    chosen = widgets.choice_row("Timing", session.state.timing, tuple(names), hint, names)
    if chosen is not None:
        session.set(session.state.replace(timing=chosen))


def _legend(session: Session) -> None:
    """Passes and what they take, in two columns, from the lowest in the graph upwards."""
    times = session.meter.times
    widgets.quiet_line(session.meter.kind)
    rest_ms = times.mean_ms() - sum(times.pass_ms(index) for index in range(len(times.names)))
    rows = [
        (name, times.pass_ms(index), pass_color(index)) for index, name in enumerate(times.names)
    ]
    rows.append(("the rest", max(rest_ms, 0.0), style.QUIET))
    left, width = imgui.get_cursor_pos_x(), imgui.get_content_region_avail().x
    column = (width - GUTTER) / 2
    half = -(-len(rows) // 2)
    top = imgui.get_cursor_pos_y()
    for index, row in enumerate(rows):
        across, down = divmod(index, half)
        y = top + down * imgui.get_text_line_height_with_spacing()
        imgui.set_cursor_pos(imgui.ImVec2(left + across * (column + GUTTER), y))
        _pass(*row, column)
    imgui.set_cursor_pos_y(top + half * imgui.get_text_line_height_with_spacing())
    imgui.dummy(imgui.ImVec2(width, 0))


def _pass(name: str, value: float, color: style.Color, width: float) -> None:
    """A square, a name, and ms at the right end."""
    low, left = imgui.get_cursor_screen_pos(), imgui.get_cursor_pos_x()
    top = low.y + (imgui.get_font_size() - SQUARE) / 2 + 1
    corner = imgui.ImVec2(low.x + SQUARE, top + SQUARE)
    draw = imgui.get_window_draw_list()
    draw.add_rect_filled(imgui.ImVec2(low.x, top), corner, style.packed(color), 2)
    imgui.dummy(imgui.ImVec2(SQUARE, SQUARE))
    imgui.same_line()
    imgui.text_unformatted(name)
    text = f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    imgui.same_line(left + width - imgui.calc_text_size(text).x)
    imgui.text_unformatted(text)


# --- What can be given up -------------------------------------------------------------------------


def _parts(session: Session) -> None:
    state = session.state
    quality = quality_of(state.quality).with_samples(state.samples)
    for part in PARTS:
        is_there = part in quality.parts
        imgui.begin_disabled(not is_there)
        on = widgets.switch(part, is_there and part not in state.left_out, PART_NAMES[part])
        imgui.end_disabled()
        hint = PART_HINTS[part]
        widgets.hint(hint if is_there else f"{hint}. Not in this quality")
        if on is not None:
            rest = [name for name in state.left_out if name != part]
            left_out = tuple(rest if on else [*rest, part])
            session.edit(session.state.replace(left_out=left_out), PART_NAMES[part].lower())


def _output(session: Session) -> None:
    hint = "Of the window's width and height that is rendered: less is faster and softer"
    now = 100 * session.state.render_scale
    scale = widgets.number_row("Resolution", now, 100 * LEAST_SCALE, 100.0, "%.0f %%", hint)
    if scale is not None:
        scale = min(max(scale / 100, LEAST_SCALE), 1.0)
        session.edit(session.state.replace(render_scale=scale), "resolution")
    hint = "Frames wait for the screen: no tearing, and no more of them than it shows"
    vsync = widgets.switch_row("", session.state.vsync, "Vertical sync", hint)
    if vsync is not None:
        session.set(session.state.replace(vsync=vsync))
