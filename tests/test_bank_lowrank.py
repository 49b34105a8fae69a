"""The low-rank file: round trip, same bytes, interpolation, and what is refused by which words."""

import json

import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from safetensors.numpy import load_file, save_file

from realtime.bank import (
    Bank,
    BankError,
    LowRankBank,
    read_any,
    read_bank,
    read_lowrank,
    write_bank,
    write_lowrank,
)
from realtime.bank.lowrank import lowrank_bytes

ANGLES = (-0.5, 0.25, 2.0)


def metadata(**changes) -> dict[str, str]:
    bank = lopsided_lowrank()
    axes = [{"name": a.name, "unit": a.unit, "knots": a.knots} for a in bank.axes]
    found = {"format": "diskblur-lowrank", "version": "1", "axes": json.dumps(axes), "rank": "3"}
    return found | {"target": "{}", "quality": "{}", "made_by": "a test"} | changes


@pytest.mark.parametrize("angles", [None, ANGLES])
@pytest.mark.parametrize("reader", [read_lowrank, read_any])
def test_a_low_rank_bank_comes_back(tmp_path, angles, reader):
    bank = lopsided_lowrank(angles=angles)
    told = {"target": {"shape": "F"}, "quality": {"psnr_db": [41.5]}, "made_by": "me é"}
    bank = LowRankBank(bank.axes, bank.columns, bank.rows, bank.targets, **told)
    write_lowrank(tmp_path / "new" / "b.safetensors", bank)
    got = reader(tmp_path / "new" / "b.safetensors")
    for name in ("columns", "rows", "targets"):
        np.testing.assert_array_equal(getattr(got, name), getattr(bank, name))
    assert (got.axes, got.target, got.quality, got.made_by) == (bank.axes, *told.values())
    assert (got.rank, got.taps, got.grid) == (3, 2 * 3 * 13, bank.grid)
    assert lowrank_bytes(got) == lowrank_bytes(bank)


def test_either_kind_is_read_as_what_it_is(tmp_path):
    write_bank(tmp_path / "cascade", lopsided_bank())
    write_lowrank(tmp_path / "lowrank", lopsided_lowrank())
    assert isinstance(read_any(tmp_path / "cascade"), Bank)
    assert isinstance(read_any(tmp_path / "lowrank"), LowRankBank)
    with pytest.raises(BankError, match=r"'diskblur-lowrank', 'diskblur-bank' expected\. Bake"):
        read_bank(tmp_path / "lowrank")
    with pytest.raises(BankError, match=r"'diskblur-bank', 'diskblur-lowrank' expected\. Bake"):
        read_lowrank(tmp_path / "cascade")


def test_the_kernel_is_the_outer_product_upright():
    """columns run down, rows run right: a lopsided kernel shows every flip and transposition."""
    bank = lopsided_lowrank(angles=ANGLES)
    want = sum(
        np.outer(c, r) for c, r in zip(bank.columns[:, 2, 3], bank.rows[:, 2, 3], strict=True)
    )
    np.testing.assert_allclose(bank.kernel(6, 2), want, atol=1e-6)
    assert np.abs(want - want.T).max() > 0.01


def test_between_knots_both_vectors_are_mixed_linearly():
    bank = lopsided_lowrank(angles=ANGLES)
    columns, rows = bank.vectors(2.5 + 0.25 * 3.5, 0.25 + 0.5 * 1.75)
    for got, table in ((columns, bank.columns), (rows, bank.rows)):
        mixed = 0.75 * table[..., 2, :] + 0.25 * table[..., 3, :]  # [rank, A1, M]
        np.testing.assert_allclose(got, (mixed[:, 1] + mixed[:, 2]) / 2, atol=1e-6)
    np.testing.assert_array_equal(bank.vectors(99, 99)[0], bank.columns[:, -1, -1])


def test_the_reach_is_that_of_the_widest_vector():
    bank = lopsided_lowrank()
    np.testing.assert_array_equal(bank.reaches_px, [[0, 1, 2, 6]])
    assert bank.reach_px == 6


def spoilt(name: str, change) -> dict[str, np.ndarray]:
    bank = lopsided_lowrank()
    tensors = {"columns": bank.columns.copy(), "rows": bank.rows.copy()}
    tensors[name] = change(tensors[name])
    return tensors


def with_nan(array):
    array[1, 0, 2, 5] = np.nan
    return array


REFUSED = [
    (spoilt("rows", with_nan), {}, r"rows: nan at \[1, 0, 2, 5\], finite values expected"),
    (
        spoilt("rows", lambda a: a * 1.1),
        {},
        r"columns × rows: sum 1\.1 at radius [0-9.]+, 1 within",
    ),
    (spoilt("rows", lambda a: a[:, :, :3]), {}, r"columns: shape \[3, 1, 4, 13\]|rows: shape"),
    (spoilt("columns", lambda a: a[..., :-1]), {}, r"columns: shape \[3, 1, 4, 12\], \[3, 1, 4,"),
    (spoilt("columns", lambda a: a.astype("f8")), {}, r"columns: values of type float64, float32"),
    ({}, {"rank": "2"}, r"rank 3 in its tensors, 2 expected"),
    ({}, {"rank": "three"}, r"metadata 'rank': three, a JSON int expected"),
    ({}, {"version": "2"}, r"bank version '2', '1' expected"),
    ({}, {"axes": "[]"}, r"bank axes: 0 of them, 1 or 2 expected"),
    ({}, {"format": "other"}, r"'other', 'diskblur-bank' or 'diskblur-lowrank' expected"),
]


@pytest.mark.parametrize(("tensors", "told", "words"), REFUSED, ids=[r[2][:24] for r in REFUSED])
def test_a_spoilt_file_is_refused_by_name(tmp_path, tensors, told, words):
    path = tmp_path / "b.safetensors"
    save_file(tensors or spoilt("rows", lambda a: a), path, metadata(**told))
    with pytest.raises(BankError, match=rf"^{path}: .*({words}).*\. Bake the bank again"):
        read_any(path)


def test_even_vectors_and_a_missing_tensor_are_refused(tmp_path):
    bank = lopsided_lowrank()
    even = {name: np.pad(getattr(bank, name), [(0, 0)] * 3 + [(0, 1)]) for name in ("rows",)}
    even["columns"] = np.pad(bank.columns, [(0, 0)] * 3 + [(0, 1)])
    path = tmp_path / "b.safetensors"
    save_file(even, path, metadata())
    with pytest.raises(BankError, match="columns, rows: 14 elements, an odd number expected"):
        read_any(path)
    save_file({"rows": bank.rows}, path, metadata())
    with pytest.raises(BankError, match="no tensor columns, columns and rows expected"):
        read_any(path)


def test_a_file_that_is_written_badly_leaves_the_old_one(tmp_path):
    write_lowrank(tmp_path / "b", lopsided_lowrank())
    before = load_file(tmp_path / "b")
    with pytest.raises(BankError, match="not written"):
        write_lowrank(tmp_path / "b" / "below", lopsided_lowrank())
    np.testing.assert_array_equal(load_file(tmp_path / "b")["rows"], before["rows"])
