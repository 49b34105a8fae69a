"""Every way to blur a picture that the renderer knows: one small file a method.

METHODS blur a slice or a picture by a parameter map: each pixel by its own place in a bank. POSTS
make a picture of their own from colour and depth, as engines do, and read no bank.
"""

from realtime.methods.cascades import ANNEALED, PAPER, SPARSE
from realtime.methods.circular import CIRCULAR_1, CIRCULAR_2, CIRCULAR_3
from realtime.methods.dual_kawase import DUAL_KAWASE
from realtime.methods.exact import DENSE
from realtime.methods.gather41 import GATHER41
from realtime.methods.gaussian import GAUSSIAN
from realtime.methods.hexagonal import HEXAGONAL
from realtime.methods.kawase import KAWASE
from realtime.methods.lowrank import LOWRANK
from realtime.methods.method import Method
from realtime.methods.near_far import NEAR_FAR
from realtime.methods.post import PostMethod
from realtime.methods.sparse_half import SPARSE_HALF, SPARSE_QUARTER

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        *(SPARSE, DENSE, LOWRANK, SPARSE_HALF, SPARSE_QUARTER, PAPER, ANNEALED),
        *(GAUSSIAN, KAWASE, DUAL_KAWASE),
        *(CIRCULAR_1, CIRCULAR_2, CIRCULAR_3, HEXAGONAL),
    )
}
POSTS: dict[str, PostMethod] = {post.name: post for post in (GATHER41, NEAR_FAR)}
