"""The model of other machines, on examples computed by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from realtime.errors import UsageError
from realtime.profiling.cost import Cost
from realtime.profiling.draw_cost import BANK, PICTURE, DrawCost, Reads, Storage
from realtime.profiling.machines import (
    ADRENO_750,
    IRIS_XE,
    MACHINES,
    RTX_4070,
    Machine,
    fit_machine,
    frame_ms,
    memory_ms,
    pass_ms,
    texture_ms,
    traffic_bytes,
)

# 10⁹ fetches a second, half for 8 bytes, a quarter for 16; 2·10⁹ plain; 10 GB/s; 1 MB; 100 µs
PLAIN = Machine("plain", 1.0, 2.0, 0.5, 0.25, 10.0, 1e6, 100.0, "made up")


def texture(number: int, components: int, dtype: str, side: int = 1000) -> Storage:
    return Storage(("texture", number), (side, side, 1), components, dtype)


def draw(*reads: Reads, pixels: int = 10**6, blended: bool = False, side: int = 1000) -> DrawCost:
    return DrawCost("x.frag", (side, side), pixels, reads, (texture(9, 4, "f2", side),), blended)


def reads(texture: Storage, filtered: int = 0, plain: int = 0, group: str = PICTURE) -> Reads:
    return Reads("u_x", group, texture, filtered, plain)


@pytest.mark.parametrize(
    ("components", "dtype", "ms"),
    [(4, "f1", 5.0), (1, "f4", 5.0), (4, "f2", 10.0), (2, "f4", 10.0), (4, "f4", 20.0)],
)
def test_wide_texels_are_fetched_at_a_share_of_the_rate(components, dtype, ms):
    """5 million at 10⁹ a second."""
    cost = draw(reads(texture(1, components, dtype), filtered=5_000_000))
    assert texture_ms(PLAIN, cost) == pytest.approx(ms)


def test_plain_fetches_have_a_rate_of_their_own_and_samplers_add_up():
    cost = draw(
        reads(texture(1, 4, "f1"), filtered=3_000_000, plain=4_000_000),
        reads(texture(2, 4, "f2"), filtered=1_000_000, group=BANK),
    )
    assert texture_ms(PLAIN, cost) == pytest.approx(3.0 + 2.0 + 2.0)


def test_memory_moves_each_texture_once_and_what_is_written():
    color = texture(1, 4, "f2")  # 8 MB
    cost = draw(reads(color, filtered=9_000_000), reads(texture(2, 1, "f4"), plain=10**6))
    assert traffic_bytes(cost) == 8_000_000 + 4_000_000 + 8_000_000
    assert memory_ms(PLAIN, cost) == pytest.approx(2.0)
    assert traffic_bytes(replace(cost, blended=True)) == 28_000_000
    twice = draw(reads(color, filtered=10**6), replace(reads(color, plain=10**6), sampler="u_y"))
    assert traffic_bytes(twice) == 16_000_000, "one texture through two samplers is moved once"
    assert traffic_bytes(draw(reads(color, filtered=1000))) == 8_008_000, "no more than is fetched"


def test_what_fits_into_the_cache_costs_no_memory_time():
    small = draw(reads(texture(1, 4, "f1", 100), filtered=10**6), pixels=10**4, side=100)
    assert traffic_bytes(small) == 40_000 + 80_000
    assert memory_ms(PLAIN, small) == 0.0
    assert memory_ms(replace(PLAIN, l2_bytes=119_999), small) == pytest.approx(0.012)


def test_a_pass_takes_the_larger_part_and_its_own_time():
    slow_reads = draw(reads(texture(1, 4, "f2"), filtered=5_000_000))  # 10 ms, 1.6 ms
    much_moved = draw(reads(texture(1, 4, "f2"), filtered=500_000))  # 1 ms, 1.2 ms
    assert pass_ms(PLAIN, slow_reads) == pytest.approx(10.1)
    assert pass_ms(PLAIN, much_moved) == pytest.approx(1.3)
    assert pass_ms(replace(PLAIN, overlaps=False), much_moved) == pytest.approx(2.3)
    assert frame_ms(PLAIN, Cost((1000, 1000), (slow_reads, much_moved))) == pytest.approx(11.4)


def test_the_machines_are_told_apart_by_their_data_sheets():
    """36 taps of RGBA16F over 1920 × 1080, three passes: 75 million fetches."""
    color = Storage(("texture", 1), (1920, 1080, 1), 4, "f2")
    pixels = 1920 * 1080
    passes = tuple(
        DrawCost("c", (1920, 1080), pixels, (reads(color, taps * pixels),), (color,), False)
        for taps in (24, 8, 4)
    )
    cost = Cost((1920, 1080), passes)
    iris, adreno, rtx = (frame_ms(machine, cost) for machine in (IRIS_XE, ADRENO_750, RTX_4070))
    # 24 taps: by fetches; 8 and 4: by memory, 2 · 16.6 MB at 68.3 GB/s, but for the fetches of 8
    fetched = [taps * pixels / 32.4e6 for taps in (24, 8, 4)]
    assert iris == pytest.approx(sum(max(ms, 33.1776 / 68.3) for ms in fetched) + 0.015, rel=1e-3)
    assert rtx < adreno < iris
    assert {machine.name for machine in MACHINES} == {
        m.name for m in (IRIS_XE, ADRENO_750, RTX_4070)
    }
    for machine in MACHINES:
        assert "Assumed" in machine.source, "what is no data sheet's is said"


def frames(seed: int = 0, count: int = 9) -> list[Cost]:
    """Frames that differ in all that has a price."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        draws = [
            draw(
                reads(texture(1, 4, "f2"), *rng.integers(0, 9_000_000, 2).tolist()),
                pixels=int(rng.integers(1, 10**6)),
            )
            for _ in range(rng.integers(1, 6))
        ]
        made.append(Cost((1000, 1000), tuple(draws)))
    return made


def test_a_fit_finds_the_machine_that_the_times_are_from():
    truth = Machine("t", 0.1, 0.4, 1.0, 1.0, 2.0, 0, 300.0, "made up", overlaps=False)
    fit = fit_machine([(cost, frame_ms(truth, cost)) for cost in frames()])
    found = fit.machine
    assert (found.filtered, found.plain, found.memory, found.pass_us) == pytest.approx(
        (0.1, 0.4, 2.0, 300.0)
    )
    assert np.abs(fit.residuals_ms).max() < 1e-6 and fit.relative_rms < 1e-6
    wide = Cost((9, 9), (draw(reads(texture(1, 4, "f4"), filtered=10**6)),))
    narrow = Cost((9, 9), (draw(reads(texture(1, 1, "f4"), filtered=10**6)),))
    moved = (traffic_bytes(wide.draws[0]) - traffic_bytes(narrow.draws[0])) / 2e6
    assert frame_ms(found, wide) - frame_ms(found, narrow) == pytest.approx(moved), "bytes alone"


def test_no_price_is_below_nothing_and_residuals_are_the_models():
    """Times that fall with the bytes moved: their price would be negative."""
    costs = frames()
    times = [cost.fetches() * 1e-6 * (2.0 - traffic_bytes(cost.draws[0]) / 3e7) for cost in costs]
    fit = fit_machine(list(zip(costs, times, strict=True)))
    rates = (fit.machine.filtered, fit.machine.plain, fit.machine.memory)
    assert all(rate > 0 for rate in rates) and math.inf in rates
    assert fit.machine.pass_us >= 0
    for cost, ms, residual in zip(costs, times, fit.residuals_ms, strict=True):
        assert frame_ms(fit.machine, cost) - ms == pytest.approx(residual, abs=1e-9)
    relative = np.array(fit.residuals_ms) / times
    assert fit.relative_rms == pytest.approx(np.sqrt(np.mean(relative**2)))


def test_scattered_times_are_fitted_as_well_as_by_hand():
    """No other machine nearby is better, by the sum that is made least."""
    rng = np.random.default_rng(5)
    truth = Machine("t", 0.1, 0.4, 1.0, 1.0, 2.0, 0, 300.0, "made up", overlaps=False)
    measured = [(c, frame_ms(truth, c) * rng.uniform(0.8, 1.2)) for c in frames(1, 14)]
    fit = fit_machine(measured)
    for name in ("filtered", "plain", "memory", "pass_us"):
        for factor in (0.97, 1.03):
            other = replace(fit.machine, **{name: factor * getattr(fit.machine, name)})
            off = [(frame_ms(other, c) - ms) / ms for c, ms in measured]
            assert np.sqrt(np.mean(np.square(off))) >= fit.relative_rms - 1e-12


def test_too_few_measurements_are_refused():
    with pytest.raises(UsageError) as caught:
        fit_machine([(cost, 1.0) for cost in frames(count=3)])
    assert str(caught.value) == (
        "fit of a machine: 3 measurements, 4 or more expected. Measure more methods"
    )
