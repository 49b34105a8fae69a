"""Everything that the viewer's user can set, as one value.

A change makes a new `ViewState`; `Session.edit` takes it over. So undo is keeping the old one, a
settings file is writing it down, and nothing that is set hides in a widget.
"""

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any, NoReturn

from realtime.blur.choices import CHOICES
from realtime.effects.animation import Moving
from realtime.effects.effect import Effect
from realtime.errors import UsageError
from realtime.passes.decisions import VIEWS
from realtime.quality import PARTS, Quality, quality_of
from realtime.scene.camera import Vec3

LEAST_SCALE = 0.25  # of the picture's sides over the window's: below, nothing can be made out
MOST_SIDE_PX = 1 << 15
MOST_STOPS = 30  # either way, as scenes have it
MOST_FPS = 240
LEAST_GAIN, MOST_GAIN = 1.0, 32.0  # of the error view
AGAINST = ("sides", "truth")
TIMINGS = ("frames", "submit", "passes")
INTERACTIVE_VIEWS = 64  # of the lens truth: a frame must not take seconds


@dataclass(frozen=True)
class CameraState:
    """Where a camera in the user's hands is and looks, m; the rest is the scene's."""

    eye_m: Vec3
    target_m: Vec3


@dataclass(frozen=True)
class LensState:
    """What is other than the scene's lens has it; None is as the scene has it.

    Names and units are those of `realtime.scene.lens`. radius: of the circle of confusion (CoC) of
    infinity, of the picture's height; it makes the lens an artistic one. focus_on: an object's
    name. A distance given beside it wins.
    """

    focal_length_mm: float | None = None
    f_number: float | None = None
    focus_distance_m: float | None = None
    focus_on: str | None = None
    radius: float | None = None
    squeeze: float | None = None
    rotation_deg: float | None = None
    cat_eye: float | None = None
    tilt_deg: float | None = None
    tilt_direction_deg: float | None = None
    max_front: float | None = None
    max_behind: float | None = None

    @property
    def changes(self) -> dict[str, float]:
        """What `Scene.with_lens` is to change. An artistic lens has no f-number."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        del values["focus_on"]
        if self.radius is not None:
            del values["f_number"]
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class EffectState:
    """An effect on the picture.

    end: where its settings move to and come back from; None stands still. banks: files; none takes
    the viewer's bank. on: whether it is applied.
    """

    start: Effect
    end: Effect | None = None
    banks: tuple[str, ...] = ()
    on: bool = True

    def moving(self, way_s: float) -> Moving:
        """Return it in time; `way_s` is what one way takes."""
        return Moving(self.start, self.end or self.start, way_s)


@dataclass(frozen=True)
class Bookmark:
    """A place of the camera in a scene, under a name of its own there."""

    name: str
    scene: str
    camera: CameraState


@dataclass(frozen=True)
class RecordState:
    """How videos are made.

    fps: frames a second. fixed_step: every frame is 1 / fps of the scene's time, however long it
    takes; else time is the clock's. whole_path: with fixed steps, from the start of the camera's
    path to its end; else from now until it is stopped. interface: panels are in it too. Raises
    UsageError.
    """

    fps: int = 24
    fixed_step: bool = True
    whole_path: bool = True
    interface: bool = False

    def __post_init__(self) -> None:
        _check_range("record.fps", self.fps, 1, MOST_FPS)


@dataclass(frozen=True)
class ViewState:
    """A view of a scene. Raises UsageError for a value that cannot be.

    scene: a file, or a shipped scene's name. bank: a file; None draws sharp pictures only.
    camera: None follows the scene's path. left, right: blur methods beside the bar; without
    `split` the left one fills the window. split_at: of the window's width, 0 … 1. samples: a pixel
    of the scene, None as the quality has it. views: of the lens truth; exposures: of the shutter's.
    exposure_stops: above the scene's. render_scale: of the window's sides. show: one of
    `decisions.VIEWS` in place of pictures. effects: in the order in which they are applied, and on
    which sides. panels: names of those that are open. size: (width, height) of the window when this
    was saved, px. bookmarks: of all scenes. record: of videos. error: errors in place of pictures,
    `error_gain` times as large: of the two sides ("sides", where there are two), or of each against
    the lens ("truth"). probe: the pixel under the cursor is looked at. left_out: of the quality,
    see `quality.PARTS`. timing: what is timed: "frames", their "submit" or their "passes". vsync:
    frames wait for the screen.
    """

    scene: str = "string_lights"
    bank: str | None = None
    time_s: float = 0.0
    paused: bool = False
    camera: CameraState | None = None
    lens: LensState = LensState()
    left: str = "none"
    right: str = "none"
    split: bool = False
    split_at: float = 0.5
    quality: str = "default"
    samples: int | None = None
    views: int = INTERACTIVE_VIEWS
    exposures: int = 32
    shutter_angle_deg: float = 180.0
    exposure_stops: float = 0.0
    render_scale: float = 1.0
    show: str | None = None
    effects: tuple[EffectState, ...] = ()
    left_effects: bool = True
    right_effects: bool = True
    panels: tuple[str, ...] = ("see",)
    size: tuple[int, int] | None = None
    bookmarks: tuple[Bookmark, ...] = ()
    record: RecordState = field(default_factory=RecordState)
    error: bool = False
    error_gain: float = 8.0
    error_against: str = "sides"
    probe: bool = False
    left_out: tuple[str, ...] = ()
    timing: str = "frames"
    vsync: bool = True
    help: bool = field(default=False, metadata={"kept": False})

    def __post_init__(self) -> None:
        _check_range("time_s", self.time_s, 0, math.inf)
        _check_choice("left", self.left, CHOICES)
        _check_choice("right", self.right, CHOICES)
        _check_range("split_at", self.split_at, 0, 1)
        quality_of(self.quality)
        _check_range("samples", self.samples or 1, 1, 64)
        _check_range("views", self.views, 1, 1_000_000)
        _check_range("exposures", self.exposures, 1, 1_000_000)
        _check_range("shutter_angle_deg", self.shutter_angle_deg, 0, 360)
        _check_range("exposure_stops", self.exposure_stops, -MOST_STOPS, MOST_STOPS)
        _check_range("render_scale", self.render_scale, LEAST_SCALE, 1)
        for side in self.size or ():
            _check_range("size", side, 1, MOST_SIDE_PX)
        if self.show is not None:
            _check_choice("show", self.show, VIEWS)
        _check_range("error_gain", self.error_gain, LEAST_GAIN, MOST_GAIN)
        _check_choice("error_against", self.error_against, AGAINST)
        _check_choice("timing", self.timing, TIMINGS)
        for part in self.left_out:
            _check_choice("left_out", part, PARTS)

    @property
    def drawn_quality(self) -> Quality:
        """The quality with the state's own samples, and without what is left out."""
        return quality_of(self.quality).with_samples(self.samples).without(self.left_out)

    @property
    def shows_error(self) -> bool:
        """Whether errors are shown: the two sides' need two sides."""
        return self.error and (self.split or self.error_against == "truth")

    @property
    def shows_bar(self) -> bool:
        """Whether there is something on either side of a bar; the two sides' error is one."""
        return self.split and not (self.error and self.error_against == "sides")

    @property
    def needs_truth(self) -> bool:
        """Whether the lens truth is drawn beside what is shown, to compare with."""
        return self.error_against == "truth" and (self.error or self.is_open("inspect"))

    def replace(self, **changes: Any) -> "ViewState":
        """Return the state with other values of these fields."""
        return dataclasses.replace(self, **changes)

    def with_lens(self, **changes: Any) -> "ViewState":
        """Return the state with other values of these fields of the lens."""
        return self.replace(lens=dataclasses.replace(self.lens, **changes))

    def with_effect(self, index: int, effect: EffectState) -> "ViewState":
        """Return the state with another effect in place of one."""
        effects = (*self.effects[:index], effect, *self.effects[index + 1 :])
        return self.replace(effects=effects)

    def is_open(self, panel: str) -> bool:
        """Whether a panel is open."""
        return panel in self.panels

    def toggled(self, panel: str) -> "ViewState":
        """Return the state with a panel opened, or closed."""
        if self.is_open(panel):
            return self.replace(panels=tuple(name for name in self.panels if name != panel))
        return self.replace(panels=(*self.panels, panel))


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high or math.isinf(value):  # NaN fails too
        top = "up" if math.isinf(high) else f"to {high:g}"
        _refuse(name, f"{value:g}", f"a number from {low:g} {top}")


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        _refuse(name, repr(value), f"one of {', '.join(choices)}")


def _refuse(name: str, found: str, expected: str) -> NoReturn:
    raise UsageError(f"view {name}: {found}, {expected} expected. Change {name}")
