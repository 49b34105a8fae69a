"""Error pictures: target, fit and error of every method and kernel.

A fit is shown as a screen would show it, relative to the target's brightest pixel. Its error is
red where the fit is too bright and blue where it is too dark, full colour at a fifth of that pixel.
Above each: PSNR on photographs and relative Frobenius error.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from fitter.bench import measures, scenes
from fitter.bench.case import source_of
from fitter.bench.plan import SPLITS, Case
from fitter.bench.plots import save
from fitter.bench.runner import Record, Store
from fitter.bench.variants import DENSE

NOT_SHOWN = {DENSE.name, "lowrank 1", "lowrank 6", "lm 48", *(v.name for v in SPLITS)}
MOST_ROWS = 6  # targets a picture, so that none grows large
SHOWN_ERROR = 0.2  # of the target's brightest pixel
SHOWN_SCENE_ERROR = 0.02  # of white

Row = tuple[Case, Record]


def kernel_sheets(rows: Sequence[Row], store: Store, folder: Path) -> list[str]:
    """Write kernels-1.png … ; return the names. Columns are variants, rows are targets."""
    kernels = [row for row in rows if row[0].section == "kernels" and "measured" in row[1]]
    targets = list(dict.fromkeys(case.target for case, _ in kernels))
    names = []
    for number, start in enumerate(range(0, len(targets), MOST_ROWS), start=1):
        shown = targets[start : start + MOST_ROWS]
        own = [row for row in kernels if row[0].target in shown and _is_shown(row[0])]
        if own:
            _sheet(own, shown, store, folder / f"kernels-{number}.png")
            names.append(f"kernels-{number}.png")
    return names


def _is_shown(case: Case) -> bool:
    """Dense is the target itself; other splits of the same taps look alike."""
    return case.variant.name not in NOT_SHOWN


def _sheet(rows: Sequence[Row], targets: Sequence[str], store: Store, path: Path) -> None:
    variants = list(dict.fromkeys(case.variant.name for case, _ in rows))
    wide, high = 1 + len(variants), 2 * len(targets)
    figure, axes = plt.subplots(high, wide, figsize=(1.15 * wide, 1.28 * high), squeeze=False)
    for axis in axes.ravel():
        axis.axis("off")
    for y, target in enumerate(targets):
        for case, record in (row for row in rows if row[0].target == target):
            bank = store.bank(case)
            if bank is None:
                continue
            pair = measures.kernel_and_target(bank, source_of(case), case.radius_px)
            fit, want = (part.numpy() for part in pair)
            x = 1 + variants.index(case.variant.name)
            axes[2 * y, 0].imshow(_seen(want, want.max()), cmap="gray", vmin=0, vmax=1)
            axes[2 * y, 0].set_title(target, fontsize=7)
            axes[2 * y, x].imshow(_seen(fit, want.max()), cmap="gray", vmin=0, vmax=1)
            m = record["measured"]
            words = f"{case.variant.name}\n{m['psnr_db']:.1f} dB, {m['frobenius']:.3f}"
            axes[2 * y, x].set_title(words, fontsize=6)
            error = (fit - want) / want.max()
            axes[2 * y + 1, x].imshow(error, cmap="RdBu_r", vmin=-SHOWN_ERROR, vmax=SHOWN_ERROR)
    figure.subplots_adjust(0, 0, 1, 1, wspace=0.06, hspace=0.28)
    save(figure, path)


def scene_sheets(rows: Sequence[Row], store: Store, folder: Path) -> list[str]:
    """Write one picture a scene: the exact blur, and every method's picture and error."""
    varying = [row for row in rows if row[0].section == "varying" and "measured" in row[1]]
    names = []
    for scene in dict.fromkeys(case.target for case, _ in varying):
        _scene([row for row in varying if row[0].target == scene], store, folder / f"{scene}.png")
        names.append(f"{scene}.png")
    return names


def _scene(rows: Sequence[Row], store: Store, path: Path) -> None:
    first = rows[0][0]
    name = next(iter(scenes.pictures(first.small)))
    image = scenes.pictures(first.small)[name]
    want = scenes.truth(first.target, name, first.small)
    maps = scenes.SCENES[first.target].maps(*image.shape[1:])
    wide = 1 + len(rows)
    high = 1.9 * image.shape[1] / image.shape[2]
    figure, axes = plt.subplots(2, wide, figsize=(1.9 * wide, 2 * high + 0.5), squeeze=False)
    for axis in axes.ravel():
        axis.axis("off")
    for axis, picture, words in ((axes[0, 0], want, "exact"), (axes[1, 0], image, "sharp")):
        axis.imshow(picture.transpose(1, 2, 0).clip(0, 1))
        axis.set_title(words, fontsize=7)
    for x, (case, record) in enumerate(rows, start=1):
        bank = store.bank(case)
        if bank is None:
            continue
        got = measures.blurred(bank, image, *maps)
        axes[0, x].imshow(got.transpose(1, 2, 0).clip(0, 1))
        words = f"{case.variant.name}: {record['measured']['psnr_db']:.1f} dB"
        axes[0, x].set_title(words, fontsize=7)
        error = np.abs(got - want).mean(axis=0)
        axes[1, x].imshow(error, cmap="magma", vmin=0, vmax=SHOWN_SCENE_ERROR)
    figure.subplots_adjust(0, 0, 1, 1, wspace=0.03, hspace=0.12)
    save(figure, path)


def _seen(kernel: np.ndarray, peak: float) -> np.ndarray:
    return (kernel / peak).clip(0, 1) ** (1 / 2.2)
