"""Frame times on other GPUs, estimated from counted fetches and bytes; and the fit of this machine.

The model is a roofline of three parts. For each pass

    texture time  fetches / rate of the texture units; texels of 8 bytes (RGBA16F) and of 16
                  (RGBA32F) at the machine's shares of that rate
    memory time   (what is written, blended back, and each texture read once, at most as much of it
                  as is fetched) / memory bandwidth; nothing where all of it fits into the L2
    pass          the larger of the two (the sum on a machine that does not overlap them), and a
                  fixed time for each pass

Its limits. Arithmetic is left out: a method that computes much for each fetch is slower than said.
Reads are taken to hit the caches but for the first of each texel: what scatters its reads farther
than the L1 holds is slower. Peak rates of data sheets, at clocks that a phone does not sustain; no
compression of targets, no tile memory, nothing else running. The time of a pass is a round number
for a change of render target, not measured. So it tells which part of a method bounds it and how
methods compare, within a factor of about two; never whether a frame takes 3.1 or 3.4 ms.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realtime.errors import UsageError
from realtime.profiling.cost import Cost
from realtime.profiling.draw_cost import DrawCost, Reads


@dataclass(frozen=True)
class Machine:
    """What the model knows of a GPU.

    filtered: bilinear fetches of texels of up to 4 bytes, in 10⁹ a second; plain: single texels.
    half_float_share, float_share: the rates for texels of 8 and of 16 bytes by those. memory: 10⁹
    bytes a second. l2_bytes: of the last cache that the GPU has to itself. pass_us: fixed time of a
    pass. overlaps: texture units and memory work at the same time. source: where the figures are
    from.
    """

    name: str
    filtered: float
    plain: float
    half_float_share: float
    float_share: float
    memory: float
    l2_bytes: float
    pass_us: float
    source: str
    overlaps: bool = True


MIB = 2**20

IRIS_XE = Machine(
    "Intel Iris Xe, 96 EU",
    filtered=64.8,
    plain=64.8,
    half_float_share=0.5,
    float_share=0.25,
    memory=68.3,
    l2_bytes=3.75 * MIB,
    pass_us=5.0,
    source=(
        "48 texture units at 1.35 GHz (listed fill rates: 67.2 Gtexel/s at 1.4 GHz), LPDDR4x-4267 "
        "on 128 bits, 68.3 GB/s: specification lists of Iris Xe 96 EU and Iris Xe MAX. "
        "Assumed: 3.75 MiB of L3, half rate for RGBA16F, a quarter for RGBA32F"
    ),
)
ADRENO_750 = Machine(
    "Qualcomm Adreno 750 (Snapdragon 8 Gen 3)",
    filtered=86.7,
    plain=86.7,
    half_float_share=0.5,
    float_share=0.25,
    memory=76.8,
    l2_bytes=1 * MIB,
    pass_us=20.0,
    source=(
        "LPDDR5X-9600 on 64 bits: Qualcomm's specifications. Assumed, since no data sheet is "
        "public: 96 texels a clock at 903 MHz, 1 MiB of L2, half rate for RGBA16F, a quarter for "
        "RGBA32F"
    ),
)
RTX_4070 = Machine(
    "NVIDIA GeForce RTX 4070",
    filtered=455.4,
    plain=455.4,
    half_float_share=1.0,
    float_share=0.25,
    memory=504.2,
    l2_bytes=36 * MIB,
    pass_us=5.0,
    source=(
        "184 texture units at 2.475 GHz, 21 Gbit/s on 192 bits, 36 MB of L2: NVIDIA's "
        "specifications as The FPS Review and Club386 list them. "
        "Assumed: full rate for RGBA16F, a quarter for RGBA32F"
    ),
)
MACHINES = (IRIS_XE, ADRENO_750, RTX_4070)


def frame_ms(machine: Machine, cost: Cost) -> float:
    """Estimate the time of all passes of a frame."""
    return sum(pass_ms(machine, draw) for draw in cost.draws)


def pass_ms(machine: Machine, draw: DrawCost) -> float:
    """Estimate the time of one draw."""
    parts = texture_ms(machine, draw), memory_ms(machine, draw)
    work = max(parts) if machine.overlaps else sum(parts)
    return work + machine.pass_us * 1e-3


def texture_ms(machine: Machine, draw: DrawCost) -> float:
    """Time that the texture units take for a draw's fetches."""
    return sum(_fetch_ms(machine, read) for read in draw.reads)


def _fetch_ms(machine: Machine, read: Reads) -> float:
    share = 1.0
    if read.storage.texel_bytes > 4:
        is_half = read.storage.texel_bytes <= 8
        share = machine.half_float_share if is_half else machine.float_share
    billions = read.filtered / machine.filtered + read.plain / machine.plain
    return billions / share * 1e-6


def memory_ms(machine: Machine, draw: DrawCost) -> float:
    """Time that memory takes for what a draw must move at least."""
    traffic = traffic_bytes(draw)
    return 0.0 if traffic <= machine.l2_bytes else traffic / machine.memory * 1e-6


def traffic_bytes(draw: DrawCost) -> int:
    """What is written and blended back, and each texture once, at most as much as is fetched."""
    textures: dict = {}
    for read in draw.reads:  # several samplers may read one texture
        textures[read.storage] = textures.get(read.storage, 0) + read.bytes
    read_once = sum(min(texture.bytes, fetched) for texture, fetched in textures.items())
    return read_once + draw.bytes_written * (2 if draw.blended else 1)


@dataclass(frozen=True)
class Fit:
    """A machine that was fitted, and how well.

    residuals_ms: estimate - measured time, for each measurement. relative_rms: root of the mean
    square of residual / measured time, which the fit made least.
    """

    machine: Machine
    residuals_ms: tuple[float, ...]
    relative_rms: float


def fit_machine(measured: Sequence[tuple[Cost, float]], name: str = "this machine") -> Fit:
    """Fit a machine to frames' costs and their measured times in ms.

    Time is taken as a sum of filtered fetches, plain fetches, bytes moved and passes, each at a
    constant, non-negative price; least squares of relative errors, so that a slow method does not
    count more than a quick one. What comes out at no price has an infinite rate. No cache holds
    anything, and a fetch costs the same whatever its format, which fits a software renderer. But
    where that has no branches and masks what a pixel leaves out, as Mesa's llvmpipe does outside
    of loops, an early return saves none of the time that counted fetches say. Raises UsageError for
    fewer measurements than the four prices.
    """
    if len(measured) < 4:
        raise UsageError(
            f"fit of a machine: {len(measured)} measurements, 4 or more expected. "
            f"Measure more methods"
        )
    times = np.array([ms for _, ms in measured])
    amounts = np.array([_amounts(cost) for cost, _ in measured])
    prices = _non_negative(amounts / times[:, None], np.ones(len(times)))
    filtered, plain, moved, a_pass = (float(price) for price in prices)
    machine = Machine(
        name,
        filtered=_rate(filtered),
        plain=_rate(plain),
        half_float_share=1.0,
        float_share=1.0,
        memory=_rate(moved),
        l2_bytes=0,
        pass_us=a_pass * 1e3,
        source=f"fitted to {len(measured)} measured frames",
        overlaps=False,
    )
    residuals = amounts @ prices - times
    relative = float(np.sqrt(np.mean((residuals / times) ** 2)))
    return Fit(machine, tuple(residuals.tolist()), relative)


def _amounts(cost: Cost) -> tuple[float, float, float, float]:
    reads = [read for draw in cost.draws for read in draw.reads]
    return (
        sum(read.filtered for read in reads),
        sum(read.plain for read in reads),
        sum(traffic_bytes(draw) for draw in cost.draws),
        cost.passes,
    )


def _rate(ms_each: float) -> float:
    """10⁹ a second."""
    return 1e-6 / ms_each if ms_each > 0 else math.inf


def _non_negative(rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Least squares with no solution below 0: the best of all subsets of columns that has none."""
    columns = rows.shape[1]
    best, least = np.zeros(columns), float(wanted @ wanted)
    scale = np.where(rows.any(axis=0), np.abs(rows).max(axis=0), 1.0)
    for count in range(1, columns + 1):
        for subset in map(list, itertools.combinations(range(columns), count)):
            found, *_ = np.linalg.lstsq(rows[:, subset] / scale[subset], wanted, rcond=None)
            off = rows[:, subset] / scale[subset] @ found - wanted
            if (found >= 0).all() and float(off @ off) < least:
                best, least = np.zeros(columns), float(off @ off)
                best[subset] = found / scale[subset]
    return best
