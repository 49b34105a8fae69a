"""Orbits of taps on the GPU: what the shader makes of their texels, and how many it reads."""

import re

import numpy as np
import pytest
from banks import lopsided_bank
from effects import frames_texture, lopsided_frames
from images import assert_images_close, lopsided_image
from symmetric import bank_of, head, layer_of, mixed_layer, orbit, symmetric_layer
from test_cascade import SIZE, by_contract, places, radius_map

from realtime.bank import Bank
from realtime.blur.picture import blur_picture, read_target, write_target
from realtime.errors import GraphicsError
from realtime.gl import bank_textures
from realtime.gl.bank_textures import BankTextures
from realtime.gl.orbits import TAP, TURNED, Group, Orbits, find_orbits
from realtime.gl.parts import Window
from realtime.gl.records import pack
from realtime.gl.source import expand
from realtime.gl.targets import color_target
from realtime.passes.cascade import CascadePass
from realtime.passes.frame import TURNED as TURNED_FRAME
from realtime.passes.veil import Veil

UPRIGHT = np.pi / 2


def singles(offsets, weights) -> Orbits:
    """Every tap its own orbit: the plain way."""
    return Orbits(Group(), (TAP,) * len(weights), offsets, weights, len(weights))


def symmetric_bank(seed=0) -> Bank:
    """D4 with a pair, taps and a middle; C5; three of D2, of which two weights tell the third."""
    rng = np.random.default_rng(seed)
    five = layer_of([orbit(head(rng, (1, 4)), 5)], rng)
    three = layer_of([orbit(head(rng, (1, 4)), 2, UPRIGHT) for _ in range(3)], rng)
    return bank_of(mixed_layer(seed), five, three)


def contract(image, bank, radii):
    return by_contract(image, bank, radii[..., None])


@pytest.mark.gl
@pytest.mark.parametrize("mirror_rad", [None, UPRIGHT, 0.31234])
@pytest.mark.parametrize("turns", [1, 2, 3, 4, 5, 8, 11])
def test_orbits_read_what_the_contract_says(ctx, turns, mirror_rad):
    """Three rows of knots, weights alike and unlike, two to four orbits a layer."""
    equal = turns % 3 == 0
    layer = symmetric_layer(turns, mirror_rad, turns, heads=2 + turns % 2, equal=equal)
    bank, image, radii = bank_of(layer), lopsided_image(*SIZE), radius_map()
    angles = np.linspace(-0.5, 2.7, SIZE[1])[None].repeat(SIZE[0], axis=0)
    place = np.stack([places(a, v) for a, v in zip(bank.axes, (radii, angles), strict=True)], -1)
    got = blur_picture(ctx, CascadePass, bank, image, place)
    want = by_contract(image, bank, np.stack([radii, angles], axis=-1))
    assert_images_close(got, want, atol=2e-5, name=f"orbits_{turns}_{mirror_rad}")


@pytest.mark.gl
@pytest.mark.parametrize(("precision", "atol"), [("float", 2e-5), ("half", 2e-3)])
def test_mixed_layers_read_what_the_contract_says(ctx, precision, atol):
    bank, image, radii = symmetric_bank(), lopsided_image(*SIZE), radius_map()
    place = places(bank.axes[0], radii)
    got = blur_picture(ctx, CascadePass, bank, image, place, precision)
    assert_images_close(got, contract(image, bank, radii), atol=atol, name=f"mixed_{precision}")


@pytest.mark.gl
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 9, 13])
@pytest.mark.parametrize("is_equal", [False, True])
def test_every_count_of_records_is_packed_and_unpacked(ctx, count, is_equal):
    """Pairs, so that a record is no tap; fours, and what is left of them."""
    rng = np.random.default_rng(count)
    layer = layer_of([orbit(head(rng, (1, 4)), 2) for _ in range(count)], rng, is_equal)
    bank, image, radii = bank_of(layer), lopsided_image(*SIZE), radius_map()
    textures = BankTextures(ctx, bank)
    numbers = count * 2 if is_equal or count == 1 else count * 3 - (count == 3)
    assert textures.layers[0].texture.size[2] == -(-numbers // 4)
    textures.release()
    got = blur_picture(ctx, CascadePass, bank, image, places(bank.axes[0], radii))
    want = contract(image, bank, radii)
    assert_images_close(got, want, atol=2e-5, name=f"records_{count}_{is_equal}")


@pytest.mark.gl
def test_weights_that_do_not_sum_to_one_tell_no_third(ctx):
    """The contract allows 1e-3: it is the layer's, not the third orbit's alone."""
    rng = np.random.default_rng(0)
    offsets, weights = layer_of([orbit(head(rng, (1, 4)), 2) for _ in range(3)], rng)
    assert "ALL_THREE" in pack(find_orbits(offsets, weights)).calls
    weights *= 1 + 9e-4
    assert (
        pack(find_orbits(offsets, weights)).calls == "THREE(0, add_turned, add_turned, add_turned)"
    )
    bank, image, radii = bank_of((offsets, weights)), lopsided_image(*SIZE), 0.1 + abs(radius_map())
    got = blur_picture(ctx, CascadePass, bank, image, places(bank.axes[0], radii))
    assert_images_close(got, contract(image, bank, radii), atol=2e-5, name="records_heavy")


def drawn(ctx, bank, part=False, framed=False, **arguments):
    """A picture of 64 × 32 px through the pass, float; arguments: of its draw."""
    size = (64, 32)  # powers of two: textures that hold parts are such
    textures = BankTextures(ctx, bank, "float")
    targets = [color_target(ctx, size, dtype="f4") for _ in range(4)]
    where = color_target(ctx, size, 1, "f4")
    color, *scratch, out = targets
    write_target(color, lopsided_image(*size[::-1]), "f4")
    write_target(where, places(bank.axes[0], radius_map(size[::-1]))[..., None], "f4")
    kernel = CascadePass(ctx, textures, framed=framed, parts=part)
    kernel.draw(color.color, where.color, tuple(scratch), out, **arguments)
    blurred = read_target(out)
    for made in (kernel, textures, *targets, where):
        made.release()
    return blurred


@pytest.fixture
def veil(ctx):
    rows, columns = 32, 64
    made = [color_target(ctx, (columns, rows), 1, "f4") for _ in range(2)]
    is_open, radius = made
    write_target(is_open, lopsided_image(rows, columns, 1), "f4")
    write_target(radius, 3 + lopsided_image(rows, columns, 1, seed=1), "f4")
    yield Veil({"u_open": is_open.color, "u_veil": radius.color}, {"u_veil_scale": (1.0, 1.0)})
    for target in made:
        target.release()


CAT_EYE = (0.9, 0.2, -0.3, 0.7)
ARGUMENTS = {
    "plain": {},
    "in front": {"frame": TURNED_FRAME},
    "squeezed": {"frame": (0.6, 0.3, -0.2, 1.1)},
    "cat's eye": {"cat_eye": CAT_EYE},
    "veil": {"veil": ...},
    "both": {"veil": ..., "cat_eye": CAT_EYE, "scale": 2},
    "framed": {"framed": True},
    "part": {"part": True, "window": Window((-3, 2), (50, 40))},
}


@pytest.mark.gl
@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_kind_of_draw_does_the_same_by_orbits(ctx, monkeypatch, veil, name):
    arguments = dict(ARGUMENTS[name])
    if "veil" in arguments:
        arguments["veil"] = veil
    frames = frames_texture(ctx, lopsided_frames(32, 64))
    if name == "framed":
        arguments["frames"] = frames.color
    bank = symmetric_bank(seed=2)
    got = drawn(ctx, bank, **arguments)
    monkeypatch.setattr(bank_textures, "find_orbits", singles)
    want = drawn(ctx, bank, **arguments)
    frames.release()
    # Parts round offsets to 1/256 px, where the last bit may decide.
    atol = 1 / 256 if name == "part" else 2e-5
    assert_images_close(got, want, atol=atol, name=f"orbits_{name}")
    assert np.abs(got - want).mean() < 1e-5


@pytest.mark.gl
def test_banks_share_programs_only_where_their_orbits_are_alike(ctx):
    def shape(bank):
        textures = BankTextures(ctx, bank)
        textures.release()
        return textures.shape

    assert shape(symmetric_bank(1)) == shape(symmetric_bank(2))
    layers = symmetric_bank().layers
    assert shape(lopsided_bank(layers)) == shape(lopsided_bank(layers, seed=4))
    assert shape(lopsided_bank(layers)) != shape(symmetric_bank())
    turned = [shape(bank_of(symmetric_layer(4, a))) for a in (0.0, UPRIGHT, 0.3, None)]
    assert turned[0] == turned[1] and len(set(turned)) == 3


@pytest.mark.gl
def test_a_pass_takes_another_bank_of_its_shape(ctx):
    first, other = BankTextures(ctx, symmetric_bank(1)), BankTextures(ctx, symmetric_bank(2))
    targets = [color_target(ctx, SIZE[::-1], dtype="f4") for _ in range(4)]
    where = color_target(ctx, SIZE[::-1], 1, "f4")
    image = lopsided_image(*SIZE)
    write_target(targets[0], image, "f4")
    write_target(where, places(first.bank.axes[0], radius_map())[..., None], "f4")
    kernel = CascadePass(ctx, first)
    kernel.rebind(other)
    kernel.draw(targets[0].color, where.color, tuple(targets[1:3]), targets[3])
    want = contract(image, other.bank, radius_map())
    assert_images_close(read_target(targets[3]), want, atol=5e-3, name="orbits_rebound")
    for part in (kernel, first, other, where, *targets):
        part.release()


@pytest.mark.gl
def test_a_layer_beyond_the_drivers_limit_is_refused(ctx, monkeypatch):
    monkeypatch.setitem(ctx.info, "GL_MAX_ARRAY_TEXTURE_LAYERS", 5)
    with pytest.raises(GraphicsError) as caught:
        BankTextures(ctx, lopsided_bank((8, 3)))
    assert str(caught.value) == (
        "bank: a layer of 8 taps, which takes 6 texels, at most 5 expected (this OpenGL's limit). "
        "Bake it with fewer taps a layer"
    )


# The budget, read from the source: no GPU needed


def preprocessed(source: str, function: str) -> str:
    """A function's body with the macros of this source put in, as a compiler would."""
    macros = {}
    for name, parameters, text in re.findall(
        r"^#define (\w+)(?:\(([\w, ]*)\))? (.*)$", source, re.M
    ):
        macros[name] = (parameters.split(", ") if parameters else None, text)
    text = re.search(rf"^void {function}\(.*?\) \{{(.*?)^\}}", source, re.M | re.S)[1]
    while found := next((m for m in re.finditer(r"\b\w+\b", text) if m[0] in macros), None):
        parameters, replacement = macros[found[0]]
        end = found.end()
        if parameters is not None:
            arguments, end = arguments_at(text, end)
            replacement = replaced(replacement, dict(zip(parameters, arguments, strict=True)))
        text = text[: found.start()] + replacement + text[end:]
    return text


def replaced(text: str, given: dict[str, str]) -> str:
    """A macro's text with its arguments, all at once."""
    return re.sub(r"\b[A-Za-z]\w*\b", lambda name: given.get(name[0], name[0]), text)


def arguments_at(text: str, at: int) -> tuple[list[str], int]:
    """What stands between the parenthesis at `at` and its partner, cut at commas outside others."""
    parts, depth = [""], 0
    for end in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return [part.strip() for part in parts], end + 1
        if text[end] == "," and depth == 1:
            parts.append("")
        elif end > at:
            parts[-1] += text[end]
    raise AssertionError("no end")


def without_other_branch(source: str, is_equal: bool) -> str:
    """Keep the one of the two sets of macros."""
    before, rest = source.split("#if EQUAL == 1\n")
    equal, rest = rest.split("#else\n", 1)
    other, after = rest.split("#endif\n", 1)
    return before + (equal if is_equal else other) + after


@pytest.mark.parametrize("is_equal", [False, True])
@pytest.mark.parametrize("count", range(1, 18))
def test_a_layer_reads_each_of_its_texels_once(count, is_equal):
    rng = np.random.default_rng(count)
    parts = [orbit(head(rng, (1, 4)), 2 if n % 3 else 1) for n in range(count)]
    found = find_orbits(*layer_of(parts, rng, is_equal))
    records = pack(found)
    calls = re.sub(r"FOURS\((\d+), (\d+), (\w+)\)", unrolled(records.is_equal), records.calls)
    defines = {"TAPS": found.taps, "EQUAL": int(records.is_equal), "RECORDS": calls}
    source = without_other_branch(expand("cascade.frag", defines).text, records.is_equal)
    text = preprocessed(source, "add_taps")
    read = [eval(at) for at in re.findall(r"\btexel\(([\d +]+)\)", text)]
    assert sorted(read) == list(range(len(records.texels))) and text.count("texel(") == len(read)
    adds = re.findall(r"\badd_\w+", text)
    assert sorted(adds) == sorted(found.kinds) and adds.count(TURNED) + adds.count(TAP) == count


def unrolled(is_equal: bool):
    """A loop's calls one by one, for a count of reads."""
    step = 2 if is_equal else 3

    def of(match):
        at, times, kind = int(match[1]), int(match[2]), match[3]
        return " ".join(f"FOUR({at + step * i}, {', '.join([kind] * 4)})" for i in range(times))

    return of


@pytest.mark.parametrize(
    ("turns", "mirror_rad", "heads", "texels"),
    [(4, UPRIGHT, 3, 2), (4, None, 6, 5), (2, None, 12, 9), (6, UPRIGHT, 2, 2), (1, None, 24, 18)],
)
def test_what_24_taps_cost(turns, mirror_rad, heads, texels):
    """Of D4, C4, pairs, D6 and no symmetry, weights unlike."""
    rng = np.random.default_rng(heads)
    found = find_orbits(
        *layer_of([orbit(head(rng, (1, 4)), turns, mirror_rad) for _ in range(heads)], rng)
    )
    assert found.taps == 24 and len(pack(found).texels) == texels
