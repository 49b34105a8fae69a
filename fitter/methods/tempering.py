"""Parallel tempering over the taps of cascades: candidates at several temperatures.

All candidates of all kernels move at once. For a block of moves one layer is worked on, so the
product of the other layers stays as it is, and a move changes the transfer function by

    others * amount * (tap at p - tap at q)          each tap separable: Y(ky) X(kx)

which is one small matrix product, whatever the number of taps. Three kinds of move:

    shift    a tap moves by a random step, of a scale drawn anew each time
    trade    a tap takes a part of another's weight
    swap     a tap is removed and added again anywhere in the kernel's light

None changes the sum of a layer's weights, and weights stay above 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitter.spectral import canvas, fast_size

Float64 = NDArray[np.float64]
Complex64 = NDArray[np.complex64]

BLOCK = 10  # moves between two exchanges of temperatures, all in one layer
KINDS = ("shift", "trade", "swap")
KIND_PARTS = (0.6, 0.3, 0.1)

# Temperatures, in units of the kernel's squared norm, geometric between these: about 200 unknowns
# hold half a temperature of error each, so the coldest ends near 0.01 % and the hottest at 10 %.
COLDEST, HOTTEST = 1e-6, 1e-3

SMALLEST_SHIFT_PX, LARGEST_SHIFT = 0.1, 0.3  # the second as a part of the kernel's extent
SMALLEST_TRADE, LARGEST_TRADE = 0.02, 0.9  # of the giver's weight
ROOM = 1.6  # of the canvas, as a multiple of the kernel's size


@dataclass(eq=False)
class Taps:
    """Taps of B cascades: offsets [B, N, 2] px where light is put, weights [B, N]."""

    offsets: Float64
    weights: Float64

    def copied(self) -> "Taps":
        """Return a copy."""
        return Taps(self.offsets.copy(), self.weights.copy())


@dataclass(frozen=True, eq=False)
class Move:
    """One proposal a candidate [B]: `amount` of light goes from `q` to `p` [B, 2] px.

    tap, giver: [B] which taps change; offset [B, 2], weight, left [B]: what they become.
    """

    amount: Float64
    p: Float64
    q: Float64
    tap: NDArray[np.intp]
    giver: NDArray[np.intp]
    offset: Float64
    weight: Float64
    left: Float64

    def made(self, taps: Taps, taken: NDArray[np.bool_]) -> None:
        """Change the taps of the candidates that take the move."""
        which = np.flatnonzero(taken)
        taps.weights[which, self.giver[which]] = self.left[which]
        taps.weights[which, self.tap[which]] = self.weight[which]
        taps.offsets[which, self.tap[which]] = self.offset[which]


class Tempering:
    """K kernels [K, M, M], each with C candidates; batch B = K * C, candidate fastest.

    taps: where all of them start; layers: tap counts. best: each kernel's best taps so far [K], and
    best_error [K], its squared error relative to the kernel's square.
    """

    def __init__(
        self,
        kernels: Float64,
        taps: Taps,
        layers: tuple[int, ...],
        candidates: int,
        random: np.random.Generator,
    ) -> None:
        self.layers, self.random, self.taps = layers, random, taps
        self.shape = (len(kernels), candidates)
        on = canvas(fast_size(max(12, int(kernels.shape[-1] * ROOM))))
        self.n, self.roots = on.n, on.roots.numpy()
        self.steps = [along.numpy() for along in on.steps]
        norm = np.square(kernels).sum(axis=(1, 2)) * on.n**2
        self.energy_of = np.repeat(on.multiplicity().numpy() / norm[:, None], candidates, axis=0)
        spectra = on.spectrum(_tensor(kernels)).numpy()
        self.target = np.repeat(spectra, candidates, axis=0)
        self.light = [_lit_pixels(kernel) for kernel in kernels]
        self.extent = np.repeat([np.abs(lit).max() + 0.5 for lit in self.light], candidates)
        ladder = np.geomspace(COLDEST, HOTTEST, candidates)
        self.temperature = np.tile(ladder, (len(kernels), 1))
        ends = np.cumsum(layers)
        self.places = [slice(end - n, end) for end, n in zip(ends, layers, strict=True)]
        self.transfers = [self._transfer(at) for at in self.places]
        self.error = self._error(np.prod(self.transfers, axis=0) - self.target)
        first = self.error.reshape(self.shape).argmin(axis=1)
        self.best = self._picked(first)
        self.best_error = self.error.reshape(self.shape).min(axis=1)

    def block(self, moves: int = BLOCK) -> None:
        """Try `moves` moves in one layer, then exchange temperatures."""
        number = self.random.choice(len(self.layers), p=np.array(self.layers) / sum(self.layers))
        others = np.prod([t for n, t in enumerate(self.transfers) if n != number], axis=0)
        layer = self._transfer(self.places[number])  # from the taps again: nothing drifts
        residual = others * layer - self.target
        self.error = self._error(residual)
        for _ in range(moves):
            move = self._proposed(self.places[number])
            change = self._change(move)
            tried = residual + others * change
            error = self._error(tried)
            taken = self._accepted(error)
            move.made(self.taps, taken)
            layer[taken] += change[taken]
            residual[taken] = tried[taken]
            self.error = np.where(taken, error, self.error)
            self._remember()
        self.transfers[number] = layer
        self._exchange()

    def _proposed(self, at: slice) -> Move:
        """Draw a move for every candidate, of any kind."""
        batch, taps = len(self.error), at.stop - at.start
        rows = np.arange(batch)
        tap = at.start + self.random.integers(taps, size=batch)
        giver = at.start + (tap - at.start + self._other(taps, batch)) % taps
        kind = self.random.choice(len(KINDS), size=batch, p=KIND_PARTS)[:, None]
        here, weight = self.taps.offsets[rows, tap], self.taps.weights[rows, tap]
        purse = self.taps.weights[rows, giver]
        bound = self.extent[:, None]
        shifted = (here + self._shifts(batch)).clip(-bound, bound)
        offset = np.where(kind == 0, shifted, np.where(kind == 1, here, self._anywhere()))
        trade = (kind[:, 0] == 1) & (giver != tap)
        taken = self._between(SMALLEST_TRADE, LARGEST_TRADE, batch) * purse * trade
        from_ = np.where(trade[:, None], self.taps.offsets[rows, giver], here)
        left = np.where(giver == tap, weight, purse - taken)
        amount = np.where(trade, taken, weight)
        return Move(amount, offset, from_, tap, giver, offset, weight + taken, left)

    def _other(self, taps: int, batch: int) -> NDArray[np.intp]:
        """How far along the layer the giver is; in a layer of one tap it is the tap itself."""
        return self.random.integers(1, max(taps, 2), size=batch)

    def _shifts(self, batch: int) -> Float64:
        most = np.maximum(self.extent * LARGEST_SHIFT, SMALLEST_SHIFT_PX)
        scale = self._between(SMALLEST_SHIFT_PX, most, batch)
        return self.random.standard_normal((batch, 2)) * scale[:, None]

    def _anywhere(self) -> Float64:
        """[B, 2]: a point in the light of each candidate's kernel."""
        kernels, candidates = self.shape
        drawn = self.random.random((kernels, candidates))
        chosen = [
            lit[(part * len(lit)).astype(int)] for lit, part in zip(self.light, drawn, strict=True)
        ]
        jitter = self.random.uniform(-0.5, 0.5, (kernels * candidates, 2))
        return np.concatenate(chosen) + jitter

    def _between(self, low: float, high: float | Float64, batch: int) -> Float64:
        """Draw [B] between two scales, evenly in the logarithm."""
        return low * (np.asarray(high) / low) ** self.random.random(batch)

    def _accepted(self, error: Float64) -> NDArray[np.bool_]:
        """Metropolis: always where the error falls, else as the temperature allows."""
        chance = -np.log(1 - self.random.random(len(error)))  # exponentially distributed, above 0
        return error - self.error < chance * self.temperature.ravel()

    def _exchange(self) -> None:
        """Let neighbours in temperature change places: better candidates wander to the cold."""
        kernels, candidates = self.shape
        order = self.temperature.argsort(axis=1)
        first = self.random.integers(2)
        cold, hot = order[:, first:-1:2], order[:, first + 1 :: 2]
        rows = np.arange(kernels)[:, None]
        error = self.error.reshape(self.shape)
        gain = (1 / self.temperature[rows, cold] - 1 / self.temperature[rows, hot]) * (
            error[rows, cold] - error[rows, hot]
        )
        draw = np.log(1 - self.random.random((kernels, candidates)))[:, : cold.shape[1]]
        kernel, pair = np.nonzero(draw < gain)
        one, two = cold[kernel, pair], hot[kernel, pair]
        at = self.temperature
        at[kernel, one], at[kernel, two] = at[kernel, two], at[kernel, one]

    def _remember(self) -> None:
        """Keep the best taps seen of each kernel."""
        error = self.error.reshape(self.shape)
        better = np.flatnonzero(error.min(axis=1) < self.best_error)
        if not len(better):
            return
        now = self._picked(error.argmin(axis=1))
        self.best.offsets[better] = now.offsets[better]
        self.best.weights[better] = now.weights[better]
        self.best_error[better] = error.min(axis=1)[better]

    def _picked(self, candidate: NDArray[np.intp]) -> Taps:
        """Return one candidate a kernel."""
        at = np.arange(self.shape[0]) * self.shape[1] + candidate
        return Taps(self.taps.offsets[at], self.taps.weights[at])

    def _transfer(self, at: slice) -> Complex64:
        """Return the transfer function of a layer, [B, ny, nx]."""
        x, y = self._factors(self.taps.offsets[:, at])
        return (self.taps.weights[:, at, None].astype(np.float32) * y).transpose(0, 2, 1) @ x

    def _change(self, move: Move) -> Complex64:
        """Return what a move adds to the layer's transfer function, [B, ny, nx]."""
        x, y = self._factors(np.stack((move.p, move.q), axis=1))
        amount = move.amount[:, None].astype(np.float32) * np.array([1, -1], np.float32)
        return (amount[..., None] * y).transpose(0, 2, 1) @ x

    def _factors(self, offsets: Float64) -> tuple[Complex64, Complex64]:
        """Return the separable factors of bilinear taps at [B, T, 2]: [B, T, nx], [B, T, ny]."""
        floor = np.floor(offsets)
        part = (offsets - floor).astype(np.float32)
        found = []
        for axis, steps in enumerate(self.steps):
            whole = self.roots[floor[..., axis].astype(int)[..., None] * steps % self.n]
            beside = part[..., axis, None]
            found.append(whole * (1 - beside + beside * self.roots[steps]))
        return found[0], found[1]

    def _error(self, residual: Complex64) -> Float64:
        """Return the squared error [B] relative to the kernel's square."""
        square = (residual.real**2 + residual.imag**2).sum(axis=1)
        return np.einsum("bx,bx->b", square, self.energy_of, dtype=np.float64)


def _lit_pixels(kernel: Float64) -> Float64:
    """Return the non-zero pixels of a kernel [M, M] as (x, y) px from its centre."""
    rows, columns = np.nonzero(kernel)
    return np.stack((columns, rows), axis=1) - float(kernel.shape[0] // 2)


def _tensor(array: Float64):
    import torch

    return torch.from_numpy(array)
