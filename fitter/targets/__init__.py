"""Targets: dense kernels, exactly area-sampled at any radius. numpy and pillow only.

Disk().draw(radius_px=12.5, half_px=13)     # [27, 27], sum 1, centre (13, 13), row 0 on top
"""

from functools import partial

from fitter.targets.aberration import WAVEFRONTS, Aberration
from fitter.targets.cat_eye import CatEye, CatEyes
from fitter.targets.hard import Line, Pixel, Shake
from fitter.targets.motion import Arc, Arcs, Streak
from fitter.targets.names import known
from fitter.targets.picture import Picture, read_picture
from fitter.targets.shapes import Disk, Gaussian, Heart, Polygon, Ring, Star
from fitter.targets.silhouettes import DRAWINGS, Silhouette
from fitter.targets.source import Source, delta, half_size_px, is_delta

SHAPES = {
    "disk": Disk,
    "ring": Ring,
    "polygon": Polygon,
    "star": Star,
    "heart": Heart,
    "gaussian": Gaussian,
    "streak": Streak,
    "arc": Arc,
    "cat-eye": CatEye,
    "shake": Shake,
    "line": Line,
    "pixel": Pixel,
    **{name: partial(Silhouette, name) for name in DRAWINGS},
    **{kind: partial(Aberration, kind) for kind in WAVEFRONTS},
}

__all__ = [
    "SHAPES",
    "Aberration",
    "Arc",
    "Arcs",
    "CatEye",
    "CatEyes",
    "Disk",
    "Gaussian",
    "Heart",
    "Line",
    "Picture",
    "Pixel",
    "Polygon",
    "Ring",
    "Shake",
    "Silhouette",
    "Source",
    "Star",
    "Streak",
    "delta",
    "half_size_px",
    "is_delta",
    "known",
    "read_picture",
]
