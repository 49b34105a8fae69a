"""Fixtures that every test may use."""

import os

import pytest

CONTEXT = pytest.StashKey()


@pytest.fixture(scope="session")
def ctx(pytestconfig):
    """One GL context. REQUIRE_GL=1 (script/test) makes a missing driver a failure, not a skip."""
    from realtime.errors import GraphicsError
    from realtime.gl.context import headless_context

    try:
        context = headless_context()
    except GraphicsError as error:
        if os.environ.get("REQUIRE_GL"):
            raise
        pytest.skip(str(error))
    pytestconfig.stash[CONTEXT] = context
    yield context
    del pytestconfig.stash[CONTEXT]
    context.release()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Make the context current: a test that ran a command may have left that of the command."""
    context = item.config.stash.get(CONTEXT, None)
    if context is not None:
        make_current(context)
    return (yield)


@pytest.fixture(autouse=True)
def own_gl_error(request):
    """Each test leaves OpenGL without an error: one found later would not say whose it was."""
    yield
    context = request.config.stash.get(CONTEXT, None)
    if context is not None and "ctx" in request.fixturenames:
        make_current(context)
        assert context.error == "GL_NO_ERROR"


def make_current(context):
    context.__enter__()  # `with` would leave no context at all current
