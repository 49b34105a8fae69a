"""A timer that counts passes by name instead of timing them."""

import contextlib
from collections import Counter


class Sections(Counter):
    """How often each section was entered."""

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        self[name] += 1
        return contextlib.nullcontext()
