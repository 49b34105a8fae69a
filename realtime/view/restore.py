"""The last session's state, where files that it names may have gone meanwhile."""

from dataclasses import replace

from realtime.errors import UserError
from realtime.view.library import LensMount, Library
from realtime.view.state import LensState, ViewState


def usable(state: ViewState, library: Library, notes: list[str]) -> ViewState:
    """Return the state without what cannot be had any more; `notes` gets a line for each."""
    try:
        _check_scene(state, library)
    except UserError as error:
        notes.append(str(error))
        default = ViewState()
        state = state.replace(
            scene=default.scene, camera=None, lens=LensState(), time_s=0.0, paused=False
        )
    if state.bank is not None:
        try:
            library.bank(state.bank)
        except UserError as error:
            notes.append(str(error))
            state = state.replace(bank=None)
    try:
        library.effects(state.effects, state.bank, library.scene(state.scene).duration_s)
    except UserError as error:
        notes.append(f"{error}. Effects are off")
        off = tuple(replace(effect, on=False) for effect in state.effects)
        state = state.replace(effects=off)
    return state


def _check_scene(state: ViewState, library: Library) -> None:
    scene = library.scene(state.scene)
    LensMount().through(scene, state.lens, state.scene)
