"""What an interface draws without blending: only what hides all beneath it."""

import numpy as np

from realtime.view.gui.solid import LEAST_AREA, runs, solid

VERTEX = np.dtype([("place", "f4", 2), ("uv", "f4", 2), ("color", "u1", 4)])
SIDE = float(np.sqrt(2 * LEAST_AREA)) + 1  # of half a square that is large enough


def triangle(side=SIDE, uv=((0.5, 0.5),) * 3, alpha=(255, 255, 255)) -> np.ndarray:
    made = np.zeros(3, VERTEX)
    made["place"] = [(7, 3), (7 + side, 3), (7, 3 + side)]
    made["uv"], made["color"] = uv, 40
    made["color"][:, 3] = alpha
    return made


def found(*triangles) -> list[bool]:
    vertices = np.concatenate(triangles)[::-1]  # indices are not in order
    order = np.arange(len(vertices), dtype=np.uint32)[::-1].reshape(-1, 3)
    return solid(vertices, order).tolist()


def test_large_opaque_plain_triangles_alone_are_solid():
    lettered = triangle(uv=((0.5, 0.5), (0.5, 0.5), (0.5, 0.6)))
    a_corner_shines_through = triangle(alpha=(255, 255, 254))
    small = triangle(SIDE - 2)
    assert found(small, triangle(), lettered, a_corner_shines_through, triangle()) == [
        *(False, True, False, False, True)
    ]


def test_runs_are_of_what_is_alike_and_leave_nothing_out():
    told = list(runs(np.array([True, False, False, True, True])))
    assert told == [(0, 1, True), (1, 2, False), (3, 2, True)]
    assert list(runs(np.array([False]))) == [(0, 1, False)]
    assert list(runs(np.zeros(0, bool))) == []
