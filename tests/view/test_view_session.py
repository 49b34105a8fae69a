"""A session without a window: what its pictures are made of, and what it refuses."""

import math
from dataclasses import replace

import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from scenes3d import SCENE_FILE
from view_parts import (
    BANK,
    SCENE,
    SIZE,
    STILL,
    library,
    nothing_made,
    picture,
    session_of,
)

from realtime.bank import Axis, Bank, write_bank
from realtime.effects import Directional, TiltShift, Uniform
from realtime.errors import SceneError
from realtime.gl.targets import color_target
from realtime.renderer import Renderer
from realtime.scene.lens import ArtisticLens
from realtime.view.library import blurs_of
from realtime.view.session import Session
from realtime.view.stage import bar_px
from realtime.view.state import CameraState, EffectState, ViewState

pytestmark = pytest.mark.gl


def texts(session) -> list[str]:
    return [message.text for message in session.messages.shown()]


@pytest.mark.parametrize("split_at", [0.0, 0.31, 1.0])
@pytest.mark.parametrize(
    ("left", "right"), [("sparse", "none"), ("none", "dense"), ("lens", "gather")]
)
def test_each_side_of_the_bar_is_its_method_to_the_bit(ctx, left, right, split_at):
    with session_of(ctx) as session:
        alone = {}
        for blur in (left, right):
            session.set(STILL.replace(left=blur))
            alone[blur] = picture(session)
        session.set(STILL.replace(left=left, right=right, split=True, split_at=split_at))
        both, bar = picture(session), round(split_at * SIZE[0])
    assert np.abs(alone[left].astype(int) - alone[right]).max() > 20, "they can be told apart"
    assert np.array_equal(both[:, :bar], alone[left][:, :bar])
    assert np.array_equal(both[:, bar:], alone[right][:, bar:])


def test_the_two_pictures_can_be_had(ctx):
    state = STILL.replace(left="none", right="sparse", split=True)
    with session_of(ctx, state) as session:
        picture(session)
        light = [np.frombuffer(t.color.read(), "f2") for t in (session.left, session.right)]
        renderer = session.stage.renderer
        for blur, got in zip(("none", "sparse"), light, strict=True):
            renderer.render(0.0, blur, session.lens)
            assert np.array_equal(np.frombuffer(renderer.hdr.color.read(), "f2"), got)
        session.set(state.replace(split=False))
        picture(session)
        assert session.left is session.right


def test_a_picture_is_that_of_diskblur_render(ctx):
    with session_of(ctx) as session:
        shown = picture(session)
    renderer = Renderer(ctx, library().scene(SCENE), SIZE, lopsided_bank(), views=3)
    renderer.render(0.0, "sparse")
    assert np.array_equal(shown, renderer.read_display())
    renderer.release()


def test_a_coarser_picture_fills_the_window(ctx):
    with session_of(ctx) as session:
        fine = picture(session).astype(float)
        session.set(STILL.replace(render_scale=0.5, split=True, right="sparse"))
        coarse = picture(session).astype(float)
        assert session.size == (48, 32)
    assert 0.5 < np.abs(coarse - fine).mean() < 12
    assert bar_px(STILL, SIZE) == 48


def test_exposure_doubles_the_light(ctx):
    linear = STILL.replace(left="none", samples=2)  # smoothing edges after the fact is not
    with session_of(ctx, linear) as session:
        picture(session)
        light = np.frombuffer(session.left.color.read(), "f2").reshape(-1, 4)[:, :3].astype(float)
        session.edit(session.state.replace(exposure_stops=1.0), "exposure")
        picture(session)
        brighter = np.frombuffer(session.left.color.read(), "f2").reshape(-1, 4)[:, :3]
    assert np.allclose(brighter, 2 * light, rtol=4e-3, atol=1e-4)


def test_effects_live_and_on_one_side_only(ctx):
    effects = (EffectState(TiltShift(radius=0.05, sharp=0.0, falloff=0.01)),)
    plain = STILL.replace(left="none", right="none", split=True)
    with session_of(ctx, plain) as session:
        sharp = picture(session)
        session.edit(plain.replace(effects=effects, right_effects=False), "effect")
        half = picture(session)
        assert np.array_equal(half[:, 48:], sharp[:, 48:])
        assert not np.array_equal(half[:, :48], sharp[:, :48])
        stack = session.stage.renderer._shared["effects"]
        weaker = EffectState(TiltShift(radius=0.0))
        session.edit(session.state.with_effect(0, weaker), "radius")
        assert np.array_equal(picture(session)[:, :48], sharp[:, :48])
        assert session.stage.renderer._shared["effects"] is stack, "settings make nothing anew"


def test_an_effect_moves(ctx):
    ends = Directional(length=0.0), Directional(length=0.2)
    state = STILL.replace(left="none", effects=(EffectState(*ends),))
    with session_of(ctx, state) as session:
        still = picture(session)
        session.set(state.replace(time_s=3.0))
        assert not np.array_equal(picture(session), still)


def test_a_bad_scene_keeps_the_old_one(ctx, tmp_path):
    (tmp_path / "bad.toml").write_text("name = 3")
    with session_of(ctx) as session:
        before, state = picture(session), session.state
        for path, words in (
            (tmp_path / "bad.toml", "bad.toml"),
            (tmp_path / "gone.toml", "no such scene"),
            (
                tmp_path / "song.mp3",
                "song.mp3: a .mp3 file, a scene (.toml, .glb, .gltf), a bank (.safetensors) "
                "or a picture (.png, .jpg, .jpeg, .exr, .npy) expected",
            ),
            (tmp_path / "gone.safetensors", "gone.safetensors: cannot be read"),
        ):
            assert not session.open(path)
            assert words in texts(session)[-1] and "expected" in texts(session)[-1]
        assert session.state == state and session.history.undoes is None
        assert np.array_equal(picture(session), before)


def test_without_a_first_scene_there_is_no_session(ctx):
    with pytest.raises(SceneError, match="no such scene"):
        Session(ctx, ViewState(scene="nowhere"))


def test_a_bank_is_taken_while_it_runs(ctx, tmp_path):
    write_bank(tmp_path / "other.safetensors", lopsided_bank(seed=5))
    with session_of(ctx) as session:
        first = picture(session)
        assert session.open(tmp_path / "other.safetensors")
        second = picture(session)
        session.undo()
        assert np.array_equal(picture(session), first) and not np.array_equal(first, second)
        assert session.use_bank(BANK, lopsided_bank(seed=5))
        assert np.array_equal(picture(session), second)
        write_bank(tmp_path / "other.safetensors", lopsided_bank(seed=0))
        assert session.open(tmp_path / "other.safetensors"), "read again, though known"
        assert np.array_equal(picture(session), first)


def test_methods_follow_the_bank(ctx):
    radius, field = Axis("radius", "px", (0.0, 2.0)), Axis("field", "", (0.0, 1.0))
    bank = lopsided_bank(radii=(0.0, 2.0), angles=(0.0, 1.0))
    two_axes = Bank((radius, field), bank.offsets, bank.weights)
    assert blurs_of(None) == ("none", "shutter", "gather41", "near-far")
    assert blurs_of(lopsided_bank())[:4] == ("sparse", "dense", "lens", "none")
    assert blurs_of(lopsided_lowrank())[0] == "lowrank" and "sparse" not in blurs_of(
        lopsided_lowrank()
    )
    assert blurs_of(two_axes) == ("none", "shutter", "gather41", "near-far")
    disk = replace(lopsided_bank(), target={"shape": "disk"})
    assert "motion" in blurs_of(lopsided_bank()) and "motion" not in blurs_of(disk)
    with session_of(ctx, STILL.replace(split=True, right="dense")) as session:
        session.use_bank("low", lopsided_lowrank())
        assert (session.state.left, session.state.right) == ("lowrank", "dense")
        session.choose("left", "sparse")
        assert "left sparse: a bank for lowrank, dense" in texts(session)[-1]
        session.edit(session.state.replace(bank=None), "bank")
        assert (session.state.left, session.state.right) == ("none", "none")
        session.choose("right", "sparse")
        assert texts(session)[-1].startswith("right sparse: no bank, one for sparse expected")


def test_every_method_can_be_drawn(ctx):
    with session_of(ctx) as session:
        for blur in session.blurs:
            session.choose("left", blur)
            assert session.state.left == blur and picture(session).std() > 5
        assert not texts(session)


def test_what_fails_while_drawing_is_said_and_dropped(ctx, monkeypatch):
    with session_of(ctx) as session:
        monkeypatch.setattr(
            Renderer, "_depth_of_field", lambda *_: (_ for _ in ()).throw(SceneError("broken: x"))
        )
        assert picture(session).std() > 5
        assert session.state.left == "none" and texts(session) == ["broken: x"]


def test_an_effect_without_a_bank_is_refused(ctx):
    with session_of(ctx, STILL.replace(bank=None, left="none")) as session:
        assert not session.edit(session.state.replace(effects=(EffectState(Uniform()),)), "effect")
        assert texts(session)[-1].startswith("effect uniform: no bank, a bank file expected")
        session.library.give_bank("low", lopsided_lowrank())
        added = (EffectState(Uniform(), banks=("low",)),)
        assert not session.edit(session.state.replace(effects=added), "effect")
        assert "low: low rank, a bank of cascades expected for effect uniform" in texts(session)[-1]


def test_the_aperture_opens_within_limits(ctx):
    with session_of(ctx) as session:
        base = session.lens.f_number
        session.open_aperture(2.0)
        assert session.lens.f_number == pytest.approx(base / 2)
        session.open_aperture(1e9)
        assert session.lens.f_number == pytest.approx(base / 16)
        session.undo()
        session.edit(session.state.with_lens(radius=0.03), "kind")
        assert isinstance(session.lens, ArtisticLens)
        session.open_aperture(0.5)
        assert session.lens.radius == pytest.approx(0.015)


def test_a_lens_that_cannot_be_is_refused(ctx):
    with session_of(ctx) as session:
        state = session.state
        assert not session.edit(state.with_lens(focus_distance_m=0.001), "focus")
        assert "lens focus_distance_m: 0.001, more than the focal length" in texts(session)[-1]
        assert not session.edit(state.with_lens(focus_on="nobody"), "focus")
        assert "focus_on: 'nobody'" in texts(session)[-1] and session.state == state


def test_a_camera_that_sees_nothing_is_refused(ctx):
    with session_of(ctx) as session:
        camera = CameraState((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        assert not session.edit(session.state.replace(camera=camera), "camera")
        assert "camera target_m" in texts(session)[-1]


def test_time_passes_unless_paused(ctx):
    with session_of(ctx) as session:
        session.advance(0.5)
        assert session.state.time_s == 0.0 and session.pace.rate == pytest.approx(2.0)
        session.set(session.state.replace(paused=False))
        session.advance(0.25)
        assert session.state.time_s == 0.25


def test_focus_at_the_sky_is_at_infinity(ctx):
    with session_of(ctx) as session:
        picture(session)
        session.focus_at((90, 3))
        session.advance(60.0)
        assert session.lens.focus_distance_m == math.inf
        assert session.history.undoes == "focus"


def test_frames_make_nothing_on_the_gpu(ctx):
    state = STILL.replace(split=True, render_scale=0.5, effects=(EffectState(TiltShift()),))
    target = color_target(ctx, SIZE, dtype="f1")
    with session_of(ctx, state) as session:
        session.draw(target.framebuffer, SIZE)
        session.draw(target.framebuffer, SIZE)
        with nothing_made(ctx):
            for at in range(5):
                session.set(session.state.replace(time_s=at / 7, split_at=at / 5))
                session.draw(target.framebuffer, SIZE)
    target.release()


def test_a_longer_lens_than_the_focus_allows_is_drawn(ctx):
    """While the focus is on its way from a place that the new lens cannot focus at."""
    with session_of(ctx) as session:
        session.edit(session.state.with_lens(focus_distance_m=0.06), "focus")
        session.advance(60.0)
        longer = session.state.with_lens(focal_length_mm=100.0, focus_distance_m=3.0)
        assert session.edit(longer, "lens") and picture(session).std() > 5
        session.advance(60.0)
        assert session.lens.focus_distance_m == 3.0


def test_a_scene_is_read_again(ctx, tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(SCENE_FILE)
    with session_of(ctx) as session:
        assert session.open(file)
        first = picture(session)
        file.write_text(SCENE_FILE.replace("scale = 0.2", "scale = 0.5"))
        assert session.open(file)
        assert not np.array_equal(picture(session), first)
        file.write_text("broken")
        assert not session.open(file) and picture(session).std() > 5
        session.undo()
        assert session.state.scene == SCENE
