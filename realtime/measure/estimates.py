"""What the blur alone would take on other GPUs, beside what it took here."""

from realtime.measure.result import Estimate
from realtime.measure.sweep import Sweep
from realtime.profiling.cost import Cost
from realtime.profiling.machines import MACHINES, fit_machine, frame_ms

LEAST_TO_FIT = 6  # measurements: with four prices fewer of them would be met exactly
HERE = "this machine, fitted"


def estimates_of(swept: Sweep, size: tuple[int, int]) -> tuple[Estimate, ...]:
    """Of every method at the picture's size, at the middle one of the radii."""
    at = _middle(swept, size)
    if not at:
        return ()
    machines = list(MACHINES)
    if len(swept.costs) >= LEAST_TO_FIT:
        machines.append(fit_machine(swept.costs, HERE).machine)
    return tuple(
        Estimate(name, machine.name, frame_ms(machine, cost))
        for name, cost in at.items()
        for machine in machines
    )


def _middle(swept: Sweep, size: tuple[int, int]) -> dict[str, Cost]:
    radii = sorted({one.radius_px for one in swept.results if one.size == size})
    if not radii:
        return {}
    middle = radii[len(radii) // 2]
    return {
        one.name: cost
        for one, (cost, _) in zip(swept.results, swept.costs, strict=True)
        if one.size == size and one.radius_px == middle
    }
