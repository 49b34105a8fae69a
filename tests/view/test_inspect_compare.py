"""PSNR on the GPU against realtime.metrics, and the error view against its formula."""

import math

import numpy as np
import pytest
from view_parts import SIZE, STILL, nothing_made, picture, session_of

from realtime.errors import UsageError
from realtime.gl.targets import color_target
from realtime.metrics import psnr_db, tone_curve
from realtime.pictures import encode_srgb
from realtime.view.inspect.error_view import RAMP, ErrorPass
from realtime.view.inspect.late import LAG, LateRead
from realtime.view.inspect.psnr import PsnrMeter
from realtime.view.state import ViewState

pytestmark = pytest.mark.gl

SPLIT = STILL.replace(split=True, right="none", panels=("inspect",))
ARRIVES = LAG + 2  # frames until what was measured is there


def linear(target) -> np.ndarray:
    """[H, W, 3] of a target, row 0 on top."""
    width, height = target.size
    data = target.framebuffer.read(components=3, dtype="f4", alignment=1)
    return np.frombuffer(data, "f4").reshape(height, width, 3)[::-1]


def written(ctx, light: np.ndarray):
    """A half-float texture of [H, W, 3], row 0 on top."""
    height, width = light.shape[:2]
    target = color_target(ctx, (width, height), dtype="f2")
    rgba = np.dstack((light, np.ones((height, width)))).astype("f2")
    target.color.write(np.ascontiguousarray(rgba[::-1]))
    return target


def measured(session, frames=ARRIVES) -> dict:
    """What the panel would show after some frames."""
    for _ in range(frames):
        session.inspector.asks.psnr = True
        session.inspector.advance(1.0)
        picture(session)
    return session.inspector.psnr


# --- PSNR -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (9, 5), (131, 77)])
def test_the_meter_is_that_of_metrics(ctx, size):
    rng = np.random.default_rng(sum(size))
    light = rng.gamma(0.5, 2.0, (size[1], size[0], 3))
    other = light * rng.uniform(0.7, 1.3, light.shape)
    a, b = written(ctx, light), written(ctx, other)
    meter = PsnrMeter(ctx)
    assert meter.decibels is None
    meter.measure(a.color, b.color)
    for _ in range(LAG):
        meter.step()
        assert meter.decibels is None, "nothing is waited for"
    meter.step()
    assert meter.decibels == pytest.approx(psnr_db(linear(a), linear(b)), abs=0.05)
    meter.measure(a.color, a.color)
    for _ in range(LAG + 1):
        meter.step()
    assert meter.decibels == math.inf
    meter.forget()
    assert meter.decibels is None
    for part in (meter, a, b):
        part.release()
    assert ctx.error == "GL_NO_ERROR"


def test_photographs_are_measured_as_they_are_stored(ctx):
    """Above white nothing is off, and what is broken counts as black."""
    light = np.random.default_rng(5).gamma(0.5, 1.0, (13, 21, 3))
    other = light * np.random.default_rng(6).uniform(0.7, 1.3, light.shape)
    light[2, 3], other[2, 3] = 2.0, 5.0
    light[4, 5], other[4, 5] = np.nan, 0.0
    a, b = written(ctx, light), written(ctx, other)
    meter = PsnrMeter(ctx, is_mapped=False)
    meter.measure(a.color, b.color)
    for _ in range(LAG + 1):
        meter.step()
    values = [encode_srgb(np.nan_to_num(linear(target))) for target in (a, b)]
    want = -10 * math.log10(np.mean((values[0] - values[1]) ** 2))
    assert meter.decibels == pytest.approx(want, abs=0.05)
    assert want != pytest.approx(psnr_db(*(np.nan_to_num(linear(t)) for t in (a, b))), abs=0.5)
    for part in (meter, a, b):
        part.release()


def test_sides_are_compared(ctx):
    with session_of(ctx, SPLIT) as session:
        found = measured(session)
        want = psnr_db(linear(session.left), linear(session.right))
        assert found == {"sides": pytest.approx(want, abs=0.05)}
        assert 10 < want < 45
        session.edit(session.state.replace(right="sparse"), "right")
        assert measured(session, 1) == {"sides": None}, "the old number says nothing about these"
        assert measured(session)["sides"] == math.inf


def test_false_colours_are_not_compared(ctx):
    """Of what has slices; what has none goes on being a picture, and so does its PSNR."""
    with session_of(ctx, SPLIT) as session:
        before = measured(session)["sides"]
        session.set(SPLIT.replace(show="coc"))
        assert measured(session) == {}
        session.set(SPLIT.replace(show="coc", left="gather", right="lens"))
        assert measured(session)["sides"] is not None
        session.set(SPLIT)
        assert measured(session)["sides"] == pytest.approx(before, abs=0.1)


def test_each_side_is_compared_with_the_lens(ctx):
    with session_of(ctx, SPLIT.replace(error_against="truth", views=5)) as session:
        found = measured(session)
        left, right = linear(session.left), linear(session.right)
        session.edit(session.state.replace(left="lens", split=False), "the truth itself")
        picture(session)
        truth = linear(session.left)
        assert found["left"] == pytest.approx(psnr_db(left, truth), abs=0.05)
        assert found["right"] == pytest.approx(psnr_db(right, truth), abs=0.05)
        assert found["left"] != pytest.approx(found["right"], abs=0.2)
        assert measured(session) == {"left": math.inf}


def test_the_truth_is_drawn_again_only_where_it_changes(ctx, monkeypatch):
    state = SPLIT.replace(error_against="truth", error=True)
    with session_of(ctx, state) as session:
        drawn = []
        render = session.stage.renderer.render
        monkeypatch.setattr(
            session.stage.renderer,
            "render",
            lambda time_s, blur, *rest: (drawn.append(blur), render(time_s, blur, *rest)),
        )
        for _ in range(3):
            picture(session)
        assert drawn.count("lens") == 1
        session.edit(session.state.replace(exposure_stops=1.0), "exposure")
        picture(session)
        assert drawn.count("lens") == 2
        session.edit(session.state.with_lens(f_number=0.3), "aperture")
        picture(session)
        assert drawn.count("lens") == 3


def test_a_bank_without_targets_has_no_truth_to_compare_with(ctx):
    state = SPLIT.replace(error_against="truth", bank=None, left="none")
    with session_of(ctx, state) as session:
        assert session.state.error_against == "sides"


def test_most_frames_do_not_pay_for_it(ctx, monkeypatch):
    """Whether frames are slow or fast; at once where other pictures are compared."""
    measured_in = []
    measure = PsnrMeter.measure
    monkeypatch.setattr(
        PsnrMeter, "measure", lambda *given: (measured_in.append(frame), measure(*given))
    )
    with session_of(ctx, SPLIT) as session:
        for frame in range(12):
            if frame == 9:
                session.edit(session.state.replace(right="dense"), "right")
            session.inspector.asks.psnr = True
            session.inspector.advance(1.0 if frame else 0.0)
            picture(session)
        assert measured_in == [0, 4, 8, 9]
        for _ in range(100):
            session.inspector.asks.psnr = True
            session.inspector.advance(0.01)
            picture(session)
        assert len(measured_in) - 4 == pytest.approx(100 * 0.01 / 0.25, abs=1)


def test_nothing_is_measured_unless_asked_for(ctx):
    with session_of(ctx, SPLIT) as session:
        for _ in range(ARRIVES):
            picture(session)
        assert session.inspector.psnr == {} and session.inspector.reading is None


def test_measuring_makes_nothing_in_a_frame(ctx):
    """Closed and open: textures and buffers are made when the panel is first used."""
    target = color_target(ctx, SIZE, dtype="f1")

    def draw(session, is_open):
        for _ in range(8):
            if is_open:
                session.inspector.asks.psnr = True
                session.inspector.asks.at = (40.0, 20.0)
                session.inspector.advance(1.0)
            session.draw(target.framebuffer, SIZE)

    with session_of(ctx, SPLIT) as session:
        draw(session, False)
        with nothing_made(ctx):
            draw(session, False)
        draw(session, True)
        with nothing_made(ctx):
            draw(session, True)
        assert session.inspector.reading is not None
        assert ctx.error == "GL_NO_ERROR"
    target.release()


def test_what_comes_back_is_what_was_drawn(ctx):
    target = color_target(ctx, (2, 1), 4, "f4")
    late, got = LateRead(ctx, target, 4), []
    for number in range(6):
        got.append(late.step())
        target.framebuffer.clear(number, -number, 0.5, 1.0)
        late.drawn(f"frame {number}")
    assert got[: LAG + 1] == [None] * (LAG + 1)
    what, numbers = got[LAG + 1]
    assert what == "frame 0" and numbers.shape == (1, 2, 4)
    assert got[5][0] == f"frame {4 - LAG}" and got[5][1][0, 1, 0] == 4 - LAG
    late.release()
    target.release()


# --- The error view -------------------------------------------------------------------------------


def false_colours(a: np.ndarray, b: np.ndarray, gain: float, curve=tone_curve) -> np.ndarray:
    """The oracle: the largest difference of the channels, on the ramp. [H, W, 3], 0 … 1."""
    error = np.abs(curve(a) - curve(b)).max(axis=-1)
    at = np.minimum(gain * error, 1)
    ramp, places = np.array(RAMP), np.linspace(0, 1, len(RAMP))
    return np.stack([np.interp(at, places, ramp[:, channel]) for channel in range(3)], axis=-1)


@pytest.mark.parametrize(("is_mapped", "curve"), [(True, tone_curve), (False, encode_srgb)])
@pytest.mark.parametrize("gain", [1.0, 8.0, 32.0])
def test_errors_are_as_many_times_as_large(ctx, gain, is_mapped, curve):
    rng = np.random.default_rng(3)
    light = rng.gamma(0.5, 2.0, (17, 23, 3))
    other = light * np.linspace(1, 1.4, 23)[None, :, None] ** rng.uniform(0, 1, light.shape)
    a, b = written(ctx, light), written(ctx, other)
    out, shader = color_target(ctx, (23, 17), dtype="f4"), ErrorPass(ctx, is_mapped)
    shader.draw(a.color, b.color, gain, out.framebuffer, out.size)
    want = false_colours(linear(a), linear(b), gain, curve)
    np.testing.assert_allclose(linear(out), want, atol=2e-4 * gain)
    assert want.min() < 0.1 and want.max() > 0.1
    for part in (a, b, out, shader):
        part.release()


def test_the_ramp_grows_brighter_at_every_step():
    brightness = np.array(RAMP) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(brightness) > 0.02).all() and brightness[0] == 0


def test_the_window_is_the_error_of_both_sides(ctx):
    with session_of(ctx, SPLIT.replace(error=True, error_gain=4.0)) as session:
        shown = picture(session) / 255
        want = false_colours(linear(session.left), linear(session.right), 4.0)
        np.testing.assert_allclose(shown, want, atol=0.01)
        assert want.max() > 0.5 and not session.state.shows_bar


def test_each_side_is_its_own_error_against_the_truth(ctx):
    state = SPLIT.replace(error=True, error_gain=4.0, error_against="truth", split_at=0.25)
    with session_of(ctx, state) as session:
        shown, half = picture(session) / 255, SIZE[0] // 4
        truth = linear(session.stage.truth)
        for target, columns in (
            (session.left, slice(0, half)),
            (session.right, slice(half, None)),
        ):
            want = false_colours(linear(target), truth, 4.0)
            np.testing.assert_allclose(shown[:, columns], want[:, columns], atol=0.01)


def test_without_two_sides_there_is_no_error_of_them(ctx):
    with session_of(ctx, STILL) as session:
        plain = picture(session)
        session.edit(session.state.replace(error=True), "error")
        assert np.array_equal(picture(session), plain)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"error_gain": 64.0}, r"error_gain: 64, a number from 1 to 32 expected"),
        ({"error_gain": math.nan}, r"error_gain: nan, a number"),
        ({"error_against": "me"}, r"error_against: 'me', one of sides, truth expected"),
        ({"timing": "now"}, r"timing: 'now', one of frames, submit, passes expected"),
        ({"left_out": ("all",)}, r"left_out: 'all', one of antialias, border, .* expected"),
    ],
)
def test_what_cannot_be_set_is_refused(changes, words):
    with pytest.raises(UsageError, match=words):
        ViewState(**changes)
