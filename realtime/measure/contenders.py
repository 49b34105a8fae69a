"""Which methods are measured: `--blur sparse,sparse@other.safetensors,gaussian`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from realtime.bank import Bank, LowRankBank, read_any
from realtime.blur.choices import SLICED, check_kind, method_of, own_blur
from realtime.errors import UsageError, UserError
from realtime.methods import METHODS, POSTS
from realtime.methods.method import AnyBank
from realtime.passes.cascade import CascadePass

ALL = "all"  # every method that the bank given can be blurred by
TAPPED = ("sparse", "sparse-half", "sparse-quarter", "paper", "annealed", "gather")  # by taps
KNOWN = ("none", *SLICED, "gather", *POSTS)


@dataclass(frozen=True)
class Contender:
    """One method with its bank.

    name: of tables, such as "sparse 24,8,4"; blur: what Renderer calls it; method: of METHODS or
    POSTS, or "none" or "gather". bank: None where it reads none.
    """

    name: str
    blur: str
    method: str
    bank: AnyBank | None

    @property
    def is_kernel(self) -> bool:
        """Whether it blurs a picture by a parameter map."""
        return self.method in METHODS

    @property
    def reads_taps(self) -> bool:
        """Whether it reads a bank's taps at every pixel."""
        return self.is_kernel and METHODS[self.method].kind is CascadePass


@dataclass(frozen=True)
class Skipped:
    """One that was asked for and cannot be measured, and why."""

    name: str
    reason: str


Field = tuple[list[Contender], list[Skipped]]


def contenders_of(text: str, bank: AnyBank | None) -> Field:
    """Read the list of methods. bank: of those that name none.

    A method that cannot do its bank's shape is skipped. Raises UsageError for an unknown method, a
    method named twice and a missing bank; BankError for a bank that cannot be read.
    """
    found: list[Contender] = []
    skipped: list[Skipped] = []
    for part in _parts(text, bank):
        _add(part, bank, found, skipped)
    if not found:
        raise UsageError(
            f"--blur: {text!r}, at least one method that can do the bank expected: "
            f"{'; '.join(f'{s.name}: {s.reason}' for s in skipped)}. Change --blur or --bank"
        )
    return found, skipped


def banks_of(contenders: Sequence[Contender]) -> Mapping[str, AnyBank]:
    """The banks that contenders bring themselves, as Renderer takes them."""
    return {c.blur: c.bank for c in contenders if "@" in c.blur}


def _parts(text: str, bank: AnyBank | None) -> list[str]:
    if text.strip() == ALL:
        return [name for name in KNOWN if name in ("none", *POSTS) or _reads(name, bank)]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        if method_of(part) not in KNOWN:
            raise UsageError(
                f"--blur: {method_of(part)!r}, one or more of {', '.join(KNOWN)} expected, or "
                f"{ALL}. Change --blur"
            )
        if parts.count(part) > 1:
            raise UsageError(f"--blur: {part} twice, each once expected. Leave one out")
    if not parts:
        raise UsageError(f"--blur: nothing, one or more of {', '.join(KNOWN)} expected. Change it")
    return parts


def _reads(name: str, bank: AnyBank | None) -> bool:
    """Whether a bank is of a kind that a method reads; where it is not, nobody would ask why."""
    method = METHODS["sparse" if name == "gather" else name]
    return bank is not None and isinstance(bank, method.reads)


def _add(part: str, bank: AnyBank | None, found: list[Contender], skipped: list[Skipped]) -> None:
    method, at, path = part.partition("@")
    if at:
        bank = read_any(path)
    if method in METHODS or method == "gather":
        _check_bank(part, method, bank)
        try:
            check_kind(bank, method)
        except UserError as error:
            skipped.append(Skipped(part, reason_of(error)))
            return
    else:
        bank = None
    name = _untaken(_name(method, bank), path, [other.name for other in found])
    found.append(Contender(name, part, method, bank))


def _untaken(name: str, path: str, taken: Sequence[str]) -> str:
    """Return the name, with its bank's file, or with all of its path, where another has it."""
    banks = (Path(path).stem or "bank", path or "bank", f"{path}, {len(taken) + 1}")
    return next(one for one in (name, *(f"{name} ({b})" for b in banks)) if one not in taken)


def _check_bank(part: str, method: str, bank: AnyBank | None) -> None:
    if bank is None:
        raise UsageError(
            f"--blur {part}: no bank, one expected. Give --bank F, or {method}@F in its place"
        )
    if len(bank.axes) != 1 or own_blur(bank) == "motion":
        raise UsageError(
            f"--blur {part}: a bank of {' × '.join(axis.name for axis in bank.axes)}, one of "
            f"radius alone expected. Bake one: diskblur-fit bake --shape disk --max-radius 32"
        )


def reason_of(error: UserError) -> str:
    """The part of its message that says why; what to do about it is not the table's business."""
    text = str(error)
    return (text.partition(": ")[2] or text).partition(". ")[0]


def _name(method: str, bank: AnyBank | None) -> str:
    if isinstance(bank, Bank) and method in TAPPED:
        return f"{method} {layers_text(bank)}"
    if isinstance(bank, LowRankBank) and method == "lowrank":
        return f"lowrank {bank.rank}"
    return method


def layers_text(bank: Bank) -> str:
    """Tap counts as people write them: 24,8,4 or 24×4."""
    layers = bank.layers
    if len(layers) > 1 and len(set(layers)) == 1:
        return f"{layers[0]}×{len(layers)}"
    return ",".join(map(str, layers))
