"""Every way to blur a picture that the renderer knows: one small file a method.

METHODS blur a slice or a picture by a parameter map: each pixel by its own place in a bank. POSTS
make a picture of their own from colour and depth, as engines do, and read no bank.
"""

from realtime.methods.cascades import ANNEALED, PAPER, SPARSE
from realtime.methods.exact import DENSE
from realtime.methods.lowrank import LOWRANK
from realtime.methods.method import Method

METHODS: dict[str, Method] = {
    method.name: method for method in (SPARSE, DENSE, LOWRANK, PAPER, ANNEALED)
}
