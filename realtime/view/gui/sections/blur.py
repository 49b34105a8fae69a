"""How it is blurred: the methods on both sides of the bar, quality, and what they decided."""

from realtime.blur.choices import MOTION
from realtime.passes.decisions import VIEWS
from realtime.quality import QUALITIES
from realtime.view.gui import widgets
from realtime.view.session import Session

NAMES = {
    "sparse": "sparse taps",
    "dense": "dense kernels",
    "lens": "lens truth",
    "none": "no blur",
    "gather": "one gather",
    "lowrank": "low rank",
    "motion": "motion blur",
    "shutter": "shutter truth",
    "sparse-half": "sparse, half size",
    "sparse-quarter": "sparse, quarter size",
    "paper": "the paper's taps",
    "annealed": "annealed taps",
    "gaussian": "Gaussian",
    "kawase": "Kawase",
    "dual-kawase": "dual Kawase",
    "circular1": "circular, 1 part",
    "circular2": "circular, 2 parts",
    "circular3": "circular, 3 parts",
    "hexagonal": "hexagonal",
    "gather41": "41-tap gather",
    "near-far": "near/far gather",
}
PICTURE = "picture"
SHOWN = {
    PICTURE: "the picture",
    "coc": "circles of confusion",
    "slices": "slices",
    "tiles": "tiles",
}


def draw(session: Session) -> None:
    """Draw the section's rows."""
    state = session.state
    _method(
        session,
        "left",
        "Left" if state.split else "Method",
        "1 2 3 4 for the first ones, B for the next of them",
    )
    split = widgets.switch_row("", state.split, "Split screen", "Two methods beside a bar: X")
    if split is not None:
        session.edit(session.state.replace(split=split), "split screen")
    if state.split:
        _method(session, "right", "Right", "Shift with 1 2 3 4, or with B for the next of them")
        _bar(session)
    if session.is_photo:
        return  # nothing below is about what is flat
    _quality(session)
    _truth(session)
    _shutter(session)
    _show(session)


def _method(session: Session, side: str, name: str, hint: str) -> None:
    now = getattr(session.state, side)
    chosen = widgets.choice_row(name, now, session.blurs, hint, NAMES)
    if chosen is not None:
        session.choose(side, chosen)


def _bar(session: Session) -> None:
    at = widgets.number_row(
        "Bar",
        100 * session.state.split_at,
        0.0,
        100.0,
        "%.0f %%",
        "Place of the bar, in % of the width; drag it, or use comma and full stop",
    )
    if at is not None:
        session.edit(session.state.replace(split_at=min(max(at / 100, 0.0), 1.0)), "bar")


def _quality(session: Session) -> None:
    hint = "Slices, samples and borders, from what a game affords to what is best"
    chosen = widgets.choice_row("Quality", session.state.quality, tuple(QUALITIES), hint)
    if chosen is not None:
        session.edit(session.state.replace(quality=chosen), "quality")


def _truth(session: Session) -> None:
    if "lens" not in _methods(session) and not session.state.needs_truth:
        return
    hint = "Views of the scene from the aperture that the lens truth averages: more are slower"
    views = widgets.number_row("Views", session.state.views, 4, 1024, "%.0f", hint, True)
    if views is not None:
        session.edit(session.state.replace(views=max(round(views), 1)), "views")


def _shutter(session: Session) -> None:
    if not set(MOTION) & set(_methods(session)):
        return
    hint = "Degrees of the frame for which the shutter is open; 180 is what cinema looks like"
    now = session.state.shutter_angle_deg
    angle = widgets.number_row("Shutter", now, 0.0, 360.0, "%.0f°", hint)
    if angle is not None:
        angle = min(max(angle, 0.0), 360.0)
        session.edit(session.state.replace(shutter_angle_deg=angle), "shutter")


def _methods(session: Session) -> tuple[str, ...]:
    state = session.state
    return (state.left, state.right) if state.split else (state.left,)


def _show(session: Session) -> None:
    hint = "What a sliced blur decided about each pixel, in false colours: V"
    now = session.state.show or PICTURE
    chosen = widgets.choice_row("Show", now, (PICTURE, *VIEWS), hint, SHOWN)
    if chosen is not None:
        show = None if chosen == PICTURE else chosen
        session.edit(session.state.replace(show=show), "show")
