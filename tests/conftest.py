"""Fixtures that every test may use."""

import os

import pytest


@pytest.fixture(scope="session")
def ctx():
    """One GL context. REQUIRE_GL=1 (script/test) makes a missing driver a failure, not a skip."""
    from realtime.errors import GraphicsError
    from realtime.gl.context import headless_context

    try:
        context = headless_context()
    except GraphicsError as error:
        if os.environ.get("REQUIRE_GL"):
            raise
        pytest.skip(str(error))
    yield context
    assert context.error == "GL_NO_ERROR"
    context.release()
