"""Taps on lines with few bends: found in the knots, and read from the shader's source alone."""

from dataclasses import replace

import numpy as np
import pytest
from banks import lopsided_bank
from bent import BENT_AT, EVEN, UNEVEN, bank_over, bent_bank, bent_layer
from effects import frames_texture, lopsided_frames
from images import assert_images_close, lopsided_image
from symmetric import orbit
from test_cascade import SIZE, by_contract, places, radius_map
from test_records import ARGUMENTS, UPRIGHT, drawn, veil  # noqa: F401 (a fixture)

from fitter.bake import Request, bake
from fitter.chain import Plan
from fitter.knots import radius_knots
from fitter.targets import SHAPES
from realtime.bank import Axis, Bank
from realtime.blur.kernels import Kernels
from realtime.blur.picture import blur_picture, read_target, write_target
from realtime.gl import bank_textures
from realtime.gl.bank_textures import BankTextures, LayerNumbers, LayerTextures
from realtime.gl.bends import MOST_BENDS, Line, find_bends, is_straight
from realtime.gl.orbits import MIRRORED, PAIR, SAME_PX, TAP, TURNED, find_orbits
from realtime.gl.targets import color_target
from realtime.methods import METHODS
from realtime.passes.cascade import CascadePass
from realtime.passes.frame import TURNED as TURNED_FRAME
from realtime.profiling.draw_cost import BANK, PICTURE
from realtime.profiling.fetches import FetchCounter


def symmetric_bank() -> Bank:
    """D4 with a pair and a middle; C5; over uneven knots."""
    four = [lambda h: orbit(h, 4, UPRIGHT), lambda h: orbit(h, 2), lambda h: orbit(0 * h, 1)]
    five = [lambda h: orbit(h, 5), lambda h: orbit(h, 5)]
    layers = (bent_layer(UNEVEN, seed=n, parts=parts) for n, parts in enumerate((four, five)))
    return bank_over(UNEVEN, *layers)


def found(bank, layer=0):
    return find_bends(find_orbits(bank.offsets[layer], bank.weights[layer]), bank.axes[0].knots)


def value_of(line: Line, x: float) -> np.ndarray:
    return line.start + line.slopes @ np.maximum(x - line.hinges, 0)


def kinds_of(ctx, bank) -> list[type]:
    textures = BankTextures(ctx, bank)
    kinds = [type(layer) for layer in textures.layers]
    textures.release()
    return kinds


# The numbers


@pytest.mark.parametrize("knots", [EVEN, UNEVEN])
def test_a_line_is_what_the_contract_says_at_and_between_knots(knots):
    bank = bent_bank(knots)
    bends = found(bank)
    assert bends.line.bends == 2 and (bends.along is None) == (knots is EVEN)
    for radius in np.linspace(0, knots[-1], 97):
        place = np.interp(radius, knots, range(len(knots)))
        x = place if bends.along is None else value_of(bends.along, place)[0]
        got = value_of(bends.line, x).reshape(-1, 3)
        offsets, weights = bank.cascade(radius)[0]
        want = np.concatenate([offsets, weights[:, None]], axis=1)
        np.testing.assert_allclose(got, want, atol=2e-6)


def test_lines_over_places_where_those_have_fewer_bends():
    """Uneven knots, and taps that move evenly from knot to knot."""
    over_places = bent_bank(tuple(range(13)))
    bank = replace(over_places, axes=(Axis("radius", "px", UNEVEN),))
    assert found(bank).along is None and found(bank).line.bends == 2


def test_bends_of_weights_alone_count():
    offsets, weights = bent_layer(EVEN, bent_at=(0, 12))
    _, other = bent_layer(EVEN, bent_at=BENT_AT)
    assert found(bank_over(EVEN, (offsets, weights))).line.bends == 0
    assert list(found(bank_over(EVEN, (offsets, other))).line.hinges) == [0, 1, 3]


@pytest.mark.parametrize("what", ["dx", "dy", "weight"])
@pytest.mark.parametrize("tap", [0, 4])
def test_one_number_off_its_line_at_one_knot_is_a_bend(what, tap):
    """A bend before the knot, one at it and one after it; within a bank's rounding, none."""
    for off, bends in ((0.4, 2), (5.0, 5)):
        offsets, weights = bent_layer(EVEN)
        if what == "weight":
            weights[tap, 0, 7] += off * 1e-6
        else:
            offsets[tap, 0, 7, int(what == "dy")] += off * SAME_PX
        assert found(bank_over(EVEN, (offsets, weights))).line.bends == bends


@pytest.mark.parametrize("bends", [MOST_BENDS, MOST_BENDS + 1])
def test_too_many_bends_are_no_line(bends):
    bank = bent_bank(EVEN, bent_at=(*range(bends + 1), 12))
    assert (found(bank) is None) == (bends > MOST_BENDS)


def test_two_axes_are_no_line():
    bank = bent_bank()
    layer = [np.repeat(part[0], 2, axis=1) for part in (bank.offsets, bank.weights)]
    assert find_bends(find_orbits(*layer), EVEN) is None


@pytest.mark.gl
def test_one_knot_is_no_line(ctx):
    """Whatever its bank says: there is no way to go."""
    bank = bent_bank()
    layers = [part[0][:, :, 3:4] for part in (bank.offsets, bank.weights)]
    single = bank_over((2.0,), layers)
    assert found(single) is None and kinds_of(ctx, single) == [LayerTextures]


def test_only_banks_of_straight_lines_ask_for_programs_of_their_own():
    assert is_straight(bent_bank())
    for target in ({}, {"fit": {}}, {"fit": {"method": "lm"}}, {"fit": "straight"}, {"fit": None}):
        assert not is_straight(bent_bank(target=target))


# What is drawn


@pytest.mark.gl
@pytest.mark.parametrize(("precision", "atol"), [("float", 1e-5), ("half", 2e-3)])
@pytest.mark.parametrize("turn", [1.0, -1.0])
@pytest.mark.parametrize("knots", [EVEN, UNEVEN])
def test_lines_read_what_the_contract_says(ctx, precision, atol, turn, knots):
    bank, image, radii = bent_bank(knots), lopsided_image(*SIZE), radius_map()
    assert kinds_of(ctx, bank) == [LayerNumbers, LayerNumbers]
    place, frame = places(bank.axes[0], radii), (turn, 0.0, 0.0, turn)
    got = blur_picture(ctx, CascadePass, bank, image, place, precision, frame)
    want = by_contract(image, bank, radii[..., None], turn)
    assert_images_close(got, want, atol=atol, name=f"bends_{precision}_{turn:.0f}_{len(knots)}")


@pytest.mark.gl
@pytest.mark.parametrize("knots", [EVEN, UNEVEN])
def test_outside_the_knots_the_nearest_holds(ctx, knots):
    bank, image = bent_bank(knots), lopsided_image(*SIZE)
    beyond = blur_picture(ctx, CascadePass, bank, image, np.full(SIZE, len(knots) + 3.5))
    np.testing.assert_array_equal(
        beyond, blur_picture(ctx, CascadePass, bank, image, np.full(SIZE, len(knots) - 1.0))
    )
    below = blur_picture(ctx, CascadePass, bank, image, np.full(SIZE, -2.0))
    np.testing.assert_array_equal(below, image)


@pytest.mark.gl
def test_a_first_knot_that_blurs_is_drawn_and_holds_below(ctx):
    offsets, weights = bent_layer(EVEN)
    bank, image = bank_over(EVEN, (offsets + np.float32(0.3), weights)), lopsided_image(*SIZE)
    got = blur_picture(ctx, CascadePass, bank, image, np.full(SIZE, -2.0))
    want = by_contract(image, bank, np.zeros((*SIZE, 1)))
    assert_images_close(got, want, atol=1e-5, name="bends_first")


@pytest.mark.gl
def test_layers_with_lines_and_with_tables_go_together(ctx):
    many = lopsided_bank((4,), radii=EVEN)
    table = (many.offsets[0], many.weights[0])
    bank = bank_over(EVEN, bent_layer(EVEN), table, bent_layer(EVEN, 3))
    assert kinds_of(ctx, bank) == [LayerNumbers, LayerTextures, LayerNumbers]
    image, radii = lopsided_image(*SIZE), radius_map()
    got = blur_picture(ctx, CascadePass, bank, image, places(bank.axes[0], radii))
    want = by_contract(image, bank, radii[..., None])
    assert_images_close(got, want, atol=1e-5, name="bends_and_table")


@pytest.mark.gl
def test_orbits_on_lines_read_what_the_contract_says(ctx):
    bank, image, radii = symmetric_bank(), lopsided_image(*SIZE), radius_map()
    assert kinds_of(ctx, bank) == [LayerNumbers, LayerNumbers]
    assert {kind for n in (0, 1) for kind in found(bank, n).orbits.kinds} == {
        MIRRORED, TURNED, PAIR, TAP
    }  # fmt: skip
    got = blur_picture(ctx, CascadePass, bank, image, places(bank.axes[0], radii))
    want = by_contract(image, bank, radii[..., None])
    assert_images_close(got, want, atol=2e-5, name="bends_orbits")


@pytest.mark.gl
@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_kind_of_draw_does_the_same_by_lines(ctx, monkeypatch, veil, name):  # noqa: F811
    arguments = dict(ARGUMENTS[name])
    if "veil" in arguments:
        arguments["veil"] = veil
    frames = frames_texture(ctx, lopsided_frames(32, 64))
    if name == "framed":
        arguments["frames"] = frames.color
    bank = symmetric_bank()
    got = drawn(ctx, bank, **arguments)
    monkeypatch.setattr(bank_textures, "is_straight", lambda bank: False)
    want = drawn(ctx, bank, **arguments)
    frames.release()
    # Parts round offsets to 1/256 px, where the last bit may decide.
    atol = 1 / 256 if name == "part" else 2e-5
    assert_images_close(got, want, atol=atol, name=f"bends_{name}")
    assert np.abs(got - want).mean() < 1e-5


@pytest.mark.gl
def test_a_baked_bank_is_drawn_by_its_lines(ctx):
    """As the fitter leaves it: rounded to 1e-4 px, more knots than bends."""
    source = SHAPES["heart"]()
    plan = Plan(layers=(5, 3), seeds=1, device="cpu", straight_from_px=2.0)
    bank = bake(Request(source, radius_knots(source, 6.0, 9, 2.0), plan))
    bends = [found(bank, layer).line.bends for layer in (0, 1)]
    assert kinds_of(ctx, bank) == [LayerNumbers, LayerNumbers] and max(bends) <= MOST_BENDS < 7
    image, radii = lopsided_image(*SIZE), radius_map()
    got = blur_picture(ctx, CascadePass, bank, image, places(bank.axes[0], radii))
    want = by_contract(image, bank, radii[..., None])
    assert_images_close(got, want, atol=2 * SAME_PX, name="bends_baked")


# What it takes


@pytest.mark.gl
def test_nothing_is_read_of_the_bank(ctx):
    """A fetch a tap, and the place; whatever knots there are."""
    counts = {}
    for name, bank in {"lines": bent_bank(), "table": bent_bank(target={})}.items():
        textures, counter = BankTextures(ctx, bank), FetchCounter(ctx)
        targets = [color_target(ctx, (8, 6)) for _ in range(4)]
        where = color_target(ctx, (8, 6), 1, "f4")
        write_target(where, np.full((6, 8, 1), 2.5), "f4")
        kernel = CascadePass(ctx, textures)
        color, *scratch, out = targets
        with counter.counting() as costs:
            kernel.draw(color.color, where.color, tuple(scratch), out)
        counts[name] = [(c.fetches(PICTURE) / c.pixels, c.fetches(BANK)) for c in costs]
        for part in (kernel, textures, counter, where, *targets):
            part.release()
    assert counts["lines"] == [(5, 0), (3, 0)]
    assert all(of_bank > 0 for _, of_bank in counts["table"])


@pytest.mark.gl
def test_programs_are_for_one_banks_numbers(ctx):
    """Of another bank's numbers others; of the same ones, the same."""
    one, same, other = (BankTextures(ctx, bent_bank(seed=seed)) for seed in (0, 0, 1))
    moved = BankTextures(ctx, bent_bank(tuple(2 * knot for knot in EVEN)))
    table = BankTextures(ctx, bent_bank(target={}))
    shapes = [bank.shape for bank in (one, same, other, moved, table)]
    assert shapes[0] == shapes[1] and len(set(shapes)) == 4
    kernels = Kernels(ctx, METHODS["sparse"], tiled=False)
    assert kernels.of(one) is kernels.of(same) is not kernels.of(other)
    kernels.release()


@pytest.mark.gl
def test_two_banks_one_after_the_other_each_by_its_own_numbers(ctx):
    image, radii = lopsided_image(*SIZE), radius_map()
    kernels = Kernels(ctx, METHODS["sparse"], tiled=False)
    targets = [color_target(ctx, SIZE[::-1], dtype="f4") for _ in range(4)]
    where = color_target(ctx, SIZE[::-1], 1, "f4")
    write_target(targets[0], image, "f4")
    for seed in (0, 1, 0):
        bank = bent_bank(UNEVEN, seed=seed)
        textures = BankTextures(ctx, bank)
        write_target(where, places(bank.axes[0], radii)[..., None], "f4")
        kernel = kernels.of(textures)
        kernel.draw(targets[0].color, where.color, tuple(targets[1:3]), targets[3], TURNED_FRAME)
        want = by_contract(image, bank, radii[..., None], -1.0)
        assert_images_close(read_target(targets[3]), want, atol=1e-5, name=f"bends_swap_{seed}")
        textures.release()
    for part in (kernels, where, *targets):
        part.release()
