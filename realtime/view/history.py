"""Undo and redo of settings."""

from dataclasses import dataclass, fields

from realtime.view.state import ViewState

MOST_STEPS = 200  # a state is some hundred bytes
MERGE_S = 1.0  # edits of one kind that follow each other faster are one step: a slider's drag

# What undoing leaves as it is: where the clock is, and what of the interface is open.
KEPT = ("time_s", "paused", "panels", "help", "size", "record")


@dataclass
class _Step:
    """A state before an edit, what the edit was, and when it was made last."""

    state: ViewState
    what: str
    at_s: float


class History:
    """The states before each edit. `what` names an edit for people: "f-number"."""

    def __init__(self) -> None:
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []

    def record(self, before: ViewState, what: str, now_s: float) -> None:
        """Note an edit that is being made; it ends what could be redone. now_s: of any clock."""
        self._redo.clear()
        last = self._undo[-1] if self._undo else None
        if last is not None and last.what == what and now_s - last.at_s < MERGE_S:
            last.at_s = now_s
            return
        self._undo.append(_Step(before, what, now_s))
        del self._undo[:-MOST_STEPS]

    @property
    def undoes(self) -> str | None:
        """What `undo` would take back."""
        return self._undo[-1].what if self._undo else None

    @property
    def redoes(self) -> str | None:
        """What `redo` would do again."""
        return self._redo[-1].what if self._redo else None

    @property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What was done, oldest first, and what can be done again, next first."""
        done, undone = self._undo, reversed(self._redo)
        return tuple(step.what for step in done), tuple(step.what for step in undone)

    def undo(self, now: ViewState) -> ViewState | None:
        """Return the state before the last edit; None where there was none."""
        return _step(self._undo, self._redo, now)

    def redo(self, now: ViewState) -> ViewState | None:
        """Return the state that the last undo left; None where there is none."""
        return _step(self._redo, self._undo, now)


def _step(from_: list[_Step], to: list[_Step], now: ViewState) -> ViewState | None:
    if not from_:
        return None
    step = from_.pop()
    to.append(_Step(now, step.what, float("-inf")))  # later edits do not merge with it
    kept = {f.name: getattr(now, f.name) for f in fields(now) if f.name in KEPT}
    return step.state.replace(**kept)
