"""The panel `make`: a bokeh is drawn, fitted while one looks on, and saved."""

from dataclasses import replace

from imgui_bundle import imgui
from numpy.typing import NDArray

from realtime.errors import UserError
from realtime.view.gui import make_canvas, style, widgets
from realtime.view.make.file import bank_path
from realtime.view.make.painter import LEAST_PX, MOST_PX, TOOLS, Came, Painter
from realtime.view.make.shapes import KINDS
from realtime.view.make.shown import Shown
from realtime.view.session import Session

ACTIONS = 76.0  # width of the column of buttons beside the canvas, units of the interface
PREVIEW = 92.0  # side of what was drawn and what was fitted
PERCENT = 100.0
TOOLTIPS = (
    "Draw light",
    "Take light away",
    "A polygon, star or heart: a click puts it there, its settings redraw it in the middle",
    "Letters in place of the drawing",
)
COUNTS = {"polygon": "Blades", "star": "Points"}
VERSIONS = ("first", "refined")


def draw(session: Session) -> None:
    """Draw all sections."""
    painter = session.painter
    flags = imgui.HoveredFlags_.allow_when_blocked_by_active_item
    painter.is_hovered = imgui.is_window_hovered(flags)
    for title, rows in (("Draw", _draw), ("Bokeh", _bokeh)):
        with widgets.section(title) as is_open:
            if is_open:
                rows(painter)


# --- Draw -----------------------------------------------------------------------------------------


def _draw(painter: Painter) -> None:
    tool = widgets.segments("Tool", painter.tool, TOOLS, TOOLTIPS)
    if tool is not None:
        painter.tool = tool
    gap = imgui.get_style().item_spacing.x
    make_canvas.draw(painter, imgui.get_content_region_avail().x - ACTIONS - gap)
    imgui.same_line()
    imgui.begin_group()
    _actions(painter)
    imgui.end_group()
    {"shape": _shape, "text": _text}.get(painter.tool, _brush)(painter)


def _actions(painter: Painter) -> None:
    """Buttons; each is a step of undo but the first two."""
    drawing = painter.drawing
    is_lit = bool(drawing.light.any())
    for name, does, can, hint in (
        ("Undo", painter.undo, drawing.undoes, "The last stroke; Ctrl+Z over this panel"),
        ("Redo", painter.redo, drawing.redoes, "Ctrl+Y over this panel"),
        ("Clear", drawing.clear, is_lit, "Make it blank"),
        ("Mirror", drawing.mirror, is_lit, "Swap left and right"),
        ("Flip", drawing.flip, is_lit, "Swap top and bottom"),
        ("Turn", drawing.turn, is_lit, "By 90° clockwise"),
        ("Invert", drawing.invert, True, "For drawings that are dark on white"),
    ):
        if widgets.button(name, hint, ACTIONS, can):
            does()
            if name not in ("Undo", "Redo"):
                painter.changed()


def _brush(painter: Painter) -> None:
    brush = painter.brush
    shown = PERCENT * brush.diameter
    hint = "Diameter of the brush, in % of the canvas"
    size = widgets.number_row("Size", shown, 1.0, 60.0, "%.0f %%", hint, True)
    if size is not None:
        painter.brush = replace(brush, diameter=_within(size, 1, 60) / PERCENT)
    hint = "How sharp its edge is: 0 fades from the middle outwards"
    hardness = widgets.number_row("Hardness", brush.hardness, 0.0, 1.0, "%.2f", hint)
    if hardness is not None:
        painter.brush = replace(painter.brush, hardness=_within(hardness, 0, 1))


def _shape(painter: Painter) -> None:
    shape = painter.shape
    hint = "Chosen, it is drawn in place of all; a click on the canvas adds one there"
    kind = widgets.choice_row("Shape", shape.kind, KINDS, hint, {k: k.capitalize() for k in KINDS})
    if kind is not None:
        _redraw(painter, kind=kind)
        painter.changed()
    if shape.kind in COUNTS:
        most = 12 if shape.kind == "polygon" else 16
        _number(painter, "count", COUNTS[shape.kind], 3, most, "%.0f", "How many there are")
    if shape.kind == "polygon":
        hint = "Of the blades: 0 straight, 1 a circle"
        _number(painter, "curvature", "Curvature", 0.0, 1.0, "%.2f", hint)
    if shape.kind == "star":
        hint = "Radius of the notches over that of the points"
        _number(painter, "inner", "Notches", 0.1, 0.95, "%.2f", hint)
    _number(painter, "rotation_deg", "Rotation", -180.0, 180.0, "%.0f°", "Degrees clockwise")


def _number(
    painter: Painter, field: str, name: str, low: float, high: float, form: str, hint: str
) -> None:
    """A row for a field of the shape: redrawn while it is dragged, fitted when it is let go."""
    value = widgets.number_row(name, getattr(painter.shape, field), low, high, form, hint)
    let_go = widgets.is_let_go()
    if value is not None:
        value = _within(value, low, high)
        _redraw(painter, **{field: round(value) if field == "count" else value})
    if let_go:
        painter.changed()


def _redraw(painter: Painter, **changes) -> None:
    painter.put_shape(replace(painter.shape, **changes))


def _text(painter: Painter) -> None:
    widgets.row("Text", "A line of text, as large as the canvas allows")
    changed, text = imgui.input_text_with_hint("##Text", "type letters", painter.text)
    widgets.note_place("Text")
    if changed:
        painter.put_text(text)
        painter.changed()


# --- Bokeh ----------------------------------------------------------------------------------------


def _bokeh(painter: Painter) -> None:
    _previews(painter)
    _progress(painter)
    hint = "Largest radius of the bank, px: farther out, blur is scaled up from there"
    radius = widgets.number_row(
        "Radius", painter.radius_px, LEAST_PX, MOST_PX, "%.0f px", hint, logarithmic=True
    )
    let_go = widgets.is_let_go()
    if radius is not None:
        painter.radius_px = float(round(_within(radius, LEAST_PX, MOST_PX)))
    if let_go:
        painter.changed()
    _fit(painter)
    _save(painter)


def _previews(painter: Painter) -> None:
    """What is aimed at and what was fitted, at the largest radius, equally bright; and figures."""
    gap = imgui.get_style().item_spacing.x
    top = imgui.get_cursor_screen_pos()
    target, fitted = painter.wanted(), painter.fitted
    _preview("Target", painter.target, target, target, top)
    beside = imgui.ImVec2(top.x + PREVIEW + gap, top.y)
    is_alike = target is not None and fitted is not None and target.shape == fitted.shape
    _preview("Fitted", painter.response, fitted, target if is_alike else fitted, beside)
    imgui.set_cursor_screen_pos(imgui.ImVec2(top.x + 2 * (PREVIEW + gap) + 2, top.y))
    imgui.begin_group()
    _figures(painter)
    imgui.end_group()
    height = imgui.get_text_line_height_with_spacing()
    imgui.set_cursor_screen_pos(imgui.ImVec2(top.x, top.y + PREVIEW + height))


def _preview(
    name: str, shown: Shown, light: NDArray | None, white: NDArray | None, low: imgui.ImVec2
) -> None:
    """A square with its name below, empty where there is nothing; white: has what is shown so."""
    high = imgui.ImVec2(low.x + PREVIEW, low.y + PREVIEW)
    lines = imgui.get_window_draw_list()
    if light is None:
        lines.add_rect_filled(low, high, style.packed(style.FIELD))
    else:
        make_canvas.picture(shown.update(light, float(white.max())), low, high)
    width = imgui.calc_text_size(name).x
    at = imgui.ImVec2(low.x + (PREVIEW - width) / 2, high.y + 3)
    lines.add_text(at, style.packed(style.QUIET), name)


def _figures(painter: Painter) -> None:
    """Of each bank that came: its taps and the seconds since it was asked for; then its errors."""
    if not painter.came:
        return
    for came in painter.came:
        imgui.text_unformatted(f"{came.bank.taps} taps")
        imgui.same_line()
        widgets.quiet_line(f"{came.seconds:.1f} s")
    for line in _quality(painter.came[-1]):
        widgets.quiet_line(line)
        widgets.hint(
            "At the largest radius: error of the kernel itself, PSNR of blurred photographs"
        )


def _quality(came: Came) -> list[str]:
    """Errors at the largest radius, as the bank has them."""
    knots = came.bank.quality.get("knots", {})
    lines = []
    if knots.get("frobenius"):
        lines.append(f"error {PERCENT * knots['frobenius'][-1]:.1f} %")
    if knots.get("psnr_db"):
        lines.append(f"{knots['psnr_db'][-1]:.1f} dB")
    return lines


def _progress(painter: Painter) -> None:
    """A thin bar with a word; room is kept for it, so that nothing jumps."""
    low, width = imgui.get_cursor_screen_pos(), imgui.get_content_region_avail().x
    lines, news = imgui.get_window_draw_list(), painter.progress
    end = imgui.ImVec2(low.x + width, low.y + 3)
    lines.add_rect_filled(low, end, style.packed(style.FIELD), 1.5)
    if painter.is_fitting:
        part = news.progress if news is not None else 0.0
        done = imgui.ImVec2(low.x + max(part, 0.02) * width, end.y)
        lines.add_rect_filled(low, done, style.packed(style.ACCENT), 1.5)
    imgui.dummy(imgui.ImVec2(width, 3))
    widgets.quiet_line(_doing(painter))


def _doing(painter: Painter) -> str:
    if not painter.is_fitting:
        is_blank = not painter.drawing.light.any()
        rest = "Draw a shape: the scene takes it" if is_blank else "Not in the scene"
        return "In the scene" if painter.has_drawn else rest
    if not painter.refit.is_ready:
        return "Starting the fitter …"
    stage = painter.progress.stage if painter.progress is not None else len(painter.came)
    return f"Fitting the {VERSIONS[min(stage, 1)]} version …"


def _fit(painter: Painter) -> None:
    at_once = widgets.switch("Fit as I draw", painter.fits_at_once, "Fit as I draw", "On pen up")
    if at_once is not None:
        painter.fits_at_once = at_once
    imgui.same_line()
    width = (imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2
    if painter.is_fitting:
        if widgets.button("Cancel", "What is in the scene stays there", width):
            painter.cancel()
    elif widgets.button("Fit", "Fit the drawing now", width):
        painter.fit()
    imgui.same_line()
    if widgets.button("Back", "To the bank that was there before", -1, painter.can_go_back):
        painter.back()


def _save(painter: Painter) -> None:
    widgets.row("Save as", "A file name; .safetensors is added")
    name = "Replace" if _is_there(painter.file) else "Save"
    padding = 2 * imgui.get_style().frame_padding.x
    room = imgui.calc_text_size("Replace").x + padding
    imgui.set_next_item_width(-room - imgui.get_style().item_spacing.x)
    _, painter.file = imgui.input_text_with_hint("##Save as", "name", painter.file)
    widgets.note_place("Save as")
    imgui.same_line()
    can = painter.has_drawn and bool(painter.file.strip())
    if widgets.button(name, "The bank in the scene, as diskblur-fit bake writes it", -1, can):
        painter.save()


def _is_there(text: str) -> bool:
    try:
        return bank_path(text).is_file()
    except (UserError, OSError):  # OSError: a name too long for the disk
        return False


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
