"""What is between a scene and its picture, and what CoC that gives to every depth of it."""

import math
from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.errors import LensError
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import ThinLens

HALF_MAX = 65504.0


@dataclass(frozen=True)
class LensView:
    """What is between a scene and its picture: a lens, and what the picture's depth means.

    height_px: of which CoCs are a fraction, where that is not the picture's height: of a picture
    that was drawn with a border around what will be seen.
    """

    lens: ThinLens
    depth: DepthMapping
    height_px: float | None = None


@dataclass(frozen=True)
class Hidden:
    """What lies behind the focus plane where the front hides it: the scene without its front.

    color, depth: of the picture's size, or of half of it, rounded up (a texel is then 2 × 2 px from
    the lower left); mapping: what this depth means. Read only where the picture is in front, and a
    texel around it.
    """

    color: moderngl.Texture
    depth: moderngl.Texture
    mapping: DepthMapping


def coc_uniforms(
    view: LensView,
    mapping: DepthMapping,
    size: tuple[int, int],
    largest_px: float,
    brightest: float = HALF_MAX,
    texel_px: int = 1,
) -> dict[str, Any]:
    """Return the uniforms of shaders/inc/coc.glsl for a picture of (width, height) px.

    mapping: of the depth that is read, texel_px to a texel. largest_px: CoC radius at which larger
    ones are held; brightest: light likewise. Raises LensError for a plane in focus that lies askew
    before a camera without perspective.
    """
    height_px = view.height_px or size[1]
    constant, slope = mapping.coc_coefficients(view.lens)
    limits = (view.lens.max_front, view.lens.max_behind)
    return {
        "u_depth_to_q": (mapping.x, mapping.y),
        "u_sky": (mapping.sky, mapping.away, mapping.sky_q),
        "u_q_to_coc": (constant * height_px, slope * height_px),
        "u_tilt": _tilt(view.lens, mapping, size, texel_px),
        "u_limits_px": tuple(min(part * height_px, largest_px) for part in limits),
        "u_brightest": min(brightest, HALF_MAX),
    }


def _tilt(
    lens: ThinLens, mapping: DepthMapping, size: tuple[int, int], texel_px: int
) -> tuple[float, float, float]:
    """What a plane in focus that lies askew adds to the CoC, px: a texel right and up, at 0.

    Its points have s / z = 1 - slope · (x, y) / z; (x, y) / z grows evenly over the picture.
    Raises LensError without perspective, where it does not.
    """
    slope = lens.focus_slope
    if not any(slope):
        return (0.0, 0.0, 0.0)
    if mapping.is_linear:
        raise LensError(
            f"lens tilt_deg: {lens.tilt_deg:g} with an orthographic camera, one with "
            f"perspective expected. Set it to 0, or leave height_m out of [camera]"
        )
    constant, _ = mapping.coc_coefficients(lens)
    per_px = -constant * 2 * math.tan(lens.vertical_fov_rad / 2)
    right, up = (per_px * part for part in slope)
    width, height = size
    return (right * texel_px, up * texel_px, -(right * width + up * height) / 2)
