"""Quality presets: how a scene is drawn and blurred, from what a game affords to what is best."""

from dataclasses import dataclass, field, replace

from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import UsageError


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
