"""The bank: fitted cascades at knots, and its file. numpy and safetensors only.

`fitter` writes banks, `realtime` reads them; this package is all they share.

    bank = read_bank("disk.safetensors")
    for offsets, weights in bank.cascade(12.5):   # taps at radius 12.5 px, layer by layer
        ...

`lowrank.py` is the second kind: kernels as pairs of 1-D passes. `read_any` reads either.
"""

from realtime.bank.atomic import replacing
from realtime.bank.file import FORMAT, VERSION, read_bank, write_bank
from realtime.bank.lowrank import (
    LOWRANK_FORMAT,
    LOWRANK_VERSION,
    LowRankBank,
    read_any,
    read_lowrank,
    write_any,
    write_lowrank,
)
from realtime.bank.model import Axis, Bank
from realtime.errors import BankError

__all__ = [
    "FORMAT",
    "LOWRANK_FORMAT",
    "LOWRANK_VERSION",
    "VERSION",
    "Axis",
    "Bank",
    "BankError",
    "LowRankBank",
    "read_any",
    "read_bank",
    "read_lowrank",
    "replacing",
    "write_any",
    "write_bank",
    "write_lowrank",
]
