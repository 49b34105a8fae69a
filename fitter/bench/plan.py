"""Which cases are run.

A case is a section of the report, a target and a variant. Sections:

    speed     one kernel, a bank, a bank of two axes; alone on the machine, before all others
    kernels   every target of the suite, every method
    disc      the disc of radius 29.25 px that published filters were annealed for
    steps     quality after so many iterations
    starts    initialisations
    layers    the same taps, split differently
    between   banks: at their knots, and half-way between them
    varying   pictures whose every pixel has its own kernel
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from fitter.bench.scenes import SCENES
from fitter.bench.variants import (
    DENSE,
    Variant,
    annealing,
    lm,
    lm_best,
    lowrank,
    paper,
)
from fitter.targets.suite import SUITE
from fitter.targets.suite import case as suite_case

SECTIONS = ("speed", "kernels", "disc", "steps", "starts", "layers", "between", "varying")
DISC_PX = 29.25

# Beside the default split: equal layers, which Gaussians like, and a head with tails, for discs.
SPLITS = (
    lm(6, 6, 6, name="lm 18 equal"),
    lm(10, 2, 2, 2, 2, name="lm 18 head"),
    lm(6, 6, 6, 6, 6, 6, name="lm 36 equal"),
    lm(30, 2, 2, 2, name="lm 36 head"),
)


@dataclass(frozen=True)
class Case:
    """One fit and what is measured of it.

    target: a name of the suite, or of a scene in the section `varying`; radius_px: the largest;
    knots: along the radius; rows: along the second axis, 0 without one; repeats: timed runs, whose
    median counts; small: smaller and fewer pictures.
    """

    section: str
    target: str
    variant: Variant
    radius_px: float
    knots: int = 1
    rows: int = 0
    repeats: int = 1
    small: bool = False

    @property
    def name(self) -> str:
        """What tells it from every other case of a plan."""
        return f"{self.section}/{self.target}/{self.variant.name}"

    @cached_property
    def key(self) -> str:
        """A file name that changes with anything that could change the result."""
        said = json.dumps(asdict(self), sort_keys=True)
        plain = "".join(c if c.isalnum() else "-" for c in self.name)
        return f"{plain}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class Effort:
    """How much is done.

    groups: of the suite, name -> targets; annealed: targets that annealing is run on; studied:
    targets of the sections steps, starts and layers; searched: those whose best taper is searched
    for, which takes longer than all methods; paper, annealing: iterations; candidates: of
    annealing; between: knots of the banks; grid: knots of the scenes' banks, (radius, second axis);
    row_paper, row_annealing: iterations where there are many knots.
    """

    quick: bool
    groups: dict[str, tuple[str, ...]]
    annealed: tuple[str, ...]
    studied: tuple[str, ...]
    searched: tuple[str, ...]
    paper: int
    annealing: int
    candidates: int
    between: int
    grid: tuple[int, int]
    row_paper: int
    row_annealing: int


FULL = Effort(
    quick=False,
    groups={group: tuple(cases) for group, cases in SUITE.items()},
    annealed=("disk", "ring", "heart", "star-4", "gaussian-7", "coma-1", "shake-0"),
    studied=("disk", "heart", "gaussian-7"),
    searched=("star-4", "gaussian-7", "spherical-1"),
    paper=1000,
    annealing=10_000,
    candidates=10,
    between=9,
    grid=(16, 8),
    row_paper=1000,
    row_annealing=1000,
)

QUICK = Effort(
    quick=True,
    groups={
        "shapes": ("disk", "heart"),
        "gaussians": ("gaussian-7",),
        "aberrations": ("coma-1",),
        "hard": ("blobs",),
    },
    annealed=("heart",),
    studied=("heart",),
    searched=(),
    paper=150,
    annealing=300,
    candidates=4,
    between=4,
    grid=(6, 4),
    row_paper=60,
    row_annealing=60,
)


def cases(effort: Effort) -> list[Case]:
    """Return the plan in the order in which it is run: the longest cases do not come last."""
    return [
        *_speed(effort),
        *_varying(effort),
        *_disc(effort),
        *_between(effort),
        *_kernels(effort),
        *_steps(effort),
        *_starts(effort),
        *_layers(effort),
    ]


def chosen(plan: list[Case], names: list[str]) -> list[Case]:
    """Return the cases that have one of the names: a section, group, target, method or variant.

    Raises FitError for a name that none of them has, with the nearest that exist.
    """
    from fitter.targets import known

    every = {name for case in plan for name in _names(case)}
    for name in names:
        known("--only", name, sorted(every))
    return [case for case in plan if not names or set(names) & _names(case)]


def _names(case: Case) -> set[str]:
    groups = {group for group, members in SUITE.items() if case.target in members}
    return {case.section, case.target, case.variant.method, case.variant.name, *groups}


def _of(section: str, target: str, variant: Variant, **more) -> Case:
    return Case(section, target, variant, suite_case(target).radius_px, **more)


def _speed(effort: Effort) -> list[Case]:
    one = _of("speed", "disk", lm(24, 8, 4), repeats=3 if effort.quick else 5)
    if effort.quick:
        return [one]
    bank = Case("speed", "disk", lm(24, 8, 4, name="lm 36, 17 knots"), 32.0, knots=17)
    return [one, bank]


def _kernels(effort: Effort) -> list[Case]:
    """Annealing first: its cases are the longest, and two workers should end together."""
    done = {"iterations": effort.paper}
    variants = [
        lm(10, 5, 3),
        lm(24, 8, 4),
        paper(9, 4, **done),
        paper(24, 4, **done),
        *map(lowrank, (2, 4)),
        DENSE,
    ]
    if not effort.quick:
        variants += [lm(32, 8, 4, 4), *SPLITS, lowrank(1), lowrank(6)]
    targets = [name for members in effort.groups.values() for name in members]
    tempered = {"iterations": effort.annealing, "candidates": effort.candidates}
    slow = [annealing(9, 4, **tempered), *([] if effort.quick else [annealing(24, 4, **tempered)])]
    found = [_of("kernels", t, v) for v in slow for t in effort.annealed]
    found += [_of("kernels", t, v) for t in targets for v in variants]
    return found + [_of("kernels", target, lm_best(36)) for target in effort.searched]


def _disc(effort: Effort) -> list[Case]:
    """The least Frobenius error: priors that count light at a point."""
    tapers = {48: (36, *[2] * 6), 97: (85, *[2] * 6), 129: (117, *[2] * 6)}
    budgets = (48,) if effort.quick else tuple(tapers)
    priors = ("mixed",) if effort.quick else ("mixed", "flat")
    variants = [
        lm(*tapers[n], name=f"lm {n}, {prior} prior", prior=prior)
        for n in budgets
        for prior in priors
    ]
    return [Case("disc", "disk", v, DISC_PX) for v in (*variants, lowrank(4))]


def _steps(effort: Effort) -> list[Case]:
    most = {"paper": effort.paper, "annealing": effort.annealing}
    counts = (2, 5, 10, 20, 40) if effort.quick else (2, 5, 10, 20, 40, 80)
    variants = [
        lm(24, 8, 4, name=f"lm 36 after {n}", seed_iterations=n, top_iterations=n) for n in counts
    ]
    for rival in (paper(9, 4), annealing(9, 4, candidates=effort.candidates)):
        counts = sorted({max(1, most[rival.method] // part) for part in (100, 30, 10, 3, 1)})
        variants += [rival.tuned(f"{rival.name} after {n}", iterations=n) for n in counts]
    return [_of("steps", target, variant) for target in effort.studied for variant in variants]


def _starts(effort: Effort) -> list[Case]:
    rivals = (
        paper(24, 4, iterations=effort.paper),
        annealing(9, 4, iterations=effort.annealing // 3, candidates=effort.candidates),
    )
    return [
        _of("starts", target, rival.tuned(f"{rival.name} from {init}", init=init))
        for target in effort.studied
        for rival in rivals
        for init in ("ss", "ir", "random")
    ]


def _layers(effort: Effort) -> list[Case]:
    splits = [(36,), (12, 12, 12), (9, 9, 9, 9), (24, 8, 4), (26, 10)]
    if not effort.quick:
        splits += [(18, 18), (18, 9, 6, 3), (20, 8, 4, 4), (10, 5, 3), (6, 6, 6), (14, 4)]
        splits += [(32, 8, 4, 4), (12, 12, 12, 12), (8, 8, 8, 8, 8, 8)]
    variants = [lm(*s, name="lm " + ",".join(map(str, s))) for s in splits]
    return [_of("layers", target, v) for target in effort.studied for v in variants]


def _between(effort: Effort) -> list[Case]:
    steps = {"iterations": effort.paper}
    tempered = {"iterations": effort.row_annealing, "candidates": effort.candidates}
    variants = [lm(24, 8, 4), paper(9, 4, **steps), paper(24, 4, **steps)]
    variants += [annealing(9, 4, **tempered), lowrank(4)]
    return [
        _of("between", target, variant, knots=effort.between)
        for target in effort.studied
        for variant in variants
    ]


def _varying(effort: Effort) -> list[Case]:
    """The paper's tap counts: 24 × 4 for one parameter, 32 × 4 for two."""
    found = []
    tempered = {"iterations": effort.row_annealing, "candidates": effort.candidates}
    for name, scene in SCENES.items():
        large = 24 if scene.family is None else 32
        across, down = (max(9, effort.grid[0]), 0) if scene.family is None else effort.grid
        own = [lm(10, 5, 3), lm(24, 8, 4)]
        rivals = [paper(large, 4, iterations=effort.row_paper), lowrank(4)]
        if not effort.quick and scene.family is None:
            rivals.append(paper(9, 4, iterations=effort.row_paper))
        case = Case("varying", name, own[0], scene.radius_px, across, down, small=effort.quick)
        found += [replace(case, variant=variant) for variant in own + rivals]
        few = (min(across, 9), min(down, 5))
        found.append(replace(case, variant=annealing(9, 4, **tempered), knots=few[0], rows=few[1]))
    return found
