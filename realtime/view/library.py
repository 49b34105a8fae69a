"""Scenes and banks by their names, each read once."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from realtime.bank import Bank, LowRankBank, read_any
from realtime.blur.choices import own_blur
from realtime.effects.animation import STILL_WAY_S
from realtime.effects.stack import Applied
from realtime.errors import BankError, UsageError
from realtime.methods import METHODS, POSTS
from realtime.renderer import Staged
from realtime.scene import load_scene
from realtime.scene.file import check_path
from realtime.scene.model import Scene
from realtime.view.photo_scene import blurs_of_photo, is_photo, load_photo
from realtime.view.state import EffectState, LensState

AnyBank = Bank | LowRankBank
STREAK = "streak"  # the shape, as banks name it, that straight motion blurs by


class Library:
    """Reads what a state names. What was given under a name is not read."""

    def __init__(self) -> None:
        self._scenes: dict[str, Scene] = {}  # the latest two only: scenes are large
        self._banks: dict[str, AnyBank] = {}

    def give_scene(self, name: str, scene: Scene) -> None:
        """Hand out this scene for a name. The one before is kept too, to go back to."""
        kept = [(old, self._scenes[old]) for old in self._scenes if old != name]
        self._scenes = dict([*kept[-1:], (name, scene)])

    def give_bank(self, name: str, bank: AnyBank) -> None:
        """Hand out this bank for a name, in place of any other."""
        self._banks[name] = bank

    def read_scene(self, name: str) -> None:
        """Read a scene, or a picture as one, again if it is known; at an error what it had stays.

        Raises SceneError, LensError, PictureError.
        """
        self.give_scene(name, load_photo(name) if is_photo(name) else load_scene(name))

    def read_bank(self, name: str) -> None:
        """Read a bank, again if it is known. Raises BankError; what it had stays."""
        self.give_bank(name, read_any(name))

    def scene(self, name: str) -> Scene:
        """Return a scene as its file has it. Raises SceneError, LensError."""
        if name not in self._scenes:
            self.read_scene(name)
        return self._scenes[name]

    def bank(self, name: str) -> AnyBank:
        """Return a bank. Raises BankError."""
        if name not in self._banks:
            self.read_bank(name)
        return self._banks[name]

    def effects(
        self, effects: Sequence[EffectState], bank: str | None, way_s: float
    ) -> tuple[Staged, ...]:
        """Return the effects that are on, with their banks, or the viewer's.

        Raises UsageError, BankError for an effect that its banks do not suit.
        """
        return tuple(
            self._staged(effect, bank, way_s or STILL_WAY_S) for effect in effects if effect.on
        )

    def _staged(self, effect: EffectState, bank: str | None, way_s: float) -> Staged:
        name = effect.start.name
        names = effect.banks or ((bank,) if bank else ())
        if not names:
            raise UsageError(
                f"effect {name}: no bank, a bank file expected. Open one, or drop it on the window"
            )
        banks = tuple(map(self.bank, names))
        for path, one in zip(names, banks, strict=True):
            if not isinstance(one, Bank):
                raise BankError(
                    f"{path}: low rank, a bank of cascades expected for effect {name}. Open another"
                )
        moving = effect.moving(way_s)
        Applied(moving.start, banks)  # refuses banks that it cannot use
        return Staged(moving, banks)


class LensMount:
    """A scene through one lens after another: what was found sound is not tried again."""

    def __init__(self) -> None:
        self._tried: tuple[Scene, tuple] | None = None

    def through(self, scene: Scene, lens: LensState, name: str) -> Scene:
        """Return a scene through a lens. Raises LensError, SceneError that names the scene."""
        changed = scene.with_lens(**lens.changes)
        if lens.focus_on is not None and lens.focus_distance_m is None:
            changed = changed.focused_on(lens.focus_on)
        # Of what a lens has, these alone decide whether it can be focused all along the path.
        deciding = (lens.focal_length_mm, lens.focus_on, lens.focus_distance_m)
        if self._tried != (scene, deciding):
            check_path(Path(name), changed)
            self._tried = (scene, deciding)
        return changed


@lru_cache(maxsize=4)  # panels ask several times a frame
def blurs_of(bank: AnyBank | None, is_photo: bool = False) -> tuple[str, ...]:
    """Return the methods that a bank can be used for, best first, on a scene or a photograph."""
    if is_photo:
        return blurs_of_photo(bank)
    if bank is None:
        return ("none", "shutter", *POSTS)
    if own_blur(bank) == "motion":
        return ("motion", "shutter", "none")
    if tuple(axis.name for axis in bank.axes) != ("radius",):
        return ("none", "shutter", *POSTS)  # for effects only
    truth = ("dense", "lens") if bank.targets is not None else ()
    if isinstance(bank, LowRankBank):
        return ("lowrank", *truth, "none", "shutter", *_rivals(bank))
    streaks = ("motion",) if bank.target.get("shape", STREAK) == STREAK else ()
    return ("sparse", *truth, "none", "gather", "shutter", *streaks, *_rivals(bank))


def _rivals(bank: AnyBank) -> tuple[str, ...]:
    """Methods of others that can do the bank's shape, or need no bank."""
    ours = ("sparse", "dense", "lowrank")
    can = [
        name
        for name, method in METHODS.items()
        if name not in ours and isinstance(bank, method.reads) and method.cannot(bank) is None
    ]
    return (*can, *POSTS)
