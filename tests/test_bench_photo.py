"""The benchmark of photographs: its picture and its clock. What it measures is the command."""

import numpy as np

from bench import photo


def test_the_picture_is_a_photograph_with_grain():
    picture = photo.picture((90, 60))
    assert picture.shape == (60, 90, 3) and picture.dtype == np.uint8
    rough = np.abs(np.diff(picture.astype(int), axis=1)).mean()
    assert 2 < rough < 40 and picture.std() > 30
    assert np.array_equal(picture, photo.picture((90, 60))), "the same every time"


def test_times_are_medians_in_turns_after_a_warm_up(monkeypatch):
    order, clock = [], iter(range(0, 10_000))
    monkeypatch.setattr(photo.time, "process_time", lambda: float(next(clock)))
    runs = {name: (lambda name=name: order.append(name)) for name in ("a", "b")}
    assert photo.cpu_s(runs) == {"a": 1.0, "b": 1.0}
    assert order == ["a", "b"] * (photo.TURNS + 1)
