"""The bank: fitted cascades at knots, and its file. numpy and safetensors only.

`fitter` writes banks, `realtime` reads them; this package is all they share.

    bank = read_bank("disk.safetensors")
    for offsets, weights in bank.cascade(12.5):   # taps at radius 12.5 px, layer by layer
        ...
"""

from realtime.bank.atomic import replacing
from realtime.bank.file import FORMAT, VERSION, read_bank, write_bank
from realtime.bank.model import Axis, Bank
from realtime.errors import BankError

__all__ = [
    "FORMAT",
    "VERSION",
    "Axis",
    "Bank",
    "BankError",
    "read_bank",
    "replacing",
    "write_bank",
]
