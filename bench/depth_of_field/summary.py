"""What the tables say, in sentences: gains, losses, and what falls short."""

from collections.abc import Iterator

from bench.depth_of_field.figures import figures, of
from bench.depth_of_field.plan import TAPS
from bench.depth_of_field.store import Record
from bench.depth_of_field.tables import slice_cells, span, taps_of

NOTICED_DB = 0.1  # less is not worth a sentence


def summary(records: list[Record]) -> str:
    """Return a list of sentences in Markdown; each only of what was run."""
    cells = {}
    for scene in scenes_of(records):
        cells |= slice_cells(records, scene)
    parts = [_methods, _against_one, _more_is_worse, _against_dense, _taps, _half_size, _fps]
    lines = [_reached(records)]
    for part in parts:
        lines += part(records if part in (_methods, _fps) else cells)
    return "\n".join(f"- {line}" for line in lines)


def scenes_of(records: list[Record]) -> list[str]:
    """Scenes that there are quality tables of."""
    found = [r["case"]["settings"]["scene"] for r in records if r["case"]["section"] == "quality"]
    return list(dict.fromkeys(found))


def _reached(records: list[Record]) -> str:
    found = [figure for figure in figures(records) if figure.measured is not None]
    short = [figure for figure in found if not figure.reached]
    if not short:
        return f"All {len(found)} figures that were asked for and measured are reached."
    missed = "; ".join(
        f"{f.what} {f.measured:.2f} {f.unit} where {f.asked:g} was asked ({f.where})" for f in short
    )
    return f"**Falls short** in {len(short)} of {len(found)}: {missed}."


def _methods(records: list[Record]) -> Iterator[str]:
    for name, measured in of(records, "quality"):
        db = {row["method"]: row["psnr_db"] for row in measured["methods"]}
        words = ", ".join(f"`{method}` {value:.1f}" for method, value in db.items())
        best = max(db, key=db.get)
        yield f"{name}, dB: {words}; best is `{best}`."


def _against_one(cells: dict) -> Iterator[str]:
    own = taps_of(cells)
    most = max((slices for _, _, slices in own), default=1)
    gains = {
        name: own[name, 1, most]["psnr_db"] - own[name, 1, 1]["psnr_db"]
        for name, scale, slices in own
        if (scale, slices) == (1, most) and (name, 1, 1) in own and most > 1
    }
    if gains:
        least = min(gains, key=gains.get)
        yield (
            f"{most} slices above the single gather of the same taps, full size: "
            f"{span(list(gains.values()))} dB; the least in {least}."
        )


def _more_is_worse(cells: dict) -> Iterator[str]:
    own, found = taps_of(cells), []
    for (name, scale, slices), row in own.items():
        fewer = [key for key in own if key[:2] == (name, scale) and key[2] < slices]
        if not fewer:
            continue
        before = max(fewer, key=lambda key: key[2])
        lost = own[before]["psnr_db"] - row["psnr_db"]
        if lost > NOTICED_DB:
            size = "half" if scale == 2 else "full"
            found.append(f"{name}, {size} size, {before[2]} → {slices}: −{lost:.2f} dB")
    if found:
        yield f"More slices are not always better ({sum(TAPS)} taps): {'; '.join(found)}."


def _against_dense(cells: dict) -> Iterator[str]:
    own = taps_of(cells)
    lost = [
        row["psnr_db"] - own[key[:3]]["psnr_db"]
        for key, row in cells.items()
        if key[3] == "dense" and key[:3] in own
    ]
    if lost:
        yield (
            f"The dense kernel in the same slices against {sum(TAPS)} sparse taps: "
            f"{span(lost, '+.2f')} dB. Where that is little, what is left is the slices' error."
        )


def _taps(cells: dict) -> Iterator[str]:
    budgets = sorted({key[3] for key in cells if key[3] != "dense"}, key=sum)
    if len(budgets) < 2:
        return
    few, many = (taps_of(cells, budgets[i]) for i in (0, -1))
    lost = [many[key]["psnr_db"] - few[key]["psnr_db"] for key in many if key in few and key[2] > 1]
    if lost:
        first, last = (sum(budgets[i]) for i in (0, -1))
        yield f"{last} taps above {first}, 2 slices and more: {span(lost, '+.2f')} dB."


def _half_size(cells: dict) -> Iterator[str]:
    own = taps_of(cells)
    lost = [
        own[name, 1, slices]["psnr_db"] - row["psnr_db"]
        for (name, scale, slices), row in own.items()
        if scale == 2 and slices > 1 and (name, 1, slices) in own
    ]
    if lost:
        yield f"Full size above half size, 2 slices and more: {span(lost, '+.2f')} dB."


def _fps(records: list[Record]) -> Iterator[str]:
    found = {name: rows for name, rows in of(records, "frames")}
    if found:
        presets = [row["what"] for row in next(iter(found.values()))]
        words = (
            f"`{preset}` {span([1e3 / rows[i]['median_ms'] for rows in found.values()])}"
            for i, preset in enumerate(presets)
        )
        yield f"Frames per second over the scenes: {', '.join(words)}."
