"""What was measured, as plain numbers: the JSON of `diskblur profile` is this, field by field.

The schema is versioned: fields may be added in a version, but keep their meaning.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from realtime.bank.atomic import replacing
from realtime.errors import UsageError
from realtime.profiling.statistics import Summary

FORMAT, VERSION = "diskblur-profile", 1


@dataclass(frozen=True)
class PassTimes:
    """What a frame spends in the passes of one name, ms; Summary: see profiling/statistics.py.

    submit_ms: what the processor takes to ask for them. done_ms: until they are done, by the clock
    of the profile.
    """

    name: str
    submit_ms: Summary
    done_ms: Summary


@dataclass(frozen=True)
class Counted:
    """What a method asks of the GPU, counted by running its shaders; per pixel of the picture.

    passes: draws. fetches: texture reads, of pictures, of banks (offsets, weights, vectors,
    targets) and of parameters (places, depths, ...). bytes: of those reads before any cache, and
    written. memory_mb: textures that are read or drawn into.
    """

    passes: int
    picture_fetches: float
    bank_fetches: float
    parameter_fetches: float
    bytes_read: float
    bytes_written: float
    memory_mb: float

    @property
    def fetches(self) -> float:
        """All of them."""
        return self.picture_fetches + self.bank_fetches + self.parameter_fetches


@dataclass(frozen=True)
class FrameResult:
    """One method over a whole scene.

    frame_ms: by the wall clock; on a GPU all passes together. dense_db, lens_db: PSNR of
    tone-mapped light against the dense kernels in the same slices, and against the lens truth; None
    where it was not compared. counted: of everything but the scene.
    """

    name: str
    blur: str
    frame_ms: Summary
    passes: tuple[PassTimes, ...]
    counted: Counted
    dense_db: float | None = None
    lens_db: float | None = None


@dataclass(frozen=True)
class StageResult:
    """One method alone on one picture, all of it at one radius.

    dense_db: against the dense kernel, None for methods without a kernel to compare. floor_ms: the
    same passes with as many reads of pictures at fixed offsets; constants_ms: the same cascade with
    its taps in the shaders' source.
    """

    name: str
    blur: str
    radius_px: float
    size: tuple[int, int]
    ms: Summary
    counted: Counted
    dense_db: float | None = None
    floor_ms: float | None = None
    constants_ms: float | None = None


@dataclass(frozen=True)
class Estimate:
    """What a method would take on another GPU, by the model of profiling/machines.py, ms."""

    name: str
    machine: str
    ms: float


@dataclass(frozen=True)
class ProfileResult:
    """A whole run.

    about: machine, versions, date, command. clock: what the times of passes are. skipped: methods
    and why. copy_ms: of one read a pixel, by (width, height, ms).
    """

    about: dict[str, Any]
    scene: str
    bank: str
    size: tuple[int, int]
    clock: str
    frames: tuple[FrameResult, ...] = ()
    stage: tuple[StageResult, ...] = ()
    copies: tuple[tuple[int, int, float], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    estimates: tuple[Estimate, ...] = ()
    format: str = field(default=FORMAT, init=False)
    version: int = field(default=VERSION, init=False)

    def write(self, path: Path) -> None:
        """Write it as JSON. Raises OSError."""
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def read_result(path: Path) -> ProfileResult:
    """Read what `ProfileResult.write` wrote. Raises UsageError for what is none of it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        known = (found.pop("format"), found.pop("version"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            f"{path}: no profile, JSON of diskblur profile --json expected. Give another file"
        ) from None
    if known != (FORMAT, VERSION):
        raise UsageError(
            f"{path}: {known[0]} version {known[1]}, {FORMAT} version {VERSION} expected. "
            f"Profile again"
        )
    return ProfileResult(
        **{
            **found,
            "size": tuple(found["size"]),
            "frames": tuple(map(_frame, found["frames"])),
            "stage": tuple(map(_stage, found["stage"])),
            "copies": tuple(map(tuple, found["copies"])),
            "skipped": tuple(map(tuple, found["skipped"])),
            "estimates": tuple(Estimate(**one) for one in found["estimates"]),
        }
    )


def _frame(found: dict[str, Any]) -> FrameResult:
    passes = tuple(
        PassTimes(one["name"], Summary(**one["submit_ms"]), Summary(**one["done_ms"]))
        for one in found["passes"]
    )
    times = Summary(**found["frame_ms"])
    return FrameResult(
        **{**found, "passes": passes, "frame_ms": times, "counted": Counted(**found["counted"])}
    )


def _stage(found: dict[str, Any]) -> StageResult:
    changed = {
        "size": tuple(found["size"]),
        "ms": Summary(**found["ms"]),
        "counted": Counted(**found["counted"]),
    }
    return StageResult(**{**found, **changed})
