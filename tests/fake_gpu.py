"""Contexts as timers see them: what is waited for, and queries that say which use they timed."""


class FakeContext:
    """A GPU. uses: sections so far; reads: (use that is read, uses by then)."""

    def __init__(self, renderer: str = "NVIDIA GeForce") -> None:
        self.info = {"GL_RENDERER": renderer}
        self.finishes = self.uses = 0
        self.queries: list[FakeQuery] = []
        self.reads: list[tuple[int, int]] = []

    def finish(self) -> None:
        self.finishes += 1

    def query(self, time: bool) -> "FakeQuery":
        assert time
        self.queries.append(FakeQuery(self))
        return self.queries[-1]


class FakeQuery:
    """Takes as many ms as sections had been timed before, plus one."""

    def __init__(self, ctx: FakeContext) -> None:
        self.ctx = self.gpu = ctx
        self.is_open = False

    def __enter__(self) -> None:
        assert not self.is_open
        self.is_open = True
        self.gpu.uses += 1
        self.use = self.gpu.uses

    def __exit__(self, *_) -> None:
        self.is_open = False

    @property
    def elapsed(self) -> int:
        self.gpu.reads.append((self.use, self.gpu.uses))
        return self.use * 1_000_000


def software() -> FakeContext:
    return FakeContext("llvmpipe (LLVM 15, 256 bits)")


class Clock:
    """time.perf_counter that a test sets: `clock.now += 0.004`."""

    def __init__(self, monkeypatch, now: float = 100.0) -> None:
        self.now = now
        monkeypatch.setattr("time.perf_counter", lambda: self.now)
