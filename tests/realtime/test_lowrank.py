"""The low-rank kernel pass against its torch twin, a dense blur, and in depth of field."""

import json
import re

import numpy as np
import pytest
from banks import RADII, dense_blur, lopsided_bank, lopsided_lowrank
from images import assert_images_close, lopsided_image

from realtime.bank import Axis, LowRankBank, write_bank, write_lowrank
from realtime.blur.picture import blur_picture
from realtime.cli import main
from realtime.errors import GraphicsError
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.source import expand
from realtime.passes.frame import TURNED, UPRIGHT
from realtime.passes.lowrank import LowRankPass
from realtime.pictures import read_picture

FRAMES = {1.0: UPRIGHT, -1.0: TURNED}
SIZE = (31, 43)  # rows, columns


def maps(bank):
    """Values that run past both ends of each axis, [H, W] an axis, and their places in knots."""
    y, x = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    values = [-1 + 8 * (0.7 * y / SIZE[0] + 0.3 * x / SIZE[1]), -1 + 6 * x / SIZE[1]]
    values = values[: len(bank.axes)]
    pairs = zip(bank.axes, values, strict=True)
    place = [np.interp(v, a.knots, range(len(a.knots))) for a, v in pairs]
    return values, np.stack(place, axis=-1)


@pytest.mark.gl
@pytest.mark.parametrize("rank", [1, 2, 3, 5])
@pytest.mark.parametrize("angles", [None, (0.0, 1.0, 4.0)])
def test_it_blurs_as_its_twin_in_torch(ctx, rank, angles):
    torch = pytest.importorskip("torch")
    from fitter.methods import lowrank

    bank, image = lopsided_lowrank(rank, angles=angles), lopsided_image(*SIZE)
    values, place = maps(bank)
    got = blur_picture(ctx, LowRankPass, bank, image, place)
    light = torch.from_numpy(image.astype("f8")).permute(2, 0, 1)
    want = lowrank.blur(light, bank, *map(torch.from_numpy, values)).permute(1, 2, 0).numpy()
    assert_images_close(got, want, atol=1e-5, name=f"lowrank_{rank}")


@pytest.mark.gl
@pytest.mark.parametrize("turn", [1.0, -1.0])
@pytest.mark.parametrize("knot", range(len(RADII)))
def test_at_a_knot_it_is_the_kernel_upright_or_turned(ctx, knot, turn):
    bank, image = lopsided_lowrank(), lopsided_image(*SIZE)
    got = blur_picture(
        ctx, LowRankPass, bank, image, np.full(SIZE, float(knot)), frame=FRAMES[turn]
    )
    kernel = bank.kernel(RADII[knot])[:: int(turn), :: int(turn)]
    want = dense_blur(image, kernel.clip(0)) - dense_blur(image, (-kernel).clip(0))
    assert_images_close(got, want, atol=1e-5, name=f"lowrank_knot_{knot}")


@pytest.mark.gl
def test_half_precision_stays_near(ctx):
    bank, image = lopsided_lowrank(), lopsided_image(*SIZE)
    place = maps(bank)[1]
    exact = blur_picture(ctx, LowRankPass, bank, image, place)
    got = blur_picture(ctx, LowRankPass, bank, image, place, "half")
    assert_images_close(got, exact, atol=1e-2, name="lowrank_half")


@pytest.mark.gl
def test_flat_stays_flat(ctx):
    """At a knot: between two, the sum is that of the mixed vectors."""
    flat = np.full((*SIZE, 4), 3.25, "f4")
    got = blur_picture(ctx, LowRankPass, lopsided_lowrank(), flat, np.full(SIZE, 2.0))
    np.testing.assert_allclose(got, flat, rtol=1e-5)


def test_its_fetches_are_what_the_shaders_say():
    """Two pairs: 2 fetches an element along rows, 3 along columns, and the place in each."""
    defines = {"KNOTS_X": 3, "KNOTS_Y": 1, "HALF": 6}
    for name, inside in (("rows", 1), ("columns", 2)):
        source = expand(f"lowrank_{name}.frag", defines).text
        before, loop = source.split("for (int offset")
        reads = r"\b(?:textureLod|texelFetch)\("
        assert len(re.findall(reads, loop)) == inside
        assert loop.count("lowrank_vectors(") == 1
        assert len(re.findall(reads, before)) == 2, "one place, one vector in its function"


@pytest.mark.gl
def test_vectors_too_long_for_a_texture_are_refused(ctx):
    length = ctx.info["GL_MAX_ARRAY_TEXTURE_LAYERS"] + 1
    length += 1 - length % 2
    vector = np.full((1, 1, 1, length), 1 / length, "f4")
    bank = LowRankBank((Axis("radius", "px", (9.0,)),), vector, vector)
    with pytest.raises(GraphicsError, match=rf"bank: vectors of {length} elements, at most"):
        LowRankTextures(ctx, bank)


@pytest.mark.gl
def test_it_is_released_whole(ctx):
    bank = LowRankTextures(ctx, lopsided_lowrank())
    LowRankPass(ctx, bank).release()
    bank.targets()
    bank.release()
    assert ctx.error == "GL_NO_ERROR"


# In the command


@pytest.fixture
def folder(tmp_path, monkeypatch, ctx):
    """A bank of each kind, and the working directory; commands draw in the tests' context."""
    write_bank(tmp_path / "cascades", lopsided_bank())
    write_lowrank(tmp_path / "lowrank", lopsided_lowrank())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("realtime.cli.render.headless_context", lambda: ctx)
    return tmp_path


SMALL = ("tabletop", "--size", "96x54", "--samples", "1", "--views", "8", "--f-number", "1")


@pytest.mark.gl
def test_a_low_rank_bank_brings_its_own_blur(folder, capsys):
    for name, extra in (
        ("own", ()),
        ("named", ("--blur", "lowrank")),
        ("none", ("--blur", "none")),
    ):
        out = ("--bank", "lowrank", *extra, "--out", f"{name}.exr")
        assert main(["render", *SMALL, *out]) == 0
    own, named, none = (read_picture(folder / f"{n}.exr") for n in ("own", "named", "none"))
    np.testing.assert_array_equal(own, named)
    assert np.abs(own - none).max() > 0.05
    assert np.isfinite(own).all()
    assert own.min() >= 0, "negative lobes stay out of the picture"
    assert main(["compare", *SMALL, "--bank", "lowrank", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.split("wrote none.exr\n")[-1])
    assert told["rank"] == 3
    assert [score["blur"] for score in told["scores"]] == ["none", "lowrank", "dense"]


REFUSED = [
    (
        ("render", "--blur", "sparse", "--out", "x.png"),
        "lowrank",
        "low rank, cascades expected",
    ),
    (("render", "--blur", "lowrank", "--out", "x.png"), "cascades", "cascades, low rank expected"),
    (
        ("compare", "--blur", "none,lowrank"),
        "cascades",
        "cascades, low rank expected",
    ),
]


@pytest.mark.gl
@pytest.mark.parametrize(("command", "bank", "words"), REFUSED)
def test_a_bank_of_the_other_kind_is_refused(folder, capsys, command, bank, words):
    name, *options = command
    assert main([name, *SMALL, "--bank", bank, *options]) == 2
    said = capsys.readouterr().err
    assert f"--bank: {words}" in said
    assert f"Use --blur {'lowrank' if bank == 'lowrank' else 'sparse'} where it can" in said


@pytest.mark.gl
def test_the_demo_and_the_viewer_want_cascades(folder, capsys):
    assert main(["demo", "--size", "96x54", "--bank", "lowrank"]) == 2
    assert "--bank: low rank, cascades expected for --blur sparse" in capsys.readouterr().err
