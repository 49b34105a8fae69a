"""Bokeh that changes over the field: swirls and cat's eyes."""

from dataclasses import dataclass
from typing import Any

from realtime.effects.effect import Effect, Point


@dataclass(frozen=True)
class FieldBokeh(Effect):
    """Bokeh squeezed towards the middle and clipped by the lens's rim, more so in the corners.

    middle: of the field; radius: of the blur; swirl: share of its width along the way outwards that
    is lost in the corner; cat_eye: how far the rim has moved over the aperture there, in radii,
    which takes a bank of radius and clip; sharp, falloff: a sharp middle, and how it ends.
    """

    name = "field-bokeh"
    shader = "field_bokeh.frag"
    axes = (("radius", "clip"), ("radius",))
    turns = True

    middle: Point = (0.5, 0.5)
    radius: float = 0.02
    swirl: float = 0.4
    cat_eye: float = 0.6
    sharp: float = 0.12
    falloff: float = 0.3

    def __post_init__(self) -> None:
        self.check_point("middle")
        self.check("radius", 0)
        self.check("swirl", 0, 0.95)
        self.check("cat_eye", 0, 1)
        self.check("sharp", 0)
        self.check("falloff", 0)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {
            "u_middle": self.middle,
            "u_radius": self.radius,
            "u_swirl": self.swirl,
            "u_cat_eye": self.cat_eye,
            "u_sharp": self.sharp,
            "u_falloff": self.falloff,
        }
