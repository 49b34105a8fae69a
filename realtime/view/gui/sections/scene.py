"""What is shown: scene, bank, time."""

from pathlib import Path

from imgui_bundle import imgui

from realtime.effects.animation import STILL_WAY_S
from realtime.scene.load import shipped_scenes
from realtime.view.gui import widgets
from realtime.view.session import Session

NO_BANK = "none"


def draw(session: Session) -> None:
    """Draw the section's rows."""
    _scene(session)
    _bank(session)
    _open(session)
    _time(session)


def _scene(session: Session) -> None:
    now = session.state.scene
    tooltip = "A shipped scene; drop a .toml or .glb file or a photograph"
    chosen = widgets.choice_row("Scene", now, lambda: _scenes(now), tooltip, _stem)
    if chosen is not None:
        session.open(chosen)


def _scenes(now: str) -> list[str]:
    return list(dict.fromkeys((*shipped_scenes(), now)))


def _bank(session: Session) -> None:
    bank = session.state.bank
    tooltip = "Kernels to blur by; drop a .safetensors file to use it"
    chosen = widgets.choice_row("Bank", bank or NO_BANK, lambda: _banks(bank), tooltip, _stem)
    if chosen == NO_BANK:
        session.edit(session.state.replace(bank=None), "bank")
    elif chosen is not None:
        session.open(chosen)


def _banks(now: str | None) -> list[str]:
    """Those of the folder that the present one is in."""
    beside = sorted(map(str, Path(now).parent.glob("*.safetensors"))) if now else []
    return list(dict.fromkeys((now or NO_BANK, *beside, NO_BANK)))


def _stem(name: str) -> str:
    return Path(name).stem


def _open(session: Session) -> None:
    widgets.row("Open", "A scene, bank, photograph or settings by its path; Enter opens it")
    flags = imgui.InputTextFlags_.enter_returns_true
    entered, path = imgui.input_text_with_hint("##Open", "path, or drop a file", "", flags)
    widgets.note_place("Open")
    if entered and path:
        session.open(path)


def _time(session: Session) -> None:
    state = session.state
    end_s = session.scene.duration_s or STILL_WAY_S
    tooltip = "Seconds along the camera's path; Space pauses"
    time_s = widgets.number_row("Time", state.time_s % end_s, 0.0, end_s, "%.2f s", tooltip)
    if time_s is not None:
        session.set(state.replace(time_s=max(time_s, 0.0)))
    paused = widgets.switch_row("", state.paused, "Paused", "Space")
    if paused is not None:
        session.set(session.state.replace(paused=paused))
