"""Ctrl+V of a picture: by the desktop's tool, within its time, or a message."""

import io
import os
import sys

import numpy as np
import pytest
from PIL import Image
from view_parts import STILL, app_of, play

from realtime.errors import UsageError
from realtime.view import clipboard
from realtime.view.clipboard import copied_picture

OPEN = STILL.replace(panels=("make",))


def shape() -> np.ndarray:
    """[H, W] uint8, lopsided."""
    light = np.zeros((24, 40), "u1")
    light[3:20, 5:9] = 255
    light[16:20, 5:30] = 255
    return light


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """Make tools that say what a test has them say, and none but those."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":7")

    def make(name: str, body: str) -> None:
        path = folder / name
        path.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n")
        path.chmod(0o755)

    return make


def png() -> bytes:
    out = io.BytesIO()
    Image.fromarray(shape()).save(out, "png")
    return out.getvalue()


def says(data: bytes) -> str:
    return f"sys.stdout.buffer.write({data!r})"


@pytest.mark.parametrize(
    ("name", "variable"), [("xclip", "DISPLAY"), ("wl-paste", "WAYLAND_DISPLAY")]
)
def test_the_desktops_own_tool_is_asked_for_a_png(tools, tmp_path, monkeypatch, name, variable):
    monkeypatch.setenv(variable, "w-0")
    seen = tmp_path / "seen"
    tools(name, f"open({str(seen)!r}, 'w').write(' '.join(sys.argv[1:])); " + says(png()))
    with copied_picture() as path:
        assert np.array_equal(np.asarray(Image.open(path)), shape())
    assert not path.exists() and not path.parent.exists()
    assert "image/png" in seen.read_text().split()


def test_neither_tool_is_there(tools):
    with pytest.raises(UsageError, match="nothing to get a picture with, xclip expected"):
        with copied_picture():
            pass


def test_what_else_goes_wrong_is_said(tools, monkeypatch):
    for body, words in (
        ("sys.exit(1)", "clipboard: no picture, a picture or a file's path expected"),
        ("", "clipboard: no picture"),
        ("time.sleep(30)", r"clipboard: no answer to xclip in 0\.3 s"),
    ):
        monkeypatch.setattr(clipboard, "PATIENCE_S", 0.3 if "sleep" in body else 10.0)
        tools("xclip", body)
        with pytest.raises(UsageError, match=words):
            with copied_picture():
                pass


@pytest.mark.gl
def test_it_becomes_the_drawing_where_the_painter_is_open(ctx, tools):
    tools("xclip", says(png()))
    with app_of(ctx, OPEN) as app:
        painter = app.session.painter
        painter.fits_at_once = False
        play(app, {"do": "key", "key": "ctrl+v"})
        light = painter.drawing.light
        assert light.any() and light[: len(light) // 2].sum() != light[len(light) // 2 :].sum()
        assert [message.kind for message in app.session.messages.shown()] == ["note"]
        os.remove(os.path.join(os.environ["PATH"], "xclip"))
        play(app, {"do": "key", "key": "ctrl+v"})
        assert "nothing to get a picture with" in app.session.messages.shown()[-1].text
        assert painter.drawing.light is light


@pytest.mark.gl
def test_elsewhere_nothing_is_asked_for(ctx, tools):
    with app_of(ctx, STILL) as app:
        play(app, {"do": "key", "key": "ctrl+v"})
        assert app.session.messages.shown() == ()
