"""The viewer's side of the fitter process: news, cancelling, deaths, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from realtime.view.refit import COMMAND, Failed, Fitted, Fitting, Refit, likenesses

QUICK = {"taps": [5, 3], "knots": 4, "seeds": 2, "sweeps": 0, "seed_iterations": 8}
QUICK |= {"top_iterations": 8, "knot_iterations": 4}
LONG = {"taps": [32, 16, 16], "knots": 64, "seeds": 64, "seed_iterations": 256}
PATIENCE_S = 60.0


def drawing(value=1.0):
    """An L: upright and unmirrored, or visibly not."""
    picture = np.zeros((21, 21), "f4")
    picture[2:19, 3:7] = picture[14:19, 3:18] = value
    return picture


def news_until(refit, done):
    """Poll as a frame loop does; return all news up to the one that is `done`."""
    found, end = [], time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for news in refit.poll():
            found.append(news)
            if done(news):
                return found
        time.sleep(0.002)
    raise AssertionError(f"nothing more came after {found}")


def is_over(news):
    return isinstance(news, Failed) or (isinstance(news, Fitted) and news.is_last)


@pytest.fixture(scope="module")
def shared():
    """One process for the tests that leave it alive."""
    refit = Refit(stages=[QUICK, QUICK | {"taps": [6, 3]}])
    yield refit
    refit.close()


@pytest.fixture
def refit(shared):
    shared.stages = [QUICK, QUICK | {"taps": [6, 3]}]
    shared.prewarm()
    yield shared
    shared.cancel()


def test_banks_come_in_stages_with_progress_between(refit):
    id_ = refit.request(drawing(), max_radius_px=8)
    assert refit.current == id_
    news = news_until(refit, is_over)
    banks = [one for one in news if isinstance(one, Fitted)]
    assert [(one.id, one.stage, one.is_last) for one in banks] == [(id_, 0, False), (id_, 1, True)]
    assert [one.bank.layers for one in banks] == [(5, 3), (6, 3)]
    assert banks[0].bank.axes[0].knots[-1] == 8 and banks[0].seconds < banks[1].seconds
    parts = [one.progress for one in news if isinstance(one, Fitting) and one.stage == 0]
    assert parts == sorted(parts) and parts[0] < parts[-1] <= 1
    assert refit.current is None and refit.is_ready
    target = banks[0].bank.targets[0, -1]
    half = len(target) // 2
    assert target[:, :half].sum() > target[:, half + 1 :].sum()  # an L, upright
    assert target[half + 1 :].sum() > target[:half].sum()
    assert os.listdir(refit._folder.name) == [], "files go as they are read"


def test_polling_never_waits(refit):
    refit.request(drawing(), max_radius_px=8)
    began = time.process_time()
    refit.poll()
    assert time.process_time() - began < 0.1
    news_until(refit, is_over)


def test_drawing_again_replaces_what_runs(refit):
    refit.stages = [LONG]
    first = refit.request(drawing(), max_radius_px=32)
    news_until(refit, lambda news: news.id == first)
    refit.stages = [QUICK]
    second = refit.request(drawing()[::-1].copy(), max_radius_px=8)
    news = news_until(refit, is_over)
    assert {one.id for one in news} == {second} and isinstance(news[-1], Fitted)


def test_cancel_brings_no_more_news(refit):
    refit.stages = [LONG]
    first = refit.request(drawing(), max_radius_px=32)
    news_until(refit, lambda news: news.id == first)
    refit.cancel()
    assert refit.current is None
    refit.stages = [QUICK]
    again = refit.request(drawing(), max_radius_px=8)
    news = news_until(refit, is_over)
    assert {one.id for one in news} == {again} and isinstance(news[-1], Fitted)


def test_news_that_were_not_polled_yet_go_with_a_cancel(refit):
    refit.request(drawing(), max_radius_px=8)
    end = time.monotonic() + PATIENCE_S
    while os.listdir(refit._folder.name) and time.monotonic() < end:
        time.sleep(0.01)
    assert refit._news.qsize() > 2, "all its news are there"
    refit.cancel()
    assert refit.poll() == []


def one_pixel():
    picture = np.zeros((21, 21), "f4")
    picture[4, 9] = 1
    return picture


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        (drawing(0), "all 441 pixels are 0, some light expected. Draw"),
        (one_pixel(), "1 lit px, all of the light within one pixel at radius 8 px"),
        (drawing(np.nan), "finite values expected"),
    ],
    ids=["blank", "one pixel", "NaN"],
)
def test_bad_drawings_are_told_and_the_next_one_works(refit, kernel, expected):
    id_ = refit.request(kernel, max_radius_px=8)
    failed = news_until(refit, is_over)[-1]
    assert isinstance(failed, Failed) and failed.id == id_
    assert expected in str(failed.error)
    refit.request(drawing(), max_radius_px=8)
    assert isinstance(news_until(refit, is_over)[-1], Fitted)


def is_running(pid):
    """Whether there is such a process; a zombie would count."""
    return Path(f"/proc/{pid}").exists()


def test_killed_mid_fit_it_says_so_and_starts_again(refit):
    refit.stages = [LONG]
    id_ = refit.request(drawing(), max_radius_px=32)
    news_until(refit, lambda news: news.id == id_)
    killed = refit.pid
    os.kill(killed, signal.SIGKILL)
    failed = news_until(refit, is_over)[-1]
    assert failed.id == id_ and refit.current is None
    assert str(failed.error).startswith("fitter: killed by SIGKILL")
    assert "Draw again, it is started anew" in str(failed.error)
    assert not is_running(killed)
    refit.stages = [QUICK]
    refit.request(drawing(), max_radius_px=8)
    assert isinstance(news_until(refit, is_over)[-1], Fitted)
    assert refit.pid != killed


def test_closed_mid_fit_nothing_stays():
    refit = Refit(stages=[LONG], command=COMMAND)
    refit.request(drawing(), max_radius_px=32)
    folder, pid = Path(refit._folder.name), refit.pid
    assert folder.is_dir() and is_running(pid)
    refit.close()
    assert not folder.exists() and not is_running(pid)
    assert refit.poll() == [] and refit.pid is None
    refit.close()  # again is fine


def test_a_viewer_that_ends_without_closing_leaves_nothing():
    code = (
        "import numpy as np, time; from realtime.view.refit import Refit\n"
        f"refit = Refit(stages=[{QUICK}]); refit.request(np.eye(21), 8)\n"
        "while not refit.poll(): time.sleep(0.01)\n"
        "print(refit._folder.name, refit.pid, flush=True)\n"
        "raise SystemExit"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    folder, pid = run.stdout.split()
    time.sleep(0.1)
    assert not Path(folder).exists() and not is_running(pid)


def dying(*statements):
    return (sys.executable, "-c", "; ".join(["import sys", *statements]))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("no-such-program",), "fitter: not started (No such file or directory), diskblur-fit"),
        (
            (sys.executable, "-m", "no_such_fitter"),
            f"fitter: not installed ({sys.executable}: No module named no_such_fitter), "
            f"the extra fit expected. Install it: pip install 'diskblur[fit]'",
        ),
        (
            dying("print('diskblur-fit: torch not installed. Get it', file=sys.stderr)", "exit(2)"),
            "torch not installed. Get it",
        ),
        (dying("exit(7)"), "fitter: ended with code 7; a running process expected. Draw again"),
        (dying("print('boo', file=sys.stderr)", "exit(1)"), "code 1, last words: boo; a running"),
        (dying("print('no JSON')"), "fitter: ended with code 0"),
    ],
    ids=["no program", "no fitter", "no torch", "code", "words", "no JSON"],
)
def test_without_a_fitter_there_is_a_message_and_no_loop_of_starts(command, expected):
    refit = Refit(command=command)
    id_ = refit.request(drawing(), max_radius_px=8)
    failed = news_until(refit, is_over)[-1]
    assert failed.id == id_ and expected in str(failed.error)
    assert refit.pid is None and refit.poll() == []
    refit.close()


def test_likenesses_have_the_shape_of_what_will_come(ctx):
    from realtime.gl.bank_textures import BankTextures

    for bank, stage in zip(likenesses(), Refit().stages, strict=True):
        assert list(bank.layers) == stage["taps"] and bank.grid == (1, stage["knots"])
        textures = BankTextures(ctx, bank)
        assert textures.identity_first and not any(one.defines["EQUAL"] for one in textures.layers)
        textures.release()
