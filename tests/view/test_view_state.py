"""What can be set in the viewer: as a value, as TOML, and back in time."""

import dataclasses
import math
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.cli.options import LENS_FIELDS
from realtime.effects import EFFECTS, Foveated, TiltShift
from realtime.errors import UsageError
from realtime.view.history import MERGE_S, History
from realtime.view.settings import from_toml, read_settings, to_toml
from realtime.view.state import (
    Bookmark,
    CameraState,
    EffectState,
    LensState,
    RecordState,
    ViewState,
)
from realtime.view.toml_text import dumps

FULL = ViewState(
    scene='a "scene"\\of.toml',
    bank="disk.safetensors",
    time_s=1.25,
    paused=True,
    camera=CameraState((1.0, 2.0, 3.0), (0.0, 0.5, -1.0)),
    lens=LensState(f_number=1.4, focus_distance_m=math.inf, rotation_deg=-30.0),
    left="dense",
    right="lens",
    split=True,
    split_at=0.3,
    quality="high",
    samples=2,
    views=7,
    exposure_stops=-1.5,
    render_scale=0.5,
    show="coc",
    effects=(
        EffectState(TiltShift(angle=5.0), TiltShift(angle=9.0), ("a", "b", "c"), False),
        EffectState(Foveated(gaze=(0.2, 0.7))),
    ),
    right_effects=False,
    panels=(),
    size=(640, 360),
    bookmarks=(Bookmark("Cup", "tabletop", CameraState((1.0, 2.0, 3.0), (0.0, 0.5, -1.0))),),
    record=RecordState(fps=30, interface=True),
    error=True,
    error_gain=2.5,
    error_against="truth",
    probe=True,
    left_out=("veil", "border"),
    timing="submit",
    vsync=False,
)


@pytest.mark.parametrize("state", [ViewState(), FULL])
def test_a_state_survives_its_text(state):
    assert from_toml(to_toml(state)) == state


def test_every_field_is_told_apart_by_its_text():
    """Every field of FULL differs from the default, or the test above would not see it dropped."""
    plain = ViewState()
    same = [
        f.name for f in dataclasses.fields(FULL) if getattr(FULL, f.name) == getattr(plain, f.name)
    ]
    assert same == ["exposures", "shutter_angle_deg", "left_effects", "help"]


def test_help_is_not_kept():
    assert from_toml(to_toml(ViewState(help=True))) == ViewState()


def test_every_option_of_the_lens_can_be_set():
    assert set(LENS_FIELDS.values()) <= {field.name for field in dataclasses.fields(LensState)}


@pytest.mark.parametrize("name", EFFECTS)
def test_every_effect_survives(name):
    state = ViewState(effects=(EffectState(EFFECTS[name]()),))
    assert from_toml(to_toml(state)) == state


_PLAIN = st.text() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False)
_VALUES = _PLAIN | st.lists(_PLAIN, max_size=3)


@given(
    st.dictionaries(
        st.text(), _VALUES | st.dictionaries(st.text(), _VALUES, max_size=3), max_size=4
    )
)
def test_what_is_written_is_toml(values):
    assert tomllib.loads(dumps(values)) == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scene = 3", "F: scene: 3, text expected. Change it"),
        ("scene = [", "F: Invalid value (at end of document), a TOML file expected. Mend it"),
        ("split = 1", "F: split: 1, true or false expected. Change it"),
        ("views = 2.5", "F: views: 2.5, a whole number expected. Change it"),
        ("paused = true\nlefft = ''", "F: lefft: no such setting, one of scene, bank,"),
        ("[lens]\nf_nunber = 2", "Did you mean f_number?"),
        ("[camera]\neye_m = [1, 2]", "F: camera.target_m: nothing, a value expected. Give camera"),
        ("[camera]\neye_m = [1, 2]\ntarget_m = [0, 0, 0]", "F: camera.eye_m: [1, 2], a list of 3"),
        ("left = 'fast'", "F: view left: 'fast', one of sparse, dense, lens"),
        ("split_at = 1.5", "F: view split_at: 1.5, a number from 0 to 1 expected. Change split_at"),
        ("render_scale = nan", "F: view render_scale: nan, a number from 0.25 to 1 expected"),
        ("lens = 3", "F: lens: 3, a table expected. Change it"),
        ("panels = 'see'", "F: panels: 'see', a list expected. Change it"),
        (
            "[[effects]]\nname = 'tilt'",
            "F: effects[0].settings: no effect 'tilt', one of tilt-shift",
        ),
        (
            "[[effects]]\nname = 'radial'\nsettings = {amount = 'x'}",
            "radial: amount: 'x', a number",
        ),
        ("[[effects]]\nname = 'radial'\nsize = 2", "F: effects[0].size: no such setting"),
        ("quality = 'best'", "F: --quality: 'best', one of fast, default, high expected"),
    ],
)
def test_what_cannot_be_is_named(text, message):
    with pytest.raises(UsageError) as refused:
        from_toml(text, "F")
    assert message in str(refused.value) and str(refused.value).startswith("F: ")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match=r"gone.toml: not readable .*, a settings file expected"):
        read_settings(tmp_path / "gone.toml")


def test_undo_and_redo():
    history, first = History(), ViewState()
    second, third = first.replace(split=True), first.replace(split=True, quality="high")
    history.record(first, "split screen", 0.0)
    history.record(second, "quality", 9.0)
    assert (history.undoes, history.redoes) == ("quality", None)
    assert history.undo(third) == second and history.undo(second) == first
    assert history.undo(first) is None and history.redoes == "split screen"
    assert history.redo(first) == second and history.redo(second) == third
    assert history.redo(third) is None


def test_a_drag_is_one_step():
    history, states = History(), [ViewState(split_at=at) for at in (0.1, 0.2, 0.3, 0.4)]
    for index, state in enumerate(states[:3]):
        history.record(state, "bar", index * 0.9 * MERGE_S)
    assert history.undo(states[3]) == states[0] and history.undoes is None


def test_edits_apart_in_time_or_kind_are_steps():
    history, state = History(), ViewState()
    for at_s, what in ((0.0, "bar"), (1.1 * MERGE_S, "bar"), (1.2 * MERGE_S, "views")):
        history.record(state.replace(time_s=at_s), what, at_s)
    steps = [history.undo(state) for _ in range(4)]
    assert [step is not None for step in steps] == [True, True, True, False]


def test_undoing_leaves_the_clock_and_the_panels():
    history = History()
    history.record(ViewState(quality="fast"), "quality", 0.0)
    now = ViewState(quality="high", time_s=7.0, paused=True, panels=("see", "other"), help=True)
    assert history.undo(now) == now.replace(quality="fast")


def test_an_edit_ends_what_could_be_redone():
    history, state = History(), ViewState()
    history.record(state, "a", 0.0)
    history.undo(state.replace(split=True))
    history.record(state, "b", 5.0)
    assert history.redoes is None
