"""What `--blur` can say, and which bank it needs for it.

Where several blurs are named, one can bring a bank of its own: `sparse@other.safetensors`.
"""

from realtime.bank import Bank, LowRankBank
from realtime.errors import UsageError
from realtime.methods import METHODS, POSTS
from realtime.methods.method import AnyBank

LENS = ("lens", "none")  # the truth; no blur at all
MOTION = ("motion", "shutter")  # of what moves, seen sharp: by a bank of arcs or streaks; the truth
SLICED = tuple(METHODS)  # by depth of field in slices
CHOICES = ("sparse", "dense", *LENS, "gather", *(n for n in SLICED if n not in ("sparse", "dense")))
CHOICES += (*POSTS, *MOTION)
BANKLESS = ("none", "shutter", *POSTS)
SPARSE_READS = {"gather": "sparse", "motion": "sparse"}  # blurs by another name's pass
KINDS = {Bank: "cascades", LowRankBank: "low rank"}


def method_of(blur: str) -> str:
    """Return the method's name of a blur that may bring its own bank."""
    return blur.partition("@")[0]


def needed(bank: AnyBank | None) -> AnyBank:
    """Return the bank. Raises UsageError where there is none."""
    if bank is None:
        raise UsageError(
            "--bank: none given, a bank file expected for this blur. "
            "Bake one: diskblur-fit bake --shape disk --max-radius 32 --out disk.safetensors"
        )
    return bank


def own_blur(bank: AnyBank) -> str:
    """Return the blur that a bank of its kind is for."""
    if any(axis.name == "bend" for axis in bank.axes):
        return "motion"
    return "lowrank" if isinstance(bank, LowRankBank) else "sparse"


def check_kind(bank: AnyBank | None, blur: str) -> None:
    """Raise UsageError where a blur needs another kind of bank, or cannot do its shape."""
    method = METHODS.get(SPARSE_READS.get(blur, blur))
    if bank is None or method is None:
        return
    if not isinstance(bank, method.reads):
        own = own_blur(bank)
        raise UsageError(
            f"--bank: {KINDS[type(bank)]}, {KINDS[method.reads[0]]} expected for --blur {blur}. "
            f"Use --blur {own} where it can be chosen, or give another --bank"
        )
    if reason := method.cannot(bank):
        raise UsageError(
            f"--blur {blur}: a bank of {shape_of(bank)}, {reason}. Choose another --blur or --bank"
        )


def shape_of(bank: AnyBank) -> str:
    """What a bank's kernels are, as people call it."""
    return str(bank.target.get("shape", "unknown shape"))
