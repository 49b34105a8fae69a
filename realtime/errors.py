"""Errors that a user can mend; the commands print them in one line and exit with 2.

Every message reads `<what>: <what is there>, <what is expected>. <what to do>`.
"""


class UserError(Exception):
    """Base of the errors below: bad input or a missing part, never a bug of ours."""


class BankError(UserError):
    """A bank file or its content breaks the contract (see `realtime.bank`)."""


class SceneError(UserError):
    """A scene file, mesh or camera that cannot be rendered."""


class LensError(UserError):
    """A lens that cannot exist, such as an f-number of 0."""


class ShaderError(UserError):
    """A shader that does not compile or link, or gets the wrong inputs."""


class GraphicsError(UserError):
    """No usable OpenGL, or a request beyond its limits."""


class PictureError(UserError):
    """A picture or video that cannot be read or written."""


class UsageError(UserError):
    """Command-line values that make no sense, alone or together."""


class RefitError(UserError):
    """A drawing that could not be fitted, or a fitter that is not there or has stopped."""
