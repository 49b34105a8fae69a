"""Where each method wins and loses, in sentences made from the results."""

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

Record = dict[str, Any]


def summary(records: Sequence[Record]) -> str:
    """Return a list of sentences in Markdown."""
    kernels = [r for r in records if r["case"]["section"] == "kernels" and "measured" in r]
    targets = list(dict.fromkeys(r["case"]["target"] for r in kernels))
    by = {t: [r for r in kernels if r["case"]["target"] == t] for t in targets}
    lines = [
        _equal_taps(by),
        _all_losses(by),
        *(_method_line(by, method) for method in ("paper", "annealing", "lowrank")),
        _between([r for r in records if r["case"]["section"] == "between" and "measured" in r]),
        *_varying([r for r in records if r["case"]["section"] == "varying" and "measured" in r]),
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def beaten(rows: Sequence[Record], equal: bool) -> list[tuple[Record, Record]]:
    """Return (rival, lm) where a rival is better than every lm of as many taps or more.

    equal: of exactly the rival's taps only. `dense` is the kernel itself and no rival.
    """
    found = []
    for rival in rows:
        if _method(rival) in ("lm", "dense"):
            continue
        own = [r for r in rows if _method(r) == "lm" and _comes_up(r, rival, equal)]
        best = max(own, key=_db, default=None)
        if best is not None and _db(rival) > _db(best):
            found.append((rival, best))
    return found


def _comes_up(own: Record, rival: Record, equal: bool) -> bool:
    return own["taps"] == rival["taps"] if equal else own["taps"] <= rival["taps"]


def _equal_taps(by: dict[str, list[Record]]) -> str:
    lost = [pair for rows in by.values() for pair in beaten(rows, equal=True)]
    compared = sum(
        any(_method(r) == "lm" and r["taps"] == rival["taps"] for r in rows)
        for rows in by.values()
        for rival in rows
        if _method(rival) not in ("lm", "dense")
    )
    if not compared:
        return ""
    if not lost:
        return f"At equal taps `lm` is the best in all {compared} comparisons of this run."
    return f"At equal taps `lm` loses {len(lost)} of {compared} comparisons: {_listed(lost)}."


def _all_losses(by: dict[str, list[Record]]) -> str:
    """Return the losses to rivals of more taps than any `lm` in the run."""
    lost = [pair for rows in by.values() for pair in beaten(rows, equal=False)]
    if not lost:
        return "With fewer or as many taps `lm` is ahead of every rival that was run." if by else ""
    return (
        f"**Losses.** {len(lost)} rivals are better than every `lm` of at most their taps: "
        f"{_listed(lost)}."
    )


def _listed(pairs: Sequence[tuple[Record, Record]]) -> str:
    return "; ".join(
        f"{r['case']['target']}: {r['case']['variant']['name']} {_db(r):.1f} dB with {r['taps']} "
        f"taps, {o['case']['variant']['name']} {_db(o):.1f} with {o['taps']}"
        for r, o in pairs
    )


def _method_line(by: dict[str, list[Record]], method: str) -> str:
    """Compare a rival's best with lm's best of at most 36 taps."""
    gaps, wins = [], Counter()
    for target, rows in by.items():
        own = [r for r in rows if _method(r) == "lm" and r["taps"] <= 36]
        rivals = [r for r in rows if _method(r) == method]
        if own and rivals:
            gap = max(map(_db, own)) - max(map(_db, rivals))
            gaps.append(gap)
            wins[gap > 0] += 1
            wins[target] = gap <= 0
    if not gaps:
        return ""
    lost = [target for target in by if wins.get(target)]
    where = f"; it is ahead on {', '.join(lost)}" if lost else ""
    return (
        f"`{method}` at its best, whatever its taps, against `lm` with at most 36: `lm` is ahead "
        f"on {wins[True]} of {len(gaps)} kernels, by {median(gaps):.1f} dB in the median{where}."
    )


def _between(records: Sequence[Record]) -> str:
    from fitter.bench.figures import losses

    most: dict[str, float] = {}
    for r in records:
        name = r["case"]["variant"]["name"]
        most[name] = max(most.get(name, -999.0), *losses(r["measured"]))
    listed = ", ".join(f"{name} {loss:.1f} dB" for name, loss in most.items())
    return f"Between knots, the most that a midpoint loses: {listed}." if most else ""


def _varying(records: Sequence[Record]) -> list[str]:
    lines = []
    for scene in dict.fromkeys(r["case"]["target"] for r in records):
        rows = sorted((r for r in records if r["case"]["target"] == scene), key=_db, reverse=True)
        ranked = ", ".join(f"{r['case']['variant']['name']} {_db(r):.1f}" for r in rows)
        lines.append(f"{scene}, dB over whole pictures (knots differ, see the table): {ranked}.")
    return lines


def _method(record: Record) -> str:
    return record["case"]["variant"]["method"]


def _db(record: Record) -> float:
    return record["measured"]["psnr_db"]
