"""A window asks for a context that says when it is lost, and does without where that is refused."""

import glfw
import pytest

from realtime.errors import GraphicsError
from realtime.view import window


@pytest.fixture
def asked(monkeypatch):
    """What a window was asked to have, one entry a try; `refuses` says which tries fail."""
    hints, tries = {}, []

    def create(*_):
        tries.append(dict(hints))
        return None if len(tries) <= asked.refuses else "a window"

    def asked():
        return tries

    asked.refuses = 0
    monkeypatch.setattr(window.glfw, "window_hint", hints.__setitem__)
    monkeypatch.setattr(window.glfw, "create_window", create)
    monkeypatch.setattr(window.glfw, "terminate", lambda: None)
    return asked


def test_a_lost_context_is_to_say_so(asked):
    assert window._create((8, 6), "t") == "a window"
    [hints] = asked()
    assert hints[glfw.CONTEXT_ROBUSTNESS] == glfw.LOSE_CONTEXT_ON_RESET


def test_a_driver_that_refuses_need_not(asked):
    asked.refuses = 1
    assert window._create((8, 6), "t") == "a window"
    first, second = asked()
    assert second == {**first, glfw.CONTEXT_ROBUSTNESS: glfw.NO_ROBUSTNESS}


def test_no_window_at_all_is_said(asked):
    asked.refuses = 2
    with pytest.raises(GraphicsError, match=r"window: no OpenGL 3\.3 window \(.*\), a driver"):
        window._create((8, 6), "t")
