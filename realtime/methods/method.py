"""What is known of a blur method: how it is made, what bank it reads, and what it cannot do."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.bank import Bank, LowRankBank
from realtime.blur.kernel_pass import KernelPass
from realtime.gl.bank_textures import BankTextures

AnyBank = Bank | LowRankBank


def anything(bank: AnyBank) -> str | None:
    """Of a method that can do every bank it can read."""
    return None


def programs_of(bank: BankTextures) -> Hashable:
    """What programs hang on where nothing but the bank's shape is in their source."""
    return bank.shape


@dataclass(frozen=True)
class Method:
    """A way to blur every pixel by its own kernel.

    name: of `--blur`. kind: class or maker of its pass, called as
    kind(ctx, bank: BankTextures, tiled=...). reads: kinds of banks it can read. cannot: why it
    cannot do a bank's shape or axes, as "<what it can do> expected" says it, or None.
    programs: what of a bank is in its programs' source, so that another bank with the same may
    take its place. about: one line. source: where it is from.
    """

    name: str
    kind: Callable[..., KernelPass]
    about: str
    source: str
    reads: tuple[type, ...] = (Bank, LowRankBank)
    cannot: Callable[[AnyBank], str | None] = anything
    programs: Callable[[BankTextures], Hashable] = programs_of

    def make(self, ctx: moderngl.Context, bank: BankTextures, **options: Any) -> KernelPass:
        """Make its pass for a bank."""
        return self.kind(ctx, bank, **options)
