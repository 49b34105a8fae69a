"""Spatially varying blur beside depth of field: effects, and what applies them."""

from realtime.effects.directional import Directional
from realtime.effects.effect import Effect
from realtime.effects.field_bokeh import FieldBokeh
from realtime.effects.foveated import Foveated
from realtime.effects.lens_field import LensField
from realtime.effects.radial import Radial
from realtime.effects.rotational import Rotational
from realtime.effects.tilt_shift import TiltShift
from realtime.effects.uniform import Uniform
from realtime.effects.user_map import UserMap
from realtime.effects.velocity import Velocity

# name -> effect, of those that are all settings; a map or a velocity comes from a program.
EFFECTS: dict[str, type[Effect]] = {
    kind.name: kind
    for kind in (
        TiltShift,
        Rotational,
        Radial,
        Directional,
        FieldBokeh,
        LensField,
        Foveated,
        Uniform,
    )
}

__all__ = [
    "EFFECTS",
    "Directional",
    "Effect",
    "FieldBokeh",
    "Foveated",
    "LensField",
    "Radial",
    "Rotational",
    "TiltShift",
    "Uniform",
    "UserMap",
    "Velocity",
]
