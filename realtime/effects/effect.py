"""What an effect is: settings, and a shader that says what they mean at each pixel.

To add one: a fragment shader in shaders/effects/ that includes inc/effect.glsl and defines
spot_at(), and a frozen dataclass here that names it and sends the settings as uniforms; list it in
realtime/effects/__init__.py. Nothing else knows effects one by one.

In settings, places are fractions of the picture (width, height) from its top left, +y down; lengths
are fractions of its height, so that an effect looks the same at every size; angles are in degrees,
clockwise as seen.
"""

import dataclasses
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import moderngl

from realtime.errors import UsageError

Point = tuple[float, float]
UNLIMITED = 1e9  # what inf is in shaders, where infinity times 0 would be NaN


@dataclasses.dataclass(frozen=True)
class Effect(ABC):
    """Settings of an effect; subclasses add the fields.

    name: as users type it. shader: file in shaders/effects/. axes: of the banks it can use, best
    first. turns: whether it turns or stretches the bank's offsets. Raises UsageError for a setting
    that cannot be.
    """

    name: ClassVar[str]
    shader: ClassVar[str]
    axes: ClassVar[tuple[tuple[str, ...], ...]] = (("radius",),)
    turns: ClassVar[bool] = False

    @abstractmethod
    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""

    def textures(self) -> Mapping[str, moderngl.Texture]:
        """Return what the shader reads beside them."""
        return {}

    def check(self, name: str, low: float, high: float = UNLIMITED) -> None:
        """Raise UsageError unless a setting is a number from `low` to `high`; NaN never is.

        Only where `high` is inf the setting may be so, and is to be sent as UNLIMITED.
        """
        value = getattr(self, name)
        if not low <= value <= high:
            raise UsageError(
                f"{self.name}: {name} {value:g}, {_numbers(low, high)} expected. Change {name}"
            )

    def check_point(self, name: str) -> None:
        """Raise UsageError unless a setting is a point; it may lie outside the picture."""
        value = getattr(self, name)
        if len(value) != 2 or not all(abs(part) <= UNLIMITED for part in value):
            raise UsageError(
                f"{self.name}: {name} {value}, two fractions of the picture expected, such as "
                f"0.5/0.5. Change {name}"
            )


def _numbers(low: float, high: float) -> str:
    """What a setting may be, in words."""
    if high == math.inf:
        return f"a number from {low:g} up, or inf"
    if high < UNLIMITED:
        return f"a number from {low:g} to {high:g}"
    return "a finite number" if low <= -UNLIMITED else f"a finite number from {low:g} up"
