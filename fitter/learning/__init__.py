"""Banks that learn: the blur as a torch layer, its taps and its map trained by gradient descent.

    layer.py    SparseBlur: parameters in, picture out, to and from a bank
    start.py    a bank to begin with where no target is known
    varying.py  a layer of a cascade where every pixel has its own place on the axes
    uniform.py  the same where the bank has one knot, so all pixels share one kernel

All of it gives the numbers of `fitter.twin`, which stays the slow and readable reference.
"""

from fitter.learning.layer import SparseBlur
from fitter.learning.start import starting_bank

__all__ = ["SparseBlur", "starting_bank"]
