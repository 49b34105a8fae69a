"""The bank's targets themselves, read by every pixel: what all others are measured against."""

from collections.abc import Hashable

from realtime.gl.bank_textures import BankTextures
from realtime.methods.method import Method
from realtime.passes.dense import DensePass


def _programs(bank: BankTextures) -> Hashable:
    return bank.shape, bank.targets().size


DENSE = Method(
    name="dense",
    kind=DensePass,
    about="the full kernels",
    source="the definition of a convolution",
    programs=_programs,
)
