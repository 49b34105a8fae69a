"""The benchmark of the profiler: whose turn it is, and ratios within turns."""

from fake_gpu import Clock, software

from bench import profiler


def test_ratios_are_of_the_plain_frame_of_the_same_turn():
    """A machine that gets slower and slower: every frame with it on costs a tenth more."""
    plain = [(10.0 * turn, 40.0) for turn in (1, 2, 4)]
    times = {profiler.PLAIN: plain, "on": [(1.1 * wall, 50.0) for wall, _ in plain]}
    assert profiler.rows_of(times) == [
        ("no profiler", "20.0", "40.0", "1", "1", ""),
        ("on", "22.0", "50.0", "1.100 ± 0.000", "1.250 ± 0.000", "≤ 1.03"),
    ]


def test_every_turn_begins_with_another_one(monkeypatch):
    clock, order, ctx = Clock(monkeypatch), [], software()

    def draw(name, ms):
        def one():
            order.append(name)
            clock.now += ms / 1e3

        return one

    times = profiler.measure(ctx, {"a": draw("a", 1), "b": draw("b", 2), "c": draw("c", 4)}, 3)
    assert "".join(order[3 * profiler.WARM_UP :]) == "abcbcacab"
    for name, ms in (("a", 1), ("b", 2), ("c", 4)):
        assert [round(wall_ms, 6) for wall_ms, _ in times[name]] == [ms] * 3
    assert ctx.finishes == 2 * len(order), "the queue is empty before and after"
