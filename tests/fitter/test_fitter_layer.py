"""SparseBlur: the twin's numbers, right gradients, banks in and out, errors."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from banks import lopsided_bank

import fitter
from fitter import FitError, SparseBlur
from fitter.learning import starting_bank, uniform, varying
from fitter.twin import blur
from realtime.bank import Axis, Bank, read_bank, write_bank

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
RADIUS = Axis("radius", "px", (0.0, 1.0, 2.5, 6.0))
ANGLES = (-0.5, 0.25, 1.0)


def pictures(height=9, width=14, batch=2, channels=3, dtype=torch.float64):
    random = np.random.default_rng(7)
    return torch.tensor(random.random((batch, channels, height, width)), dtype=dtype)


def maps(axes, height=9, width=14, batch=2, dtype=torch.float64):
    """Places beyond both ends of each axis, other ones in every picture."""
    random = np.random.default_rng(8)
    made = [random.uniform(a.knots[0] - 1, a.knots[-1] + 1, (batch, height, width)) for a in axes]
    return torch.tensor(np.stack(made, axis=1), dtype=dtype)


def by_twin(bank, images, places):
    return torch.stack([blur(i, bank, *p) for i, p in zip(images, places, strict=True)])


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("angles", [None, ANGLES])
def test_every_pixel_gets_the_twins_number(angles, device):
    bank = lopsided_bank(angles=angles)
    layer = SparseBlur.from_bank(bank, torch.float64).to(device)
    images, places = pictures(), maps(bank.axes)
    got = layer(images.to(device), places.to(device)).detach().cpu()
    torch.testing.assert_close(got, by_twin(bank, images, places), rtol=0, atol=1e-6)


def test_float32_differs_by_rounding_only():
    bank = lopsided_bank()
    images, places = pictures(dtype=torch.float32), maps(bank.axes, dtype=torch.float32)
    got = SparseBlur.from_bank(bank)(images, places).detach()
    assert got.dtype == torch.float32
    torch.testing.assert_close(got, by_twin(bank, images, places), rtol=0, atol=2e-5)


def test_one_knot_with_and_without_a_map():
    bank = lopsided_bank(radii=(6.0,), layers=(5, 3, 1))
    layer = SparseBlur.from_bank(bank, torch.float64)
    images, places = pictures(), maps(bank.axes)
    want = by_twin(bank, images, places)
    torch.testing.assert_close(layer(images).detach(), want, rtol=0, atol=1e-6)
    torch.testing.assert_close(layer(images, places).detach(), want, rtol=0, atol=1e-6)


def test_one_pixel_and_reads_far_outside_a_picture():
    bank = lopsided_bank(radii=(90.0,))  # every tap far beyond the border of all these pictures
    layer = SparseBlur.from_bank(bank, torch.float64)
    for height, width in ((1, 1), (1, 5), (7, 2)):
        images, places = pictures(height, width), maps(bank.axes, height, width)
        want = by_twin(bank, images, places)
        torch.testing.assert_close(layer(images).detach(), want, rtol=0, atol=1e-6)
        torch.testing.assert_close(layer(images, places).detach(), want, rtol=0, atol=1e-6)


def test_a_map_may_serve_the_whole_batch():
    bank = lopsided_bank()
    layer, images, place = SparseBlur(bank, torch.float64), pictures(), maps(bank.axes, batch=1)
    want = by_twin(bank, images, place.expand(2, -1, -1, -1))
    torch.testing.assert_close(layer(images, place).detach(), want, rtol=0, atol=1e-6)


def test_chunks_of_taps_change_nothing(monkeypatch):
    bank = lopsided_bank(layers=(5, 4))
    layer, images, places = SparseBlur(bank, torch.float64), pictures(), maps(bank.axes)
    want = layer(images, places)
    assert layer.layers == (5, 4)
    monkeypatch.setattr(varying, "CHUNK_READS", 2 * 2 * 9 * 14)  # two taps of two pictures
    torch.testing.assert_close(layer(images, places), want, rtol=0, atol=1e-12)
    with torch.no_grad():
        torch.testing.assert_close(layer(images, places), want.detach(), rtol=0, atol=1e-12)


def test_what_is_kept_for_backward_does_not_grow_with_the_taps(monkeypatch):
    """Reads are made again, so 36 taps keep as little as 3: pictures between layers, hats, taps."""
    height, width = 40, 50
    monkeypatch.setattr(varying, "CHUNK_READS", 2 * height * width)
    kept = {}
    for layers in ((1, 1, 1), (24, 8, 4)):
        bank = starting_bank(layers, [RADIUS], [[0.0, 1.0, 2.5, 6.0]])
        layer, sizes = SparseBlur(bank), {}

        def keep(tensor, sizes=sizes):
            sizes[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
            return tensor

        image = pictures(height, width, batch=1, dtype=torch.float32).requires_grad_()
        places = maps([RADIUS], height, width, batch=1).float().requires_grad_()
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            out = layer(image, places)
        kept[sum(layers)] = sum(sizes.values())
        out.sum().backward()
    assert kept[36] < kept[3] + 3 * image.numel() * 4, kept


def away_from(values, kinks, by=0.06):
    """Move values off the kinks, where no derivative exists for gradcheck to find."""
    for kink in kinks:
        near = (values - kink).abs() < by
        values = torch.where(near, kink + by * torch.where(values < kink, -1.0, 1.0), values)
    return values


@pytest.mark.parametrize("device", DEVICES)
def test_gradients_of_image_map_taps_and_weights(device, monkeypatch):
    """Whole-pixel reads are kinks: offsets move slowly over the map so that none is met."""
    monkeypatch.setattr(varying, "CHUNK_READS", 2 * 5 * 4)
    random = np.random.default_rng(3)
    axes = (Axis("radius", "px", (0.5, 2.0, 3.0)), Axis("angle", "rad", (0.0, 1.0)))
    start = random.choice([-2.0, -1.0, 0.0, 1.0], (3, 1, 1, 2))  # whole px and a part: 0.3 … 0.7
    offsets = tuple(
        (start[:n] + random.uniform(0.3, 0.7, (n, 2, 3, 2))).astype("f4") for n in (3, 2)
    )
    weights = tuple(np.full((n, 2, 3), 1 / n, "f4") for n in (3, 2))
    layer = SparseBlur(Bank(axes, offsets, weights), torch.float64).to(device)
    image = pictures(5, 4, batch=1, channels=2).to(device).requires_grad_()
    places = maps(axes, 5, 4, batch=1)
    places = torch.stack([away_from(places[:, i], axes[i].knots) for i in range(2)], dim=1).to(
        device
    )
    parameters = [p.detach().clone().requires_grad_() for p in layer.parameters()]
    names = [name for name, _ in layer.named_parameters()]

    def run(image, places, *values):
        given = dict(zip(names, values, strict=True))
        return torch.func.functional_call(layer, given, (image, places))

    assert torch.autograd.gradcheck(run, (image, places.requires_grad_(), *parameters))


def test_gradients_of_a_single_kernel():
    random = np.random.default_rng(4)
    start = random.choice([-2.0, -1.0, 0.0, 1.0], (4, 2))
    offsets = torch.tensor(start + random.uniform(0.2, 0.8, (4, 2)), requires_grad=True)
    weights = torch.tensor(random.dirichlet(np.ones(4)), requires_grad=True)
    image = pictures(5, 6, channels=2).requires_grad_()
    assert torch.autograd.gradcheck(uniform.blur_layer, (image, offsets, weights))


def test_a_place_outside_the_knots_has_no_gradient():
    bank = lopsided_bank()
    places = torch.tensor([-1.0, 7.0, 4.0], dtype=torch.float64)[None, None, None].requires_grad_()
    SparseBlur(bank, torch.float64)(pictures(1, 3)[:1], places).square().sum().backward()
    assert places.grad[0, 0, 0, :2].tolist() == [0, 0]
    assert places.grad[0, 0, 0, 2] != 0


def test_a_bank_comes_back_as_it_went_in(tmp_path):
    bank = lopsided_bank(layers=(5, 3, 2), angles=ANGLES)
    write_bank(tmp_path / "b.safetensors", SparseBlur(bank).to_bank({"shape": "L"}, {"loss": 1.0}))
    back = read_bank(tmp_path / "b.safetensors")
    assert (back.axes, back.layers) == (bank.axes, bank.layers)
    assert (back.target, back.quality) == ({"shape": "L"}, {"loss": 1.0})
    for got, want in zip(back.offsets + back.weights, bank.offsets + bank.weights, strict=True):
        np.testing.assert_allclose(got, want, atol=2e-7)


def test_negative_weights_are_kept_and_still_sum_to_1():
    bank = Bank(
        (Axis("radius", "px", (3.0,)),),
        (np.array([[-2, 1.5], [0, 0], [2, -1]], "f4").reshape(3, 1, 1, 2),),
        (np.array([-0.2, 1.4, -0.2], "f4").reshape(3, 1, 1),),
    )
    layer = SparseBlur(bank, torch.float64)
    np.testing.assert_allclose(layer.to_bank().weights[0], bank.weights[0], atol=1e-7)
    images = pictures()
    want = by_twin(bank, images, torch.zeros(2, 1, 9, 14, dtype=torch.float64))
    torch.testing.assert_close(layer(images).detach(), want, rtol=0, atol=1e-6)
    with torch.no_grad():
        layer.logits[0] += torch.tensor([0.5, 0.1, 0.0])[:, None, None]
    assert layer.weights()[0].sum().item() == pytest.approx(1)


def test_from_scratch_is_a_disc_of_each_knots_radius():
    radii = np.array([0.0, 1.0, 2.5, 6.0])
    layer = SparseBlur.from_scratch((12, 4), [RADIUS], radii[None], seed=1)
    offsets = layer.to_bank().offsets[0]
    np.testing.assert_allclose(offsets, offsets[:, :, 3:] * (radii / 6)[:, None], atol=1e-6)
    assert 4 < np.linalg.norm(offsets[:, 0, 3], axis=-1).max() < 6.5
    assert "(12, 4), axes: radius 0 … 6 px (4 knots)" in repr(layer)
    other = SparseBlur.from_scratch((12, 4), [RADIUS], radii[None], seed=2).to_bank().offsets[0]
    assert np.abs(offsets - other).max() > 0.1
    assert torch.isfinite(layer(pictures(dtype=torch.float32), maps([RADIUS]).float())).all()


def test_it_learns_taps_and_weights_of_a_varying_blur():
    """From a bank moved by half a pixel back to the one that made the pictures."""
    bank = lopsided_bank(layers=(4, 2), radii=(0.5, 4.0))
    images, places = pictures(20, 25, dtype=torch.float32), maps(bank.axes, 20, 25).float()
    want = by_twin(bank, images, places)
    layer = SparseBlur.from_bank(bank)
    random = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for values in layer.parameters():
            values += 0.5 * torch.randn(values.shape, generator=random)
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.03)
    losses = []
    for _ in range(150):
        loss = (layer(images, places) - want).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 20


def test_importing_fitter_leaves_torch_alone():
    code = "import fitter, sys; assert 'torch' not in sys.modules; fitter.SparseBlur; import torch"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
    with pytest.raises(AttributeError, match="module 'fitter' has no attribute 'DenseBlur'"):
        fitter.DenseBlur  # noqa: B018


LAYER = SparseBlur(lopsided_bank())
IMAGE = torch.zeros(2, 3, 5, 4)


@pytest.mark.parametrize(
    ("image", "places", "text"),
    [
        (torch.zeros(3, 5, 4), None, r"image: shape \[3, 5, 4\], \[B, C, H, W\] with nothing"),
        (torch.zeros(1, 0, 5, 4), None, r"image: shape \[1, 0, 5, 4\].*Add the axes"),
        (IMAGE.double(), None, "image: torch.float64 on cpu, torch.float32 on cpu expected. Move"),
        (IMAGE, None, r"places: none, \[2, 1, 5, 4\] expected \(radius \[px\]\)"),
        (IMAGE, torch.zeros(2, 2, 5, 4), r"places: shape \[2, 2, 5, 4\], \[2, 1, 5, 4\] expected"),
        (IMAGE, torch.zeros(2, 1, 4, 5), r"places: shape \[2, 1, 4, 5\].*a channel an axis"),
        (IMAGE, torch.zeros(2, 1, 5, 4).double(), "places: torch.float64 on cpu"),
    ],
)
def test_wrong_inputs_are_named(image, places, text):
    with pytest.raises(FitError, match=text):
        LAYER(image, places)


def test_a_diverged_layer_writes_no_bank():
    layer = SparseBlur(lopsided_bank())
    with torch.no_grad():
        layer.offsets[1][2, 0, 1, 0] = torch.nan
    with pytest.raises(FitError, match=r"offsets.1: nan at \[2, 0, 1, 0\].*Lower the learning"):
        layer.to_bank()


@pytest.mark.parametrize(
    ("layers", "radius", "text"),
    [
        ((), 3.0, r"layers: \[\], at least one layer of at least one tap"),
        ((4, 0), 3.0, r"layers: \[4, 0\].*Give tap counts"),
        ((4,), -1.0, "radius_px: -1.0, finite radii of 0 or more"),
        ((4,), float("nan"), "radius_px: nan, finite"),
        ((4,), [1.0, 2.0], r"radius_px: shape \[2\], \[1, 4\] or a single number"),
    ],
)
def test_a_start_that_cannot_be(layers, radius, text):
    with pytest.raises(FitError, match=text):
        starting_bank(layers, [RADIUS], radius)
