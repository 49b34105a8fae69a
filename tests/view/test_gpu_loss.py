"""A GPU that goes away: one clear line, and the settings are there."""

import moderngl
import pytest
from view_parts import SCENE, STILL, library

from realtime.cli import main
from realtime.errors import GraphicsError
from realtime.view import launch
from realtime.view.gpu_loss import EVERY_S, GpuWatch
from realtime.view.headless import HeadlessSurface
from realtime.view.settings import read_settings
from realtime.view.stage import Stage
from realtime.view.storage import Store

pytestmark = pytest.mark.gl


@pytest.fixture
def store(ctx, tmp_path, monkeypatch):
    monkeypatch.setattr(
        launch, "HeadlessSurface", lambda size, scale: HeadlessSurface(size, scale, ctx)
    )
    monkeypatch.setattr(launch, "Library", library)
    return Store(tmp_path / "config")


def start(store: Store | None, **settings) -> None:
    """Ten frames of a viewer, whose settings are only written at the end: it is too short."""
    launch.launch(STILL.replace(**settings), (96, 64), 10, True, store=store)


def lose(monkeypatch) -> None:
    monkeypatch.setattr(moderngl.Context, "error", property(lambda _: "GL_CONTEXT_LOST"))


def test_a_lost_context_is_said_and_settings_are_kept(store, monkeypatch):
    lose(monkeypatch)
    with pytest.raises(GraphicsError) as told:
        start(store, exposure_stops=1.5)
    kept = store.state_file
    assert str(told.value) == (
        f"GPU: lost, a running one expected. Settings are kept in {kept}; start again"
    )
    state = read_settings(kept)
    assert state.exposure_stops == 1.5 and state.scene == SCENE


def test_opengl_that_fails_in_a_frame_is_said(store, monkeypatch):
    """Neither what cannot be freed any more nor a traceback hides it."""

    def fail(*_, **__):
        raise moderngl.Error("the framebuffer is not complete")

    monkeypatch.setattr(Stage, "draw", fail)
    monkeypatch.setattr(Stage, "release", fail)
    with pytest.raises(GraphicsError, match=r"GPU: OpenGL failed \(the framebuffer is not comple"):
        start(store, exposure_stops=-2.0)
    assert read_settings(store.state_file).exposure_stops == -2.0


def test_settings_that_cannot_be_kept_are_said_too(store, monkeypatch):
    store.folder.write_text("a file")
    lose(monkeypatch)
    with pytest.raises(GraphicsError, match=r"GPU: lost.*settings not written .*; start again$"):
        start(store)


def test_without_a_window_there_is_nothing_to_keep(store, monkeypatch):
    lose(monkeypatch)
    with pytest.raises(GraphicsError, match=r"^GPU: lost, a running one expected. Start again$"):
        start(None)


def test_the_command_ends_with_2_and_one_line(store, monkeypatch, capsys):
    lose(monkeypatch)
    assert main(["view", "tabletop", "--headless", "--frames", "2", "--size", "96x64"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "GPU: lost" in error


def test_it_is_not_asked_in_every_frame():
    class Context:
        asked = 0

        @property
        def error(self):
            self.asked += 1
            return "GL_NO_ERROR"

    ctx, now = Context(), [0.0]
    watch = GpuWatch(ctx, lambda: now[0])
    for _ in range(100):
        watch.tick()
        now[0] += EVERY_S / 25
    assert ctx.asked == pytest.approx(4, abs=1)
