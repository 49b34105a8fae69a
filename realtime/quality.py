"""Quality presets: how a scene is drawn and blurred, from what a game affords to what is best."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import UsageError

# What can be left out: edges smoothed after the fact, the scene around the picture and behind its
# front, the front's veil over what is behind, the fill under each front slice by itself.
PARTS = ("antialias", "border", "hidden", "veil", "fill")


@dataclass(frozen=True)
class Quality:
    """How a scene is drawn and blurred.

    depth_of_field: the blur's own settings. border: of the scene, drawn around the picture, as a
    share of its height: light from there spreads into the picture. hidden: draw what the front
    hides, in place of filling it from around: 1 at full size, 2 at half, 0 not at all. samples: a
    pixel, of the scene. antialias: smooth edges in focus after the fact, for samples 1.
    """

    depth_of_field: DepthOfFieldSettings = field(default_factory=DepthOfFieldSettings)
    border: float = 0.0
    hidden: int = 0
    samples: int = 1
    antialias: bool = True

    def without(self, parts: Iterable[str]) -> "Quality":
        """Return it with some of PARTS left out: faster, and seen to be worth what they cost."""
        left_out = frozenset(parts)
        blur = self.depth_of_field
        return replace(
            self,
            depth_of_field=replace(
                blur,
                veil=blur.veil and "veil" not in left_out,
                fill="focus" if "fill" in left_out else blur.fill,
            ),
            border=0.0 if "border" in left_out else self.border,
            hidden=0 if "hidden" in left_out else self.hidden,
            antialias=self.antialias and "antialias" not in left_out,
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """Those of PARTS that it has."""
        return tuple(part for part in PARTS if self.without((part,)) != self)

    def with_samples(self, samples: int | None) -> "Quality":
        """Return it with other samples a pixel; None leaves them."""
        if samples is None:
            return self
        return replace(self, samples=samples, antialias=samples == 1)


QUALITIES = {
    "fast": Quality(DepthOfFieldSettings(slices=2)),
    "default": Quality(DepthOfFieldSettings(slices=3), border=0.03, hidden=2),
    "high": Quality(
        DepthOfFieldSettings(slices=8, scale=1),
        border=0.07,
        hidden=1,
        samples=4,
        antialias=False,
    ),
}


def quality_of(name: str) -> Quality:
    """Return a preset. Raises UsageError that lists them for an unknown name."""
    if name not in QUALITIES:
        raise UsageError(
            f"--quality: {name!r}, one of {', '.join(QUALITIES)} expected. Change --quality"
        )
    return QUALITIES[name]
