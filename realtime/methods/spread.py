"""The spread of a bank's kernels, for methods that have one shape only and take its size.

A Gaussian, or what comes near one, can stand in for any shape: a disc, a heart or a streak is then
a soft spot of the same variance, the mean of both axes. What is much coarser than the kernel looks
the same; what is finer has nothing of the shape. A spot is always centred, also where the kernel is
not.
"""

import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.gl.bank_textures import BankTextures
from realtime.methods.method import AnyBank


def spread_px(bank: AnyBank) -> np.ndarray:
    """Return σ [px] of the kernel at each knot of axes[0], [A0] float64; at the first of axes[1].

    σ²: the mean over both axes of the kernel's central second moment. Between knots σ is taken to
    be linear, as offsets are. Twin: shaders/inc/sigma.glsl.
    """
    variance = _of_vectors(bank) if isinstance(bank, LowRankBank) else _of_taps(bank)
    return np.sqrt(variance[0].mean(axis=-1).clip(0))  # negative lobes can make it less than 0


def spread_uniform(bank: BankTextures) -> bytes:
    """`u_sigma` of shaders/inc/sigma.glsl."""
    return spread_px(bank.bank).astype("f4").tobytes()


def spread_defines(bank: BankTextures) -> dict[str, int]:
    """The numbers that shaders/inc/sigma.glsl needs."""
    return {"KNOTS_X": bank.bank.grid[1]}


def spread_programs(bank: BankTextures) -> int:
    """All of a bank that is in the source of such a method's programs; see Method.programs."""
    return bank.bank.grid[1]


def one_radius(bank: AnyBank) -> str | None:
    """Of a method that knows one number of each kernel; see Method.cannot."""
    if [axis.name for axis in bank.axes] == ["radius"]:
        return None
    return "one axis, called radius, expected"


def _of_taps(bank: Bank) -> np.ndarray:
    """Variance of each cascade per axis, [A1, A0, 2], px²: those of its layers, added up.

    A bilinear read at n + f is two reads, at n and n + 1, of the shares 1 - f and f. Their mean is
    where it reads, and they add f (1 - f) to the variance.
    """
    total = np.zeros((*bank.grid, 2))
    for offsets, weights in zip(bank.offsets, bank.weights, strict=True):
        at, share = offsets.astype(np.float64), weights[..., None].astype(np.float64)
        share = share / share.sum(axis=0)
        part = at - np.floor(at)
        second = (share * (at**2 + part * (1 - part))).sum(axis=0)
        total += second - (share * at).sum(axis=0) ** 2
    return total


def _of_vectors(bank: LowRankBank) -> np.ndarray:
    """Variance of each kernel per axis, [A1, A0, 2], px², without drawing the kernels."""
    size = bank.rows.shape[-1]
    powers = (np.arange(size) - size // 2.0) ** np.arange(3)[:, None]  # [moment, M]
    columns, rows = (
        np.einsum("rbam,pm->prba", part.astype(np.float64), powers)  # [moment, rank, A1, A0]
        for part in (bank.columns, bank.rows)
    )
    along = [(columns[0] * rows).sum(axis=1), (columns * rows[0]).sum(axis=1)]  # x, y
    return np.stack([second / sum_ - (first / sum_) ** 2 for sum_, first, second in along], axis=-1)
