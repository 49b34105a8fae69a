"""Targets: dense kernels, exactly area-sampled at any radius. numpy and pillow only.

Disk().draw(radius_px=12.5, half_px=13)     # [27, 27], sum 1, centre (13, 13), row 0 on top
"""

from fitter.targets.family import Streak
from fitter.targets.picture import Picture, read_picture
from fitter.targets.shapes import Disk, Gaussian, Heart, Polygon, Ring, Star
from fitter.targets.source import Source, delta, half_size_px, is_delta

SHAPES = {
    "disk": Disk,
    "ring": Ring,
    "polygon": Polygon,
    "star": Star,
    "heart": Heart,
    "gaussian": Gaussian,
    "streak": Streak,
}

__all__ = [
    "SHAPES",
    "Disk",
    "Gaussian",
    "Heart",
    "Picture",
    "Polygon",
    "Ring",
    "Source",
    "Star",
    "Streak",
    "delta",
    "half_size_px",
    "is_delta",
    "read_picture",
]
