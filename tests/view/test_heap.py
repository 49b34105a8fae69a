"""Freed memory goes back to the system, where that can be asked for."""

import ctypes
import platform

import numpy as np
import pytest
from view_parts import session_of

from bench.memory import resident_mb
from realtime.view import heap, stage

PIECE, PIECES = 1 << 14, 4000  # bytes; far below what the C library takes from the system at once


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a function of glibc")
def test_what_is_freed_between_what_is_kept_goes_back():
    pieces = [np.ones(PIECE, np.uint8) for _ in range(PIECES)]
    kept = pieces[::8]  # so that the heap cannot shrink from its end
    del pieces
    before = resident_mb()
    heap.give_back()
    freed_mb = PIECE * (PIECES - len(kept)) / 2**20
    assert before - resident_mb() > freed_mb / 2


@pytest.mark.parametrize("error", [TypeError, OSError, AttributeError])
def test_elsewhere_nothing_happens(monkeypatch, error):
    def missing(name):
        raise error

    monkeypatch.setattr(ctypes, "CDLL", missing)
    heap.give_back()


@pytest.mark.gl
def test_a_stage_that_goes_gives_back(ctx, monkeypatch):
    calls = []
    monkeypatch.setattr(stage, "give_back", lambda: calls.append("given back"))
    with session_of(ctx) as session:
        session.renew()
        assert len(calls) == 1
    assert len(calls) == 2
