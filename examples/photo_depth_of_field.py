r"""A photograph refocused by its true disparity: a motorcycle in a garage, near and far.

    python examples/photo_depth_of_field.py BANK [--out FOLDER]

The picture and its disparity, measured by structured light, ship with scikit-image: one of the
Middlebury stereo pairs of D. Scharstein et al. (2014). Where neither camera and light reached, the
disparity is infinite; `diskblur apply` fills that. All it does here can be typed:

    diskblur apply motorcycle.png --depth disparity.npy --focus 0.727,0.31 \
        --bank BANK --out near.png
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image

from realtime.cli import main as diskblur

FOCUS = {"near": "0.727,0.31", "far": "0.76,0.14"}  # on the headlamp, on the box behind it
COC_RADIUS = "0.02"  # of the picture's height: 10 px of 500


def main(argv: Sequence[str] | None = None) -> int:
    """Write the photograph, its disparity, and both pictures; 0 when done, 2 where it cannot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bank", help="with one axis called radius, see diskblur-fit bake")
    parser.add_argument("--out", type=Path, default=Path(), metavar="FOLDER")
    arguments = parser.parse_args(argv)
    left, _, disparity = skimage.data.stereo_motorcycle()
    arguments.out.mkdir(parents=True, exist_ok=True)
    photo, depth = arguments.out / "motorcycle.png", arguments.out / "disparity.npy"
    Image.fromarray(left).save(photo)
    np.save(depth, disparity)
    for name, focus in FOCUS.items():
        words = ["apply", str(photo), "--depth", str(depth), "--bank", arguments.bank]
        words += ["--focus", focus, "--coc-radius", COC_RADIUS]
        if diskblur([*words, "--out", str(arguments.out / f"{name}.png")]):
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
