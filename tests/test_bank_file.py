"""The bank file: round trip, same bytes, and every way it can be wrong."""

import io
import json
import os
import pickle
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from banks import lopsided_bank
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from safetensors.numpy import save

from realtime.bank import Axis, Bank, BankError, read_bank, write_bank
from realtime.bank.file import bank_bytes

REBAKE = r"Bake the bank again with diskblur-fit bake"
ANGLES = (-0.5, 0.25, 2.0)


def two_axis_bank() -> Bank:
    """2 layers, 4 radii × 3 angles: no two lengths alike."""
    return lopsided_bank(angles=ANGLES)


def assert_same_bank(got: Bank, want: Bank) -> None:
    assert got.axes == want.axes
    assert got.layers == want.layers
    for a, b in zip((*got.offsets, *got.weights), (*want.offsets, *want.weights), strict=True):
        assert a.dtype == np.float32
        np.testing.assert_array_equal(a, b)
    assert (got.targets is None) == (want.targets is None)
    if want.targets is not None:
        np.testing.assert_array_equal(got.targets, want.targets)
    assert (got.target, got.quality, got.made_by) == (want.target, want.quality, want.made_by)


def parts(bank: Bank) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return a file's tensors and metadata, to be spoilt."""
    data = bank_bytes(bank)
    end = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {f"offsets.{i}": array.copy() for i, array in enumerate(bank.offsets)}
    tensors |= {f"weights.{i}": array.copy() for i, array in enumerate(bank.weights)}
    if bank.targets is not None:
        tensors["targets"] = bank.targets.copy()
    return tensors, json.loads(data[8:end])["__metadata__"]


# What is written is read


@pytest.mark.parametrize("angles", [None, ANGLES])
def test_a_bank_comes_back(tmp_path, angles):
    bank = lopsided_bank(angles=angles)
    told = {"target": {"shape": "disk", "radius_px": [0, 6.5]}, "quality": {"psnr_db": [61.25]}}
    bank = Bank(bank.axes, bank.offsets, bank.weights, bank.targets, **told, made_by="me 0.1 é")
    write_bank(tmp_path / "new" / "b.safetensors", bank)
    assert_same_bank(read_bank(tmp_path / "new" / "b.safetensors"), bank)
    assert read_bank(str(tmp_path / "new" / "b.safetensors")).targets.shape == bank.targets.shape


def test_a_bank_without_targets_comes_back(tmp_path):
    bank = lopsided_bank()
    bank = Bank(bank.axes, bank.offsets, bank.weights)
    write_bank(tmp_path / "b.safetensors", bank)
    assert_same_bank(read_bank(tmp_path / "b.safetensors"), bank)


def test_arrays_that_are_views_come_back(tmp_path):
    """safetensors writes the memory as it lies, so a transposed view would come out scrambled."""
    bank = two_axis_bank()
    offsets = tuple(np.asfortranarray(o) for o in bank.offsets)
    weights = tuple(np.repeat(w, 2, axis=0)[::2] for w in bank.weights)
    write_bank(tmp_path / "b.safetensors", Bank(bank.axes, offsets, weights, bank.targets))
    assert_same_bank(read_bank(tmp_path / "b.safetensors"), bank)


finite = st.floats(-1e6, 1e6, width=32)


@st.composite
def banks(draw) -> Bank:
    """Any bank of 1 or 2 axes, up to 3 layers."""
    lengths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=2))
    axes = []
    for index, length in enumerate(lengths):
        knots = draw(st.lists(st.floats(-1e3, 1e3), min_size=length, max_size=length, unique=True))
        name = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
        axes.append(Axis(f"{name}{index}", draw(st.sampled_from(["px", "rad"])), sorted(knots)))
    grid = (lengths[1] if len(lengths) > 1 else 1, lengths[0])
    offsets, weights = [], []
    for taps in draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)):
        offsets.append(draw(hnp.arrays(np.float32, (taps, *grid, 2), elements=finite)))
        raw = draw(hnp.arrays(np.float32, (taps, *grid), elements=st.floats(0.25, 1, width=32)))
        weights.append((raw / raw.sum(axis=0)).astype(np.float32))
    return Bank(tuple(axes), tuple(offsets), tuple(weights))


@given(bank=banks())
def test_any_bank_comes_back(bank):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "b.safetensors"
        write_bank(path, bank)
        assert_same_bank(read_bank(path), bank)


def test_the_same_bank_gives_the_same_bytes_in_every_process(tmp_path):
    """safetensors keeps metadata in a hash map, whose order changes from process to process."""
    tests = str(Path(__file__).parent)
    code = (
        f"import sys, hashlib; sys.path.insert(0, {tests!r});"
        "from banks import lopsided_bank; from realtime.bank.file import bank_bytes;"
        "print(hashlib.sha256(bank_bytes(lopsided_bank(angles=(0, 1)))).hexdigest())"
    )
    command = [sys.executable, "-c", code]
    sums = {subprocess.run(command, capture_output=True, text=True).stdout for _ in range(4)}
    assert len(sums) == 1
    assert len(sums.pop()) == 65


def test_other_programs_can_read_it(tmp_path):
    """The format: header length, JSON header padded to 8 bytes, tensors in C order."""
    bank = two_axis_bank()
    write_bank(tmp_path / "b.safetensors", bank)
    data = (tmp_path / "b.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    assert length % 8 == 0
    metadata = header["__metadata__"]
    assert (metadata["format"], metadata["version"]) == ("diskblur-bank", "1")
    assert json.loads(metadata["layers"]) == [5, 3]
    assert json.loads(metadata["axes"])[1] == {"name": "angle", "unit": "rad", "knots": [*ANGLES]}
    entry = header["offsets.1"]
    assert (entry["dtype"], entry["shape"]) == ("F32", [3, 3, 4, 2])
    start, end = entry["data_offsets"]
    values = np.frombuffer(data[8 + length :][start:end], "<f4").reshape(3, 3, 4, 2)
    np.testing.assert_array_equal(values, bank.offsets[1])


# What is wrong is told, by the file's name


def assert_refused(path: Path, why: str) -> None:
    with pytest.raises(BankError, match=why) as told:
        read_bank(path)
    message = str(told.value)
    assert message.startswith(f"{path}: ")
    assert " expected. " in message
    assert "\n" not in message
    one = told.value.__context__ is None or told.value.__suppress_context__
    assert one, "a person sees one error, not a chain"


def pickled() -> bytes:
    return pickle.dumps({"offsets": [1, 2, 3]})


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (9, 5)).save(buffer, kind)
    return buffer.getvalue()


def archive() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, a=np.zeros(3))
    return buffer.getvalue()


def array() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "only 0 bytes"),
        (b"{", "only 1 bytes"),
        (b"some text that is no bank", "not a safetensors file"),
        (bytes(100), "not a safetensors file"),
        (pickled(), "a Python pickle"),
        (picture("PNG"), "a PNG picture"),
        (picture("JPEG"), "a JPEG picture"),
        (archive(), r"a zip archive \(.npz, .pt, .pth\)"),
        (array(), "a .npy array"),
        (b"v/1\x01" + bytes(20), "an EXR picture"),
        (b"glTF" + bytes(20), "a glTF model"),
    ],
)
def test_something_else_in_its_place(tmp_path, content, kind):
    path = tmp_path / "b.safetensors"
    path.write_bytes(content)
    assert_refused(path, rf"{kind}, a bank \(.safetensors\) expected\. {REBAKE}")


def test_nothing_in_its_place(tmp_path):
    path = tmp_path / "none.safetensors"
    assert_refused(path, r"cannot be read \(No such file or directory\), a bank file expected\.")
    assert_refused(path, rf"diskblur-fit bake --shape disk --max-radius 32 --out {path}")


def test_a_folder_in_its_place(tmp_path):
    assert_refused(tmp_path, r"cannot be read \(Is a directory\), a bank file expected\.")


@pytest.mark.parametrize("part", [0.02, 0.2, 0.5, 0.9, 0.999])
def test_a_bank_cut_short(tmp_path, part):
    path, data = tmp_path / "b.safetensors", bank_bytes(two_axis_bank())
    path.write_bytes(data[: int(part * len(data))])
    assert_refused(path, rf"damaged or cut short \(.+\), a whole bank file expected\. {REBAKE}")


@pytest.mark.parametrize("end", [1, 8, 9, 40])
def test_a_bank_cut_in_its_first_bytes(tmp_path, end):
    path = tmp_path / "b.safetensors"
    path.write_bytes(bank_bytes(two_axis_bank())[:end])
    assert_refused(path, rf"only {end} bytes" if end < 9 else r"damaged or cut short")


def test_a_bank_with_a_damaged_header(tmp_path):
    path, data = tmp_path / "b.safetensors", bytearray(bank_bytes(two_axis_bank()))
    data[20:24] = b"\x00\xff\x00\xff"
    path.write_bytes(data)
    assert_refused(path, r"damaged or cut short")


def test_a_header_that_promises_more_than_there_is(tmp_path):
    path, data = tmp_path / "b.safetensors", bytearray(bank_bytes(two_axis_bank()))
    data[:8] = struct.pack("<Q", 2**62)
    path.write_bytes(data)
    assert_refused(path, r"damaged or cut short")


def test_another_safetensors_file(tmp_path):
    path = tmp_path / "b.safetensors"
    path.write_bytes(save({"weight": np.zeros((2, 3), np.float32)}))
    assert_refused(path, r"format None, 'diskblur-bank' expected")
    path.write_bytes(save({"weight": np.zeros(2, np.float32)}, metadata={"format": "pt"}))
    assert_refused(path, r"format 'pt', 'diskblur-bank' expected")


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("version", "2", r"bank version '2', '1' expected"),
        ("version", None, r"bank version None, '1' expected"),
        ("axes", None, r"metadata 'axes': nothing, a JSON list expected"),
        ("axes", "{", r"metadata 'axes': \{, a JSON list expected"),
        ("axes", "{}", r"metadata 'axes': \{\}, a JSON list expected"),
        ("axes", "[]", r"bank axes: 0 of them, 1 or 2 expected"),
        ("axes", "[1]", r"metadata 'axes': \[1\], a list of name, unit and knots expected"),
        ("axes", '[{"name": "radius", "unit": "px"}]', r"a list of name, unit and knots"),
        ("axes", '[{"name": "r", "unit": "px", "knots": 3}]', r"a list of name, unit and knots"),
        ("axes", '[{"name": "r", "unit": "px", "knots": "0126"}]', r"a list of name, unit and"),
        ("axes", '[{"name": "r", "unit": "px", "knots": ["a"]}]', r"a list of name, unit and"),
        ("layers", None, r"metadata 'layers': nothing, a JSON list expected"),
        ("layers", "24", r"metadata 'layers': 24, a JSON list expected"),
        ("layers", "[5, 4]", r"\[5, 3\] taps in its tensors, \[5, 4\] expected"),
        ("layers", '["5", "3"]', r"\[5, 3\] taps in its tensors, \['5', '3'\] expected"),
        ("layers", "[5]", r"a tensor offsets.1, only 1 layers expected"),
        ("layers", "[5, 3, 2]", r"no tensor offsets.2, 3 layers expected"),
        ("layers", "[]", r"a tensor offsets.0, only 0 layers expected"),
        ("target", "nonsense", r"metadata 'target': nonsense, a JSON dict expected"),
        ("quality", "[]", r"metadata 'quality': \[\], a JSON dict expected"),
        ("quality", "[" * 100_000, r"metadata 'quality': \[{60}, a JSON dict expected"),
    ],
)
def test_metadata_that_breaks_the_contract(tmp_path, key, value, why):
    tensors, metadata = parts(lopsided_bank())
    metadata.pop(key)
    if value is not None:
        metadata[key] = value
    path = tmp_path / "b.safetensors"
    path.write_bytes(save(tensors, metadata=metadata))
    assert_refused(path, why)
    assert_refused(path, REBAKE)


@pytest.mark.parametrize(
    ("knots", "why"),
    [
        ([0, 2, 1, 6], r"axis radius: knot 2 is 1 after 2, strictly increasing knots expected"),
        ([0, 1, 1, 6], r"axis radius: knot 2 is 1 after 1, strictly increasing"),
        ([0, 1, float("nan"), 6], r"axis radius: knots \(0.0, 1.0, nan, 6.0\), finite numbers"),
        ([0, 1, 2, float("inf")], r"axis radius: knots .*inf\), finite numbers expected"),
        ([], r"axis radius: knots \(\), finite numbers expected"),
        ([0, 1, 2], r"offsets.0: shape \[5, 1, 4, 2\], \[5, 1, 3, 2\] with nothing empty"),
    ],
)
def test_knots_that_break_the_contract(tmp_path, knots, why):
    tensors, metadata = parts(lopsided_bank())
    metadata["axes"] = json.dumps([{"name": "radius", "unit": "px", "knots": knots}])
    path = tmp_path / "b.safetensors"
    path.write_bytes(save(tensors, metadata=metadata))
    assert_refused(path, why)


def spoil(name: str, change):
    """Return a function that changes one tensor; None takes it out."""

    def spoiler(tensors: dict) -> None:
        value = change(tensors[name])
        if value is None:
            del tensors[name]
        else:
            tensors[name] = value

    return spoiler


def put(array: np.ndarray, at: tuple[int, ...], value: float) -> np.ndarray:
    array[at] = value
    return array


@pytest.mark.parametrize(
    ("spoiler", "why"),
    [
        (spoil("offsets.1", lambda _: None), r"no tensor offsets.1, 2 layers expected"),
        (spoil("weights.0", lambda _: None), r"no tensor weights.0, 2 layers expected"),
        (
            spoil("offsets.0", lambda a: put(a, (4, 2, 1, 0), np.nan)),
            r"offsets.0: nan at \[4, 2, 1, 0\], finite values expected",
        ),
        (
            spoil("weights.1", lambda a: put(a, (2, 1, 3), -np.inf)),
            r"weights.1: -inf at \[2, 1, 3\], finite values expected",
        ),
        (
            spoil("targets", lambda a: put(a, (2, 3, 0, 1), np.inf)),
            r"targets: inf at \[2, 3, 0, 1\], finite values expected",
        ),
        (
            spoil("weights.0", lambda a: put(a, (0, 2, 1), a[0, 2, 1] + 0.5)),
            r"weights.0: sum 1.5 at radius 1, angle 2, 1 within 0.001 expected",
        ),
        (
            spoil("targets", lambda a: put(a, (1, 3), 0)),
            r"targets: sum 0 at radius 6, angle 0.25, 1 within 0.001 expected",
        ),
        (
            spoil("offsets.0", lambda a: a.astype(np.float64)),
            r"offsets.0: values of type float64, float32 expected",
        ),
        (
            spoil("weights.1", lambda a: a.astype(np.float16)),
            r"weights.1: values of type float16, float32 expected",
        ),
        (
            spoil("offsets.1", lambda a: a.swapaxes(1, 2).copy()),
            r"offsets.1: shape \[3, 4, 3, 2\], \[3, 3, 4, 2\] with nothing empty expected",
        ),
        (
            spoil("weights.0", lambda a: a[:4].copy()),
            r"offsets.0: shape \[5, 3, 4, 2\], \[4, 3, 4, 2\]",
        ),
        (spoil("offsets.0", lambda a: a[..., :1].copy()), r"offsets.0: shape \[5, 3, 4, 1\]"),
        (spoil("weights.0", lambda _: np.float32(1)), r"offsets.0: shape .*, \[0, 3, 4, 2\]"),
        (spoil("weights.0", lambda a: a[:0].copy()), r"shape \[\w+, 3, 4(, 2)?\], .*nothing empty"),
        (
            spoil("targets", lambda a: a[..., 1:, 1:].copy()),
            r"targets: 12 × 12 px, an odd size expected",
        ),
        (
            spoil("targets", lambda a: a[..., 1:].copy()),
            r"targets: shape \[3, 4, 13, 12\], \[3, 4, 12, 12\]",
        ),
        (spoil("targets", lambda _: np.float32(1)), r"targets: shape \[\], "),
    ],
)
def test_tensors_that_break_the_contract(tmp_path, spoiler, why):
    tensors, metadata = parts(two_axis_bank())
    spoiler(tensors)
    path = tmp_path / "b.safetensors"
    path.write_bytes(save({k: np.asarray(v) for k, v in tensors.items()}, metadata=metadata))
    assert_refused(path, why)
    assert_refused(path, REBAKE)


def test_a_type_that_numpy_lacks(tmp_path):
    """bfloat16 exists in the format and not in NumPy."""
    path, data = tmp_path / "b.safetensors", bank_bytes(lopsided_bank())
    end = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:end])
    header["weights.1"]["dtype"] = "BF16"
    header["weights.1"]["shape"][0] *= 2
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[end:])
    assert_refused(path, r"damaged or cut short \(.*bfloat16")


def test_weights_within_the_tolerance_pass(tmp_path):
    tensors, metadata = parts(two_axis_bank())
    tensors["weights.0"] *= np.float32(1.0009)
    path = tmp_path / "b.safetensors"
    path.write_bytes(save(tensors, metadata=metadata))
    assert read_bank(path).layers == (5, 3)
    tensors["weights.0"] *= np.float32(1.0003)
    path.write_bytes(save(tensors, metadata=metadata))
    assert_refused(path, r"weights.0: sum 1.001")


def test_a_broken_bank_cannot_be_made_in_memory_either():
    bank = lopsided_bank()
    weights = (bank.weights[0] * np.float32(2), bank.weights[1])
    with pytest.raises(BankError, match=r"weights.0: sum 2 at radius 0, 1 within"):
        Bank(bank.axes, bank.offsets, weights)
    with pytest.raises(BankError, match=r"bank layers: 2 of offsets and 1 of weights"):
        Bank(bank.axes, bank.offsets, weights[:1])
    with pytest.raises(BankError, match=r"bank layers: 0 of offsets and 0 of weights"):
        Bank(bank.axes, (), ())
    with pytest.raises(BankError, match=r"bank axes: 3 of them, 1 or 2 expected"):
        Bank(bank.axes * 3, bank.offsets, bank.weights)


# Writing where it cannot be written


def assert_not_written(path: Path, why: str) -> None:
    with pytest.raises(BankError) as told:
        write_bank(path, lopsided_bank())
    assert str(told.value) == (
        f"{path}: not written ({why}), a writable place expected. "
        f"Choose another --out; an old file there is untouched"
    )


def test_a_folder_where_the_bank_should_go(tmp_path):
    (tmp_path / "b.safetensors").mkdir()
    assert_not_written(tmp_path / "b.safetensors", "Is a directory")
    assert [p.name for p in tmp_path.iterdir()] == ["b.safetensors"]


def test_a_file_where_its_folder_should_be(tmp_path):
    (tmp_path / "file").touch()
    assert_not_written(tmp_path / "file" / "b.safetensors", "File exists")


def test_a_folder_that_may_not_be_written():
    """As root nothing is forbidden, so there it is tried as somebody else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "b.safetensors"
        path.write_bytes(b"old")
        os.chmod(folder, 0o555)
        user = os.geteuid()
        try:
            if user == 0:
                os.seteuid(65534)
            assert_not_written(path, "Permission denied")
        finally:
            os.seteuid(user)
            os.chmod(folder, 0o755)
        assert path.read_bytes() == b"old"
        assert os.listdir(folder) == ["b.safetensors"]
