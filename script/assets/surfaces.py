"""The materials' textures: each function returns pictures by slot, 512 px a side unless said."""

import numpy as np
from PIL import Image

from assets.noise import cells, cloud, grain, smooth
from assets.pictures import blend, color, metallic_roughness, normal, rgb

SIZE = 512

Pictures = dict[str, Image.Image]


def wet_stone() -> Pictures:
    """Flagstones after rain: stones rise a little, water stands in the joints and hollows."""
    joint, number = cells(SIZE, 6, seed=3)
    raised = smooth(0.002, 0.014, joint)
    dice = np.random.default_rng(5)
    tone, lift = dice.uniform(0, 1, 64)[number % 64], dice.uniform(-1, 1, 64)[number % 64]
    rough, fine = cloud(SIZE, 11, 1.4, 3), cloud(SIZE, 12, 0.9, 20)
    height = raised * (1.0 + 0.10 * lift) + 0.05 * rough + 0.02 * fine
    hollow = cloud(SIZE, 13, 2.2, 1.0)
    wet = np.clip(smooth(0.1, 0.7, hollow) + (1 - raised), 0, 1)  # 1 under water
    base = blend("#3d3a3b", "#6a625b", 0.2 + 0.6 * tone + 0.12 * fine)
    base = blend(base, rgb("#17171b"), (1 - raised) * 0.8) * (1 - 0.35 * wet[..., None])
    return {
        "base_color": color(base),
        "metallic_roughness": metallic_roughness(0.0, 0.46 - 0.34 * wet + 0.04 * fine * (1 - wet)),
        "normal": normal(height * (1 - 0.9 * wet), 5.0),
    }


def planks(
    seed: int = 1, light: str = "#8a6a4a", dark: str = "#3c2a1e", boards: int = 4
) -> Pictures:
    """Boards that run along u, each with its own tone and grain."""
    rows = np.arange(SIZE)
    board = rows * boards // SIZE
    within = (rows * boards / SIZE) % 1
    gap = smooth(0.0, 0.03, np.minimum(within, 1 - within))[:, None] * np.ones((1, SIZE))
    dice = np.random.default_rng(seed)
    fibre = grain(SIZE, seed + 1)
    shifts = dice.integers(0, SIZE, boards)
    fibre = np.stack([np.roll(fibre[row], shifts[board[row]]) for row in rows])
    tone = dice.uniform(-0.2, 0.2, boards)[board][:, None]
    worn = cloud(SIZE, seed + 2, 1.8)
    base = blend(dark, light, 0.5 + 0.2 * fibre + tone + 0.1 * worn) * (
        0.25 + 0.75 * gap[..., None]
    )
    return {
        "base_color": color(base),
        "metallic_roughness": metallic_roughness(0.0, 0.45 - 0.08 * fibre + 0.08 * worn),
        "normal": normal(0.12 * fibre + 0.8 * gap, 4.0),
    }


def gingham() -> Pictures:
    """Checked cotton: two crossed bands of colour, and the weave as bumps."""
    row, column = np.mgrid[0:SIZE, 0:SIZE]
    band = lambda at: ((at * 4 // SIZE) % 2).astype(float)  # noqa: E731
    warp, weft = band(column), band(row)
    thread = 2 * np.pi * 64 / SIZE
    weave = np.sin(column * thread) * np.cos(row * thread)
    mottled = 0.02 * cloud(SIZE, 21, 0.6, 8)
    amount = 0.5 * (warp + weft) + 0.05 * weave + mottled
    return {
        "base_color": color(blend("#efe9dc", "#5b7f95", amount)),
        "metallic_roughness": metallic_roughness(0.0, 0.9 + 0.03 * weave),
        "normal": normal(weave, 0.35),
    }


def glaze(ground: str, stripe: str, speckle: str) -> Pictures:
    """Stoneware: speckled glaze, throw rings, a stripe near the rim (v from 0.75 to 0.85)."""
    size = SIZE // 2
    v = 1 - (np.arange(size)[:, None] + 0.5) / size * np.ones((1, size))
    v = v + 0.006 * cloud(size, 31, 1.8)
    painted = smooth(0.745, 0.755, v) * (1 - smooth(0.845, 0.855, v))
    spots = smooth(2.2, 2.6, cloud(size, 32, 0.35, 12))
    base = blend(blend(ground, stripe, painted), rgb(speckle), 0.8 * spots)
    rings = np.sin(v * 2 * np.pi * 18) + 0.3 * cloud(size, 33, 1.4, 4)
    return {
        "base_color": color(base),
        "metallic_roughness": metallic_roughness(0.0, 0.22 + 0.25 * painted + 0.2 * spots),
        "normal": normal(rings, 0.06),
    }


def peel(light: str, dark: str) -> Pictures:
    """Citrus skin: pores."""
    size = SIZE // 2
    pores = smooth(1.0, 2.2, cloud(size, 41, 0.2, 14))
    patches = cloud(size, 42, 1.9)
    return {
        "base_color": color(blend(light, dark, 0.35 + 0.15 * patches + 0.3 * pores)),
        "metallic_roughness": metallic_roughness(0.0, 0.42 + 0.2 * pores),
        "normal": normal(-pores, 0.7),
    }


def apple_skin() -> Pictures:
    """Red cheeks over yellow-green, streaks from stalk to flower, pale freckles."""
    size = SIZE // 2
    v = 1 - (np.arange(size)[:, None] + 0.5) / size * np.ones((1, size))
    streaks = grain(size, 51, 14).T
    cheek = cloud(size, 52, 2.4)
    red = smooth(-0.9, 0.7, cheek + 0.45 * streaks - 1.4 * smooth(0.8, 1.0, v))
    freckles = smooth(2.5, 2.9, cloud(size, 53, 0.3, 16))
    base = blend(blend("#c9b24a", "#9c1f1f", red), rgb("#e6cf9a"), 0.6 * freckles)
    return {
        "base_color": color(base),
        "metallic_roughness": metallic_roughness(0.0, 0.3 + 0.05 * streaks),
        "normal": normal(0.3 * streaks, 0.15),
    }


def book_cover(cloth: str, gilt: str, seed: int) -> Pictures:
    """Bookcloth with two gilt bands: the bands are metal, the cloth is woven."""
    size = SIZE // 2
    row, column = np.mgrid[0:size, 0:size] / size
    frame = np.maximum(abs(row - 0.5), abs(column - 0.5))
    gold = ((abs(frame - 0.42) < 0.008) | (abs(frame - 0.39) < 0.003)).astype(float)
    title = (abs(row - 0.32) < 0.035) & (abs(column - 0.5) < 0.22)
    letters = (
        np.random.default_rng(seed).uniform(size=24).round()[(column * 24 * 3).astype(int) % 24]
    )
    gold = np.maximum(gold, title * letters)
    weave = np.sin(row * 2 * np.pi * 64) * np.sin(column * 2 * np.pi * 64)
    base = blend(rgb(cloth) * (1 + 0.06 * cloud(size, seed, 1.2)[..., None]), rgb(gilt), gold)
    return {
        "base_color": color(base),
        "metallic_roughness": metallic_roughness(gold, 0.78 - 0.45 * gold),
        "normal": normal(weave * (1 - gold) + 2 * gold, 0.2),
    }


def leaf(light: str, dark: str) -> Pictures:
    """One leaf, stalk at the bottom, cut out by its opacity; ribs as bumps."""
    size = SIZE // 2
    row, column = np.mgrid[0:size, 0:size] / (size - 1)
    along, across = 1 - row, column - 0.5
    half = 0.40 * np.sin(np.pi * np.clip(along, 0, 1) ** 0.75) ** 0.9
    saw = 1 + 0.05 * np.abs(((along * 14) % 1) - 0.5)
    inside = (np.abs(across) < half * saw) | ((np.abs(across) < 0.012) & (along < 0.2))
    rib = np.minimum(np.abs(across) / 0.016, 1)
    veins = np.abs((((along - np.abs(across) * 0.9) * 9) % 1) - 0.5) * 2
    pale = np.maximum(1 - rib, 0.5 * smooth(0.86, 1.0, veins))
    tint = 0.4 + 0.15 * cloud(size, 61, 1.6) + 0.4 * np.abs(across)
    base = blend(blend(dark, light, tint), rgb(light), pale)
    return {
        "base_color": color(np.concatenate((base, inside[..., None]), -1)),
        "metallic_roughness": metallic_roughness(0.0, 0.45 + 0.1 * veins),
        "normal": normal(rib + 0.3 * smooth(0.7, 1, veins), 0.6),
    }


def pierced(seed: int = 7) -> Pictures:
    """Sheet iron with rows of four-pointed holes, 12 round a lantern; a little rust."""
    size = SIZE
    row, column = np.mgrid[0:size, 0:size] / size
    x, y = (column * 12) % 1 - 0.5, (row * 7 + 0.5 * ((column * 12) // 1 % 2)) % 1 - 0.5
    star = np.abs(x) ** 0.6 + np.abs(y) ** 0.6 < 0.62
    framed = (row > 0.09) & (row < 0.91)
    rust = smooth(0.4, 1.6, cloud(size, seed, 1.5, 2))
    base = blend("#57504a", "#6a3d22", rust)
    opaque = 1.0 - (star & framed)
    return {
        "base_color": color(np.concatenate((base, opaque[..., None]), -1)),
        "metallic_roughness": metallic_roughness(1 - 0.8 * rust, 0.38 + 0.4 * rust),
        "normal": normal(cloud(size, seed + 1, 1.2, 4) * 0.2, 0.8),
    }


def ember_glow() -> Image.Image:
    """Light of a flame on the inside of a lantern: brightest a third up, 64 px a side."""
    row, column = np.mgrid[0:64, 0:64] / 63
    up = 1 - row
    glow = np.exp(-(((up - 0.36) / 0.30) ** 2)) * (0.86 + 0.14 * np.cos(2 * np.pi * 3 * column))
    return color(blend("#3a0d02", "#ffdb8f", glow**0.8))


def lit_windows(seed: int = 9) -> Image.Image:
    """A facade by night: 8 x 8 windows, some lit, 256 px a side; for emissive and base colour."""
    size, count = 256, 8
    dice = np.random.default_rng(seed)
    lamps = np.array([rgb(c) for c in ("#ffc672", "#ffe2b0", "#ff9a4a", "#bcd2ff")])
    lit = dice.uniform(size=(count, count)) < 0.34
    tint = lamps[dice.choice(4, (count, count), p=(0.45, 0.3, 0.15, 0.1))]
    tint = tint * lit[..., None] * dice.uniform(0.35, 1.0, (count, count, 1))
    row, column = np.mgrid[0:size, 0:size] * count / size
    pane = (np.abs(row % 1 - 0.5) < 0.27) & (np.abs(column % 1 - 0.5) < 0.2)
    return color(tint[row.astype(int), column.astype(int)] * pane[..., None])


def garden() -> Image.Image:
    """What is outside of a window: sky, sunlit trees, a lawn; 256 px a side, meant out of focus."""
    size = 256
    up = 1 - np.mgrid[0:size, 0:size][0] / size
    blobs, leaves = cloud(size, 71, 1.5, 2), cloud(size, 72, 0.8, 8)
    trees = smooth(-0.15, 0.15, 0.72 + 0.10 * blobs + 0.03 * leaves - up)
    green = blend("#2f4a1e", "#a9c25a", 0.45 + 0.25 * leaves + 0.2 * blobs)
    lawn = smooth(-0.03, 0.03, 0.24 + 0.01 * blobs - up)
    scene = blend(blend("#cfe3f2", "#a8cdea", up), green, trees)
    return color(blend(scene, blend("#7d9a45", "#b4c969", 0.5 + 0.3 * leaves), lawn))


def plaster() -> Pictures:
    """A painted wall."""
    size = SIZE // 2
    trowel = cloud(size, 81, 1.5, 2)
    return {
        "base_color": color(blend("#c9bfae", "#ddd5c6", 0.5 + 0.2 * trowel)),
        "metallic_roughness": metallic_roughness(0.0, 0.9 + 0.02 * trowel),
        "normal": normal(trowel, 0.15),
    }


def beech() -> Image.Image:
    """Sanded wood, grain along u, 256 px a side; pale, so that a factor stains it."""
    size = SIZE // 2
    fibre, pores = grain(size, 91, 30.0), grain(size, 92, 8.0)
    tone = 0.55 + 0.13 * fibre - 0.18 * smooth(1.3, 2.4, pores)
    return color(blend("#c9ab84", "#f6e6cb", tone))


def marble() -> Image.Image:
    """A floor of 4 x 4 polished squares, dark and pale by turns; u and v from one corner."""
    row, column = np.mgrid[0:SIZE, 0:SIZE] * 4 // SIZE
    pale = (row + column) % 2
    vein = np.stack([cloud(SIZE, 94 + layer, 1.7, 2) for layer in range(2)])
    # Each square is cut from another place of the stone.
    cut = (np.arange(16).reshape(4, 4) * 97)[row, column]
    vein = vein[
        :, (np.arange(SIZE)[:, None] + cut) % SIZE, (np.arange(SIZE)[None] + 3 * cut) % SIZE
    ]
    thread = 1 - smooth(0.0, 0.22, np.abs(vein[0]))
    light = blend("#efe7da", "#b9ab9c", 0.25 + 0.15 * vein[1] + 0.35 * thread)
    dark = blend("#1d2126", "#59606a", 0.1 + 0.08 * vein[1] + 0.4 * thread**2)
    return color(np.where(pale[..., None] > 0, light, dark))
