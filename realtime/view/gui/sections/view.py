"""How it is looked at: exposure, resolution, camera, panels, undo."""

from imgui_bundle import imgui

from realtime.view.gui import widgets
from realtime.view.session import Session
from realtime.view.state import LEAST_SCALE

STOPS = 6.0  # of the slider, either way


def draw(session: Session) -> None:
    """Draw the section's rows."""
    _exposure(session)
    _resolution(session)
    if not session.is_photo:
        _camera(session)
    _undo(session)


def _exposure(session: Session) -> None:
    hint = "Stops above the scene's exposure; each doubles the light. Keys: minus and equals"
    now = session.state.exposure_stops
    stops = widgets.number_row("Exposure", now, -STOPS, STOPS, "%+.2f EV", hint)
    if stops is not None:
        session.edit(session.state.replace(exposure_stops=stops), "exposure")


def _resolution(session: Session) -> None:
    hint = "Of the window's width and height that is rendered: less is faster and softer"
    now = 100 * session.state.render_scale
    scale = widgets.number_row("Resolution", now, 100 * LEAST_SCALE, 100.0, "%.0f %%", hint)
    if scale is not None:
        scale = min(max(scale / 100, LEAST_SCALE), 1.0)
        session.edit(session.state.replace(render_scale=scale), "resolution")


def _camera(session: Session) -> None:
    widgets.row("Camera", "Drag to orbit, wheel to come closer, W A S D Q E to fly")
    is_free = session.state.camera is not None
    if not is_free:
        imgui.align_text_to_frame_padding()
        widgets.quiet("on the scene's path")
    elif widgets.button("Back to the path", "R", -1):
        session.edit(session.state.replace(camera=None), "camera")


def _undo(session: Session) -> None:
    history = session.history
    width = (imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2
    hint = f"{history.undoes}: Ctrl+Z" if history.undoes else "Ctrl+Z"
    if widgets.button("Undo", hint, width, history.undoes is not None):
        session.undo()
    imgui.same_line()
    hint = f"{history.redoes}: Ctrl+Y" if history.redoes else "Ctrl+Y"
    if widgets.button("Redo", hint, width, history.redoes is not None):
        session.redo()
