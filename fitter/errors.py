"""The fitter's one error that a user can mend; the command prints it in a line and exits with 2."""


class FitError(Exception):
    """A target, a picture or a value that cannot be fitted.

    Its message reads `<what>: <what is there>, <what is expected>. <what to do>`.
    """
