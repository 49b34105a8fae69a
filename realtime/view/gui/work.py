"""The panel `work`: pictures and videos, bookmarks, settings, and what was done."""

from dataclasses import replace
from pathlib import Path

from imgui_bundle import imgui

from realtime.errors import UserError
from realtime.view import bookmarks
from realtime.view.gui import style, widgets
from realtime.view.session import Session
from realtime.view.state import MOST_FPS, Bookmark

STEPS = 6  # of what was done, and of what can be done again, that are shown
PROGRESS = 22.0  # height of the bar, units of the interface


def draw(session: Session) -> None:
    """Draw all sections."""
    for title, rows in (
        ("Picture", _picture),
        ("Video", _video),
        ("Bookmarks", _bookmarks),
        ("Settings", _settings),
        ("Done", _done),
    ):
        with widgets.section(title) as is_open:
            if is_open:
                rows(session)


# --- Pictures and videos --------------------------------------------------------------------------


def _picture(session: Session) -> None:
    wish = session.state.record
    widgets.row("Save as")
    width = _half()
    if widgets.button("PNG", "What is seen, 8 bits: F12", width):
        session.output.picture(".png", wish.interface)
    imgui.same_line()
    if widgets.button("EXR", "Linear light of the picture, float: Shift+F12", width):
        session.output.picture(".exr")
    _panels_too(session)
    _folder(session)


def _panels_too(session: Session) -> None:
    hint = "Panels are in PNG pictures and in videos too"
    chosen = widgets.switch_row("", session.state.record.interface, "With panels", hint)
    if chosen is not None:
        _set(session, interface=chosen)


def _folder(session: Session) -> None:
    hint = "Where pictures, videos and settings go; Enter takes over what was typed"
    typed = _typed("Folder", str(session.output.folder.absolute()), hint)
    if typed:
        session.output.folder = Path(typed).expanduser()


def _video(session: Session) -> None:
    output, wish = session.output, session.state.record
    imgui.begin_disabled(output.is_recording)
    fps = widgets.number_row("Frames/s", wish.fps, 1, 120, "%.0f", "Frames a second", True)
    if fps is not None:
        _set(session, fps=min(max(round(fps), 1), MOST_FPS))
    hint = "Every frame is as far from the last one in time, however long it takes to draw"
    fixed = widgets.switch_row("", wish.fixed_step, "Fixed step", hint)
    if fixed is not None:
        _set(session, fixed_step=fixed)
    if wish.fixed_step:
        hint = "From the start of the camera's path to its end; else until it is stopped"
        whole = widgets.switch_row("", wish.whole_path, "Whole path", hint)
        if whole is not None:
            _set(session, whole_path=whole)
    imgui.end_disabled()
    if not output.is_recording:
        if widgets.button("Record", "F9", -1):
            output.record()
        return
    if widgets.button("Stop", "Ends the video and keeps it: F9", -1):
        output.stop(session)
    _progress(session)


def _progress(session: Session) -> None:
    recording = session.output.recording
    if recording is None:
        return
    name = recording.path.name
    if recording.frames is None:
        widgets.quiet(f"{recording.written} frames in {name}")
        return
    part, count = recording.written / recording.frames, f"{recording.written} / {recording.frames}"
    imgui.push_style_color(imgui.Col_.plot_histogram, imgui.ImVec4(*style.ACCENT_SOFT))
    imgui.progress_bar(part, imgui.ImVec2(-1, PROGRESS), f"{count} frames")
    imgui.pop_style_color()
    widgets.quiet(name)


def _set(session: Session, **changes) -> None:
    session.set(session.state.replace(record=replace(session.state.record, **changes)))


# --- Bookmarks ------------------------------------------------------------------------------------


def _bookmarks(session: Session) -> None:
    if session.is_photo:
        widgets.quiet("A photograph is seen from one place only.")
        return
    for index, mark in enumerate(bookmarks.of_scene(session.state)):
        with widgets.group(str(index)):
            _bookmark(session, index, mark)
    if widgets.button("Set a bookmark here", "M", -1):
        bookmarks.add(session)


def _bookmark(session: Session, index: int, mark: Bookmark) -> None:
    """Its name, which can be changed, and what can be done with it."""
    side, gap = imgui.get_frame_height(), imgui.get_style().item_inner_spacing.x
    buttons = (("Go", 40.0), ("Set", 44.0), ("×", side))
    room = imgui.get_content_region_avail().x - sum(width + gap for _, width in buttons)
    key = f"Alt+{index + 1}" if index < bookmarks.DIRECT else ""
    imgui.set_next_item_width(room)
    flags = imgui.InputTextFlags_.enter_returns_true
    entered, name = imgui.input_text("##name", mark.name, flags)
    widgets.note_place("name")
    widgets.hint("Its name; Enter takes over what was typed")
    hints = (f"Look from here: {key}", "Keep where the camera is now", "Take it away")
    acts = (
        lambda: bookmarks.go_to(session, index),
        lambda: bookmarks.set_again(session, mark),
        lambda: bookmarks.remove(session, mark),
    )
    act = (lambda: bookmarks.rename(session, mark, name)) if entered else None
    for (text, width), hint, on_press in zip(buttons, hints, acts, strict=True):
        imgui.same_line(0, gap)
        if widgets.button(text, hint, width):
            act = on_press
    if act is not None:
        act()  # after all of the row is there


# --- Settings -------------------------------------------------------------------------------------


def _settings(session: Session) -> None:
    hint = "All that is set, as TOML for diskblur render --settings; Enter saves"
    typed = _typed("Save to", "", hint, "name.toml")
    if typed:
        _save(session, Path(typed).expanduser())
    if widgets.button("Save under a new name", "Ctrl+S", -1):
        _save(session, None)
    widgets.quiet("To load, drop the file here.")
    if session.reload.broken:
        imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(*style.ERROR))
        imgui.text_wrapped("Shaders on the disk are broken; the last good ones run.")
        imgui.pop_style_color()


def _save(session: Session, path: Path | None) -> None:
    try:
        session.output.settings(session, path)
    except UserError as error:
        session.messages.error(error)


def _done(session: Session) -> None:
    """The latest steps, oldest first; a click goes back to after it, or on to it."""
    done, undone = session.history.names
    shown = list(enumerate(done))[-STEPS:]
    spacing = imgui.get_style().item_spacing.y
    imgui.push_style_var(imgui.StyleVar_.item_spacing, imgui.ImVec2(0, spacing))  # as wide as rows
    if not done and not undone:
        widgets.quiet("Nothing yet.")
    back = forth = 0
    for place, (at, what) in enumerate(shown):
        if _step(f"{what}##done{at}", f"done {place}", at == len(done) - 1):
            back = len(done) - 1 - at
    for place, what in enumerate(undone[:STEPS]):
        imgui.push_style_color(imgui.Col_.text, imgui.ImVec4(*style.QUIET))
        if _step(f"{what}##undone{place}", f"undone {place}", False):
            forth = place + 1
        imgui.pop_style_color()
    imgui.pop_style_var()
    for _ in range(back):
        session.undo()
    for _ in range(forth):
        session.redo()
    _undo(session)


def _step(text: str, name: str, is_now: bool) -> bool:
    pressed, _ = imgui.selectable(f"  {text}", is_now)  # as far from the edge as in a field
    widgets.note_place(name)
    return pressed


def _undo(session: Session) -> None:
    history, width = session.history, _half()
    if widgets.button("Undo", "Ctrl+Z", width, history.undoes is not None):
        session.undo()
    imgui.same_line()
    if widgets.button("Redo", "Ctrl+Y", width, history.redoes is not None):
        session.redo()


# --- Rows -----------------------------------------------------------------------------------------


def _half() -> float:
    """Width of one of two buttons side by side."""
    return (imgui.get_content_region_avail().x - imgui.get_style().item_spacing.x) / 2


def _typed(name: str, text: str, hint: str, shown: str = "") -> str | None:
    """A row with a field; return what was typed when Enter is pressed."""
    widgets.row(name, hint)
    flags = imgui.InputTextFlags_.enter_returns_true
    entered, typed = imgui.input_text_with_hint(f"##{name}", shown, text, flags)
    widgets.note_place(name)
    widgets.hint(hint)
    return typed if entered and typed else None
