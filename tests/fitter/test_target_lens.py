"""The lens: its size, vignetting, colours, which way it points; the file; the field axis."""

import importlib.machinery
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from fitter import FitError
from fitter.targets import half_size_px
from fitter.targets.lens import LENSES, LensFields, LensPsf, _web

ROOT = Path(__file__).resolve().parent.parent.parent


def drawn(radius=12.0, half=22, **kind):
    return LensPsf(**kind).draw(radius, half)


@pytest.fixture(scope="module")
def tracer():
    """The script that made the file, as a module."""
    loader = importlib.machinery.SourceFileLoader("make_lens", str(ROOT / "script" / "make_lens"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_lens", loader))
    loader.exec_module(module)
    return module


def test_the_file_is_small_and_says_where_it_is_from():
    path = LENSES["double-gauss"]
    assert path.stat().st_size < 1_000_000
    with safe_open(path, framework="numpy") as file:
        about = file.metadata()
    assert "2,673,491" in about["source"]
    assert "make_lens" in about["made_by"]
    assert float(about["f_number"]) == pytest.approx(2, abs=0.01)
    assert float(about["focal_length_mm"]) == pytest.approx(50, abs=0.02)


def test_the_file_holds_what_the_prescription_traces_to(tracer):
    """One field and colour again: corner of a web, lopsided in all it indexes."""
    field, channel = 3, 2
    height, um = tracer.HEIGHTS_MM[field], tracer.CHANNELS_UM["b"]
    plane = tracer.best_plane()
    rays, _, _ = tracer.bundle(tracer.field_angle(height, plane), um, plane)
    rays[..., 0] -= height
    with safe_open(LENSES["double-gauss"], framework="numpy") as file:
        np.testing.assert_allclose(file.get_tensor("rays")[field, channel], rays, atol=1e-5)


def test_the_prescription_has_the_patents_back_focus(tracer):
    """0.71436 of the focal length, says the patent; nothing here was made to fit it."""
    focus, focal = tracer.paraxial_focus(0.58756)
    assert focus / focal == pytest.approx(0.71436, abs=2e-4)


def test_snell_holds_at_each_refraction(tracer):
    way = np.array([[0.6, 0.0, 0.8]])
    after = tracer.refracted(way, np.array([[0.0, 0.0, 1.0]]), 1 / 1.5)
    np.testing.assert_allclose(after, [[0.4, 0.0, np.sqrt(1 - 0.16)]])


@pytest.mark.parametrize(("field", "channel", "front"), [(0.0, "g", False), (0.63, "r", True)])
def test_a_psf_sums_to_1_and_fits(field, channel, front):
    psf = LensPsf(field=field, channel=channel, front=front)
    half = half_size_px(psf, 9.3)
    kernel = psf.draw(9.3, half)
    assert kernel.sum() == pytest.approx(1, abs=1e-12)
    assert kernel.min() >= 0
    np.testing.assert_allclose(psf.draw(9.3, half + 2)[2:-2, 2:-2], kernel, atol=1e-12)


def test_on_axis_it_is_round_and_about_as_large_as_its_radius():
    kernel = drawn(24.0, 40)
    np.testing.assert_allclose(kernel, kernel.T, atol=1e-2 * kernel.max())
    assert (kernel.sum(axis=0) > 1e-4).sum() == pytest.approx(48, abs=2)


def test_behind_focus_the_rim_is_bright_and_before_it_the_middle():
    """Spherical aberration, undercorrected past the zone: the two sides of focus differ so."""
    behind, front = drawn(), drawn(front=True)
    assert behind[22, 22 + 11] > 1.5 * behind[22, 22]
    assert front[22, 22 + 11] < 0.7 * front[22, 22]


def test_towards_the_corner_the_pupil_is_cut_to_a_cats_eye():
    """Along the field (x), not across it: the barrel cuts the far side of the light."""
    spreads = [LensPsf(field=field, front=True).spread(12.0) for field in (0.0, 0.5, 1.0)]
    ratios = [x / y for x, y in spreads]
    assert ratios[0] == pytest.approx(1, abs=0.01)
    assert ratios[0] > 1.1 * ratios[1] > 1.2 * ratios[2]


def test_it_mirrors_across_the_field_and_not_along_it():
    kernel = drawn(field=0.8)
    np.testing.assert_allclose(kernel, kernel[::-1], atol=1e-9)
    assert np.abs(kernel - kernel[:, ::-1]).max() > 0.2 * kernel.max()


def test_green_stays_in_place_and_the_others_show_lateral_colour():
    at = np.arange(-22, 23)
    moved = {c: (drawn(field=0.7, channel=c, half=22) * at).sum() for c in "rgb"}
    assert abs(moved["g"]) < 0.05
    assert abs(moved["r"] - moved["b"]) > 0.05


def test_blue_is_larger_than_red_behind_focus():
    """Blue focuses nearer to the lens here, so its cone is wider further back."""
    red, blue = (LensPsf(channel=c).spread(12.0)[0] for c in "rb")
    assert blue > 1.03 * red


def test_between_traced_fields_it_is_mixed():
    below, above = (LensPsf(field=n / 8).spread(12.0)[1] for n in (4, 5))
    between = LensPsf(field=4.5 / 8).spread(12.0)[1]
    assert min(below, above) < between < max(below, above)


def test_more_rows_show_the_same_blur_with_finer_aberrations():
    """A radius in px is a smaller defocus where pixels are smaller, aberrations stay in mm."""
    coarse, fine = (LensPsf(field=0.8, height_px=rows).spread(2.0) for rows in (540, 4320))
    assert fine[1] > 2 * coarse[1]


def test_it_shrinks_to_a_delta():
    psf = LensPsf(field=1.0)
    assert psf.draw(0.0, 3)[3, 3] == 1
    assert psf.reach_px(0.25) == pytest.approx(0.25 * psf.reach_px(1.0))


def test_the_web_covers_the_open_front_once():
    web = _web("double-gauss")
    assert web.light.min() > 0
    np.testing.assert_allclose(web.light.sum(axis=-1), 1)
    assert web.triangles.max() == web.rays.shape[2] - 1


def test_it_turns_clockwise():
    turned, upright = LensPsf(field=0.8, rotation=90.0), LensPsf(field=0.8)
    half = half_size_px(upright, 9.0)
    want = np.rot90(upright.draw(9.0, half), -1)  # what lay to the right lies below
    np.testing.assert_allclose(turned.draw(9.0, half), want, atol=1e-9)
    assert np.abs(want - upright.draw(9.0, half)).max() > 1e-3, "it is lopsided"


def test_fields_carry_taps_to_the_other_width():
    family = LensFields(channel="r", front=True)
    start, end = family.at(0.2).spread(8.0), family.at(1.0).spread(8.0)
    np.testing.assert_allclose(family.carry(np.stack((start, -2 * start)), 0.2, 1.0, 8.0),
                               np.stack((end, -2 * end)))  # fmt: skip
    assert family.axis[0] == "field"
    assert "field" not in family.describe()
    assert family.describe()["channel"] == "r"


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: LensPsf("double-gaus"), "--lens: 'double-gaus' is unknown, one of 1 names "
         "expected. Did you mean double-gauss?"),
        (lambda: LensPsf(channel="y"), "--channel: 'y' is unknown, one of 3 names expected. "
         "Choose out of r, g, b"),
        (lambda: LensPsf(field=-0.1), "--field: -0.1, 0 (the picture's middle) to 1 (its corner)"),
        (lambda: LensPsf(field=float("nan")), "--field: nan, 0 (the picture's middle)"),
        (lambda: LensPsf(height_px=0), "height_px: 0, at least 1 row expected."),
        (lambda: LensFields(channel="x"), "--channel: 'x' is unknown"),
    ],
)  # fmt: skip
def test_what_the_lens_lacks_is_refused(ask, said):
    with pytest.raises(FitError) as error:
        ask()
    assert said in str(error.value)


def test_a_bank_over_radius_and_field_bakes(tmp_path):
    from fitter.cli import main
    from realtime.bank import read_bank

    out = tmp_path / "lens.safetensors"
    asked = ["--lens", "double-gauss", "--channel", "r", "--fields", "3", "--max-radius", "3"]
    fit = ["--knots", "3", "--taps", "5,3", "--seeds", "1", "--quiet", "--out", str(out)]
    assert main(["bake", *asked, *fit]) == 0
    bank = read_bank(out)
    assert [axis.name for axis in bank.axes] == ["radius", "field"]
    assert bank.targets.shape[:2] == (3, 3)
    want = LensPsf(field=1.0, channel="r").draw(3.0, bank.targets.shape[-1] // 2)
    np.testing.assert_allclose(bank.targets[2, 2], want, atol=1e-6)


@pytest.mark.parametrize(("front", "channel"), [(False, "r"), (True, "b")])
def test_a_psf_is_where_rays_shot_at_random_land(tracer, front, channel):
    """The oracle: 200,000 rays at the front, those that pass counted in the picture's pixels."""
    radius, half, pitch = 9.0, 14, 24 / 1080
    plane = tracer.best_plane()
    angle = tracer.field_angle(tracer.HEIGHTS_MM[6], plane)
    points = np.random.default_rng(5).uniform(-14, 14, (200_000, 2))
    points[:, 0] += tracer.middle_of_stop(angle, 0.55)
    number = float(_web("double-gauss").about["f_number"])
    at = tracer.LAST_MM + plane + (-1 if front else 1) * 2 * number * pitch * radius
    landed = {}
    for name in ("g", channel):
        place, way, passed = tracer.trace(points, angle, tracer.CHANNELS_UM[name])
        landed[name] = tracer.at_plane(place, way, at)[0][passed]
    seen = (landed[channel] - landed["g"].mean(axis=0)) / pitch * (-1 if front else 1)
    edges = np.arange(2 * half + 2) - half - 0.5
    count, _, _ = np.histogram2d(seen[:, 1], seen[:, 0], bins=(edges, edges))
    got = drawn(radius, half, field=0.75, channel=channel, front=front)
    assert np.abs(count / len(seen) - got).sum() / 2 < 0.05, "misplaced light"
    mirrored = np.abs(count[:, ::-1] / len(seen) - got).sum() / 2
    assert mirrored > 0.1, "lopsided enough to tell"
