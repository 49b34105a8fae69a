"""The lens, in photographers' units; what is not set is the scene's and stands there in grey."""

import math

from realtime.scene.lens import Lens
from realtime.view.gui import widgets
from realtime.view.session import Session
from realtime.view.state import LensState

AS_SCENE = "as the scene has it"
PERCENT = 100.0
CLOSEST = 1.02  # of the focal length: a lens focuses beyond it
FARTHEST_M = 200.0  # of the slider; a click on the sky focuses at infinity

SHAPE = (  # field of the lens, name, lowest, highest, form, hint
    (
        "rotation_deg",
        "Rotation",
        -180.0,
        180.0,
        "%.0f°",
        "The aperture turned counter-clockwise, degrees",
    ),
    (
        "cat_eye",
        "Cat's eye",
        0.0,
        1.0,
        "%.2f",
        "Clipping of the bokeh towards the corners: 0 none, 1 strong",
    ),
    (
        "squeeze",
        "Squeeze",
        0.5,
        2.0,
        "%.2f ×",
        "Width of the blur over its height: 0.5 is an anamorphic lens",
    ),
    (
        "tilt_deg",
        "Tilt",
        -80.0,
        80.0,
        "%.1f°",
        "Angle of the plane in focus to the sensor, as a view camera tilts it, degrees",
    ),
    (
        "tilt_direction_deg",
        "Tilt towards",
        -180.0,
        180.0,
        "%.0f°",
        "Where the plane in focus leans away to, degrees counter-clockwise: 90 is upwards",
    ),
)


def draw(session: Session) -> None:
    """Draw the section's rows."""
    if session.is_photo:
        _radius(session)
        return
    is_physical = isinstance(session.scene.lens, Lens)
    if is_physical:
        _aperture(session)
        _focal_length(session)
    else:
        _radius(session)
    _focus_distance(session)
    _focus_on(session)
    for field, name, low, high, form, hint in SHAPE:
        _number(session, field, name, low, high, form, hint)
    if isinstance(session.found.lens, Lens):
        _kind(session, is_physical)
    if widgets.button("Lens as the scene has it", "Takes back all of the above", -1):
        session.edit(session.state.replace(lens=LensState()), "lens")


def _number(
    session: Session,
    field: str,
    name: str,
    low: float,
    high: float,
    form: str,
    hint: str,
    logarithmic: bool = False,
    scale: float = 1.0,
) -> None:
    """A row for a field of the lens; scale: what is shown over what the field holds."""
    is_set = getattr(session.state.lens, field) is not None
    if widgets.row(name, hint, is_set, resets=True):
        session.edit(session.state.with_lens(**{field: None}), name)
    now = getattr(session.scene.lens, field) * scale
    value = widgets.slider(name, now, low, high, form, hint, logarithmic)
    if value is not None:
        session.edit(session.state.with_lens(**{field: value / scale}), name)


def _aperture(session: Session) -> None:
    hint = "f-number: small is wide open and blurs much"
    _number(session, "f_number", "Aperture", 0.7, 32.0, "f/%.2g", hint, logarithmic=True)


def _focal_length(session: Session) -> None:
    hint = "Millimetres; sets the field of view too"
    _number(session, "focal_length_mm", "Focal length", 12, 300, "%.0f mm", hint, logarithmic=True)


def _radius(session: Session) -> None:
    hint = "Radius of the blur of what is far away, in % of the picture's height"
    _number(session, "radius", "Blur", 0.0, 8.0, "%.2f %%", hint, scale=PERCENT)


def _focus_distance(session: Session) -> None:
    """What is shown is where the focus is now, on its way to what is set."""
    lens = session.lens
    hint = "Metres along the view axis; click on the picture to focus there, F as the scene does"
    is_set = session.state.lens.focus_distance_m is not None
    if widgets.row("Focus", hint, is_set, resets=True):
        session.edit(session.state.with_lens(focus_distance_m=None), "focus")
    closest_m = CLOSEST * lens.focal_length_mm * 1e-3 if isinstance(lens, Lens) else 0.05
    low, now = max(closest_m, 0.05), lens.focus_distance_m
    value = widgets.slider("Focus", now, low, FARTHEST_M, "%.2f m", hint, logarithmic=True)
    if value is not None:
        session.edit(session.state.with_lens(focus_distance_m=value), "focus")


def _focus_on(session: Session) -> None:
    names = sorted({item.name for item in session.scene.objects if item.name})
    if not names:
        return
    lens = session.state.lens
    now = lens.focus_on if lens.focus_distance_m is None and lens.focus_on else AS_SCENE
    hint = "An object that stays in focus all along the path"
    widgets.row("Focus on", hint, is_set=now != AS_SCENE)
    chosen = widgets.choice("Focus on", now, (AS_SCENE, *names), hint)
    if chosen is not None:
        name = None if chosen == AS_SCENE else chosen
        session.edit(session.state.with_lens(focus_on=name, focus_distance_m=None), "focus")


def _kind(session: Session, is_physical: bool) -> None:
    """To and fro between an aperture and a blur that is simply given, starting where it is."""
    artistic = widgets.switch_row(
        "", not is_physical, "Artistic", "Give the blur itself, not the aperture that makes it"
    )
    if artistic is not None:
        radius = session.lens.coc_radius(math.inf) if artistic else None
        session.edit(session.state.with_lens(radius=radius), "kind of lens")
