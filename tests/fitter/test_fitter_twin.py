"""The torch twin and the dense oracle, against slow loops that share nothing with them."""

import numpy as np
import pytest
import torch

from fitter.dense import filter_dense, filter_varying
from fitter.targets import Heart, half_size_px
from fitter.twin import apply_cascade, blur
from realtime.bank import Axis, Bank

HEIGHT, WIDTH = 9, 14


def picture(channels=2):
    return np.random.default_rng(3).random((channels, HEIGHT, WIDTH))


def lopsided_bank(columns=3, rows=1, seed=1):
    """Random taps; 3 knots along x and, for two axes, another count along y."""
    random = np.random.default_rng(seed)
    layers = (4, 2)
    offsets = [random.uniform(-4, 3, (n, rows, columns, 2)).astype("f4") for n in layers]
    weights = [
        np.moveaxis(random.dirichlet(np.ones(n), (rows, columns)), -1, 0).astype("f4")
        for n in layers
    ]
    axes = [Axis("radius", "px", (0.5, 1.0, 4.0, 5.0)[:columns])]
    if rows > 1:
        axes.append(Axis("angle", "rad", tuple(range(rows))))
    return Bank(tuple(axes), tuple(offsets), tuple(weights))


def read(image, x, y):
    """One bilinear read, clamped: the four pixels around, by hand."""
    total = 0.0
    for row in (int(np.floor(y)), int(np.floor(y)) + 1):
        for column in (int(np.floor(x)), int(np.floor(x)) + 1):
            part = (1 - abs(x - column)) * (1 - abs(y - row))
            total += part * image[:, min(max(row, 0), HEIGHT - 1), min(max(column, 0), WIDTH - 1)]
    return total


def blurred_by_hand(image, cascade_at):
    """cascade_at(row, column): the layers of that pixel, as `Bank.cascade` gives them."""
    for layer in range(len(cascade_at(0, 0))):
        out = np.zeros_like(image)
        for row in range(HEIGHT):
            for column in range(WIDTH):
                for (dx, dy), w in zip(*cascade_at(row, column)[layer], strict=True):
                    out[:, row, column] += w * read(image, column + dx, row + dy)
        image = out
    return image


def test_blur_reads_each_pixels_own_cascade():
    bank, image = lopsided_bank(), picture()
    radius = np.random.default_rng(4).uniform(0, 5, (HEIGHT, WIDTH))  # beyond both ends too
    want = blurred_by_hand(image, lambda row, column: bank.cascade(radius[row, column]))
    got = blur(torch.tensor(image), bank, torch.tensor(radius))
    np.testing.assert_allclose(got, want, atol=3e-6)  # Bank.cascade rounds to float32


def test_blur_over_two_axes():
    bank, image = lopsided_bank(columns=4, rows=3), picture()
    random = np.random.default_rng(5)
    x, y = random.uniform(0, 6, (HEIGHT, WIDTH)), random.uniform(-1, 3, (HEIGHT, WIDTH))
    want = blurred_by_hand(image, lambda r, c: bank.cascade(x[r, c], y[r, c]))
    got = blur(torch.tensor(image), bank, torch.tensor(x), torch.tensor(y))
    np.testing.assert_allclose(got, want, atol=3e-6)


def test_chunks_of_rows_change_nothing(monkeypatch):
    bank, image = lopsided_bank(), torch.tensor(picture())
    radius = torch.linspace(0, 5, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    whole = blur(image, bank, radius)
    monkeypatch.setattr("fitter.twin.CHUNK_PX", 2 * WIDTH)
    torch.testing.assert_close(blur(image, bank, radius), whole, rtol=0, atol=0)


def test_one_radius_everywhere_is_one_cascade_in_float_and_double():
    bank = lopsided_bank()
    for kind, tolerance in ((torch.float64, 1e-6), (torch.float32, 1e-5)):
        image = torch.tensor(picture(), dtype=kind)
        got = blur(image, bank, 2.5)
        assert got.dtype == kind
        want = apply_cascade(image, bank.cascade(2.5))
        torch.testing.assert_close(got, want, rtol=0, atol=tolerance)


def test_a_bank_of_one_knot_needs_no_neighbour():
    bank = lopsided_bank(columns=1)
    image = torch.tensor(picture())
    torch.testing.assert_close(
        blur(image, bank, 7.0), apply_cascade(image, bank.cascade(0.5)), rtol=0, atol=1e-6
    )


def test_a_missing_map_is_refused():
    with pytest.raises(TypeError, match="takes 1 maps for this bank, 0 given"):
        blur(torch.tensor(picture()), lopsided_bank())


def convolved_by_hand(image, kernel_at):
    out = np.zeros_like(image)
    for row in range(HEIGHT):
        for column in range(WIDTH):
            kernel = kernel_at(row, column)
            half = len(kernel) // 2
            for (j, i), w in np.ndenumerate(kernel):
                y = min(max(row - (j - half), 0), HEIGHT - 1)
                x = min(max(column - (i - half), 0), WIDTH - 1)
                out[:, row, column] += w * image[:, y, x]
    return out


def test_filter_dense_is_a_convolution_clamped_at_the_border():
    image, kernel = picture(), Heart(20.0).draw(3.4, 4)
    want = convolved_by_hand(image, lambda *_: kernel)
    np.testing.assert_allclose(filter_dense(torch.tensor(image), torch.tensor(kernel)), want)


def test_filter_varying_gives_each_pixel_its_own_kernel(monkeypatch):
    image, source = picture(), Heart(20.0)
    radius = np.random.default_rng(6).choice([0.0, 1.2, 2.9, 4.1], (HEIGHT, WIDTH))

    def kernel_at(row, column):
        return source.draw(radius[row, column], half_size_px(source, radius[row, column]))

    want = convolved_by_hand(image, kernel_at)
    np.testing.assert_allclose(filter_varying(image, source, radius), want, atol=1e-12)
    monkeypatch.setattr("fitter.dense.CHUNK_VALUES", 100)
    np.testing.assert_allclose(filter_varying(image, source, radius), want, atol=1e-12)


def test_a_point_of_light_comes_out_as_the_kernel_upright():
    image = np.zeros((1, HEIGHT, WIDTH))
    image[0, 4, 7] = 1
    kernel = Heart(20.0).draw(3.4, 4)
    got = filter_dense(torch.tensor(image), torch.tensor(kernel))[0]
    np.testing.assert_allclose(got[:, 3:12], kernel, atol=1e-12)
