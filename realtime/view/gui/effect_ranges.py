"""What a slider of an effect's setting runs over, and what it is called."""

from dataclasses import dataclass

from realtime.effects.effect import Effect

PERCENT = 100.0


@dataclass(frozen=True)
class Range:
    """A slider: its name, ends, form and hint; scale: what is shown over what the setting holds.

    Numbers typed in are held between the ends.
    """

    name: str
    low: float
    high: float
    form: str
    hint: str
    scale: float = 1.0

    def within(self, shown: float | None, scale: float) -> float | None:
        """Return what a setting becomes by what is shown."""
        return None if shown is None else min(max(shown, self.low), self.high) / scale


def _share(name: str, high: float, hint: str, low: float = 0.0) -> Range:
    """A length as a share of the picture's height."""
    return Range(name, low, high, "%.1f %%", f"{hint}, in % of the picture's height", PERCENT)


def _angle(name: str, low: float, high: float, hint: str) -> Range:
    return Range(name, low, high, "%.1f°", f"{hint}, degrees clockwise")


def _place(name: str, hint: str) -> Range:
    hint = f"{hint}: across and down from the top left, in % of the picture"
    return Range(name, 0.0, 100.0, "%.0f %%", hint, PERCENT)


_RADIUS = _share("Radius", 8.0, "Radius of the blur")
_CAT_EYE = Range("Cat's eye", 0.0, 1.0, "%.2f", "Clipping in the corners: 0 none, 1 strong")

RANGES = {
    ("tilt-shift", "middle"): _place("Middle", "A point of the sharp line"),
    ("tilt-shift", "angle"): _angle("Angle", -90, 90, "Of the sharp line"),
    ("tilt-shift", "sharp"): _share("Sharp", 50, "Half the width of what stays sharp"),
    ("tilt-shift", "falloff"): _share("Falloff", 150, "From there to the full blur", low=0.1),
    ("tilt-shift", "radius"): _RADIUS,
    ("rotational", "middle"): _place("Middle", "What the picture turns about"),
    ("rotational", "angle"): _angle("Angle", 0, 45, "Of the whole turn"),
    ("rotational", "outer"): _share("Outer", 120, "Beyond this distance nothing turns"),
    ("rotational", "feather"): _share("Feather", 50, "How softly the turning ends"),
    ("radial", "middle"): _place("Middle", "Where the zoom goes"),
    ("radial", "amount"): Range(
        "Amount", 0, 50, "%.1f %%", "By how much the picture grows meanwhile, in %", PERCENT
    ),
    ("radial", "inner"): _share("Inner", 60, "What is nearer to the middle stays sharp"),
    ("directional", "angle"): _angle("Angle", -180, 180, "Of the way"),
    ("directional", "length"): _share("Length", 30, "Of the whole streak"),
    ("field-bokeh", "middle"): _place("Middle", "Of the field"),
    ("field-bokeh", "radius"): _RADIUS,
    ("field-bokeh", "swirl"): Range(
        "Swirl", 0, 0.95, "%.2f", "Share of the bokeh's width that is lost in the corners"
    ),
    ("field-bokeh", "cat_eye"): _CAT_EYE,
    ("field-bokeh", "sharp"): _share("Sharp", 60, "Radius of the sharp middle"),
    ("field-bokeh", "falloff"): _share("Falloff", 100, "From there to the full blur"),
    ("lens", "radius"): _share("Radius", 4.0, "Of an ideal lens's circle of confusion"),
    ("foveated", "gaze"): _place("Gaze", "Where the eye looks"),
    ("foveated", "fovea"): _share("Fovea", 60, "Radius of what is seen sharp"),
    ("foveated", "slope"): Range(
        "Slope", 0, 0.3, "%.3f", "Growth of the blur's radius with the distance from the gaze"
    ),
    ("foveated", "radius"): _RADIUS,
    ("uniform", "radius"): _RADIUS,
    ("uniform", "second"): Range(
        "Second axis", -4.0, 4.0, "%.2f", "Place on the bank's second axis, in its own unit"
    ),
}


def range_of(effect: Effect, field: str) -> Range:
    """Return the slider of a setting."""
    return RANGES[effect.name, field]
