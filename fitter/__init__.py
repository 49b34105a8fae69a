"""The fitter: dense kernels in, banks of short cascades of bilinear taps out.

    targets/     what to imitate: shapes, silhouettes, pictures, aberrations, lenses (numpy)
    layout.py    where taps start: many in the first layer, shrinking rings after it
    spectral.py  what a cascade does, exactly, in the frequency domain
    prior.py     which frequencies matter: those of photographs, all of them, or a mix
    lm.py        Levenberg–Marquardt over offsets and weights, batched
    chain.py     fits along the radius axis that keep each tap's identity
    rows.py      the second axis of a bank as a fit sees it
    ties.py      symmetric taps and equal weights: unknowns that move together
    search.py    tapers, budgets and knots found by search
    bake.py      all of it: a request in, a `realtime.bank.Bank` out
    twin.py      the blur shader in torch;  dense.py: the exact oracle;  quality.py: their distance
    report.py, sheet.py, cli.py: `diskblur-fit bake` and `diskblur-fit inspect`

    methods/     lm and the rivals it is measured against, behind one call: `METHODS`
    bench/       every method on the same targets in one run: `diskblur-fit bench`
    learning/    `fitter.SparseBlur`: the blur as a torch layer that learns taps, weights and maps

Importing this package imports neither torch nor anything of the renderer but `realtime.bank`.
"""

from typing import TYPE_CHECKING, Any

from fitter.errors import FitError

if TYPE_CHECKING:
    from fitter.learning import SparseBlur

__all__ = ["FitError", "SparseBlur"]


def __getattr__(name: str) -> Any:
    """Load `SparseBlur`, and torch with it, when it is first asked for."""
    if name != "SparseBlur":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from fitter.learning import SparseBlur

    return SparseBlur
