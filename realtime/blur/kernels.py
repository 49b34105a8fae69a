"""Programs that blur, kept by the shape of the banks that they were made for.

A shader is made for tap counts and knots, which are numbers in its source; offsets and weights are
textures. So a bank of a shape that was seen before takes the programs that are there, and a scene
may take a new bank between two frames.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import moderngl

from realtime.blur.kernel_pass import KernelPass
from realtime.gl.bank_textures import BankTextures
from realtime.methods.method import Method
from realtime.passes.cascade import CascadePass

MOST_KEPT = 4  # a drawing's two stages, and the banks that were there before


class Kernels:
    """Kernel passes of one method, by the bank's shape; the last few are kept."""

    def __init__(self, ctx: moderngl.Context, method: Method, tiled: bool) -> None:
        self.ctx, self.method, self.tiled = ctx, method, tiled
        self._made: dict[Hashable, KernelPass] = {}  # the last one used is the last

    def of(self, bank: BankTextures) -> KernelPass:
        """Return the pass that blurs by this bank, and by no other one until it is asked again."""
        key = self.method.programs(bank)
        kernel = self._made.pop(key, None)
        if kernel is None:
            kernel = self.method.make(self.ctx, bank, tiled=self.tiled)
        else:
            kernel.rebind(bank)
        self._keep(key, kernel)
        return kernel

    def _keep(self, key: Hashable, kernel: KernelPass) -> None:
        """Keep it as the last used one; the one used longest ago goes."""
        self._made[key] = kernel
        while len(self._made) > MOST_KEPT:
            self._made.pop(next(iter(self._made))).release()

    def prepare(self, bank: BankTextures, arguments: Mapping[str, Any]) -> Iterator[None]:
        """Make and use the programs for banks of this shape, one at a time.

        arguments: of a draw whose targets may be overwritten. Passes without `steps` are made all
        at once when they are needed.
        """
        if self.method.kind is not CascadePass or bank.shape in self._made:
            return
        kernel = self.method.make(self.ctx, bank, tiled=self.tiled)
        yield
        try:
            yield from kernel.steps(**arguments)
        except GeneratorExit:
            kernel.release()
            raise
        self._keep(bank.shape, kernel)

    def release(self) -> None:
        """Free all programs."""
        for kernel in self._made.values():
            kernel.release()
        self._made.clear()
