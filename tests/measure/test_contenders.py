"""Which methods are measured, and which are left out with a reason."""

import pytest
from banks import lopsided_bank, lopsided_lowrank

from realtime.bank import Axis, Bank, BankError, write_bank
from realtime.errors import UsageError
from realtime.measure.contenders import Skipped, banks_of, contenders_of


def of_shape(**target) -> Bank:
    bank = lopsided_bank()
    return Bank(bank.axes, bank.offsets, bank.weights, bank.targets, target=target)


def names(text, bank):
    return [one.name for one in contenders_of(text, bank)[0]]


def test_methods_are_called_by_what_tells_them_apart():
    assert names("none, sparse,dense,gather", lopsided_bank()) == [
        *("none", "sparse 5,3", "dense", "gather 5,3")
    ]
    assert names("sparse", lopsided_bank((4, 4))) == ["sparse 4×2"]
    assert names("lowrank", lopsided_lowrank(rank=3)) == ["lowrank 3"]


def test_a_method_can_bring_its_own_bank(tmp_path):
    write_bank(tmp_path / "small.safetensors", lopsided_bank((2, 1)))
    write_bank(tmp_path / "same.safetensors", lopsided_bank(seed=3))
    small, same = (f"sparse@{tmp_path / name}.safetensors" for name in ("small", "same"))
    found, skipped = contenders_of(f"sparse,{small},{same}", lopsided_bank())
    assert [one.name for one in found][:2] == ["sparse 5,3", "sparse 2,1"]
    assert found[2].name == "sparse 5,3 (same)"
    assert not skipped and found[1].bank.layers == (2, 1)
    assert banks_of(found) == {small: found[1].bank, same: found[2].bank}


def test_banks_of_one_file_name_are_told_apart_by_their_folders(tmp_path):
    paths = [tmp_path / folder / "x.safetensors" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        write_bank(path, lopsided_bank())
    found = names(",".join(["sparse", *(f"sparse@{path}" for path in paths)]), lopsided_bank())
    assert found == ["sparse 5,3", "sparse 5,3 (x)", f"sparse 5,3 ({paths[1]})"]


def test_what_cannot_do_the_banks_shape_is_skipped_and_says_why():
    found, skipped = contenders_of("sparse,paper,circular2,hexagonal", of_shape(shape="star"))
    assert [one.name for one in found] == ["sparse 5,3"]
    assert [one.name for one in skipped] == ["paper", "circular2", "hexagonal"]
    assert all(isinstance(one, Skipped) and "star" in one.reason for one in skipped)
    assert "paper's recipe" in skipped[0].reason
    fitted = of_shape(shape="star", fit={"method": "paper"})
    assert [one.name for one in contenders_of("paper", fitted)[0]] == ["paper 5,3"]


def test_all_are_those_that_read_a_bank_of_this_kind():
    found, skipped = contenders_of("all", of_shape(shape="disk"))
    assert {"sparse 5,3", "dense", "gaussian", "circular1", "near-far"} <= {o.name for o in found}
    assert "hexagonal" in {one.name for one in skipped}
    assert "lowrank" not in {one.name for one in (*found, *skipped)}
    assert names("all", None) == ["none", "gather41", "near-far"]


def _two_axes() -> Bank:
    return lopsided_bank(angles=(0.0, 1.0))


@pytest.mark.parametrize(
    ("text", "bank", "message"),
    [
        ("sparse,magic", lopsided_bank, r"--blur: 'magic', one or more of none, sparse, dense, "),
        ("lens", lopsided_bank, r"--blur: 'lens', one or more of none, sparse"),
        (",", lopsided_bank, r"--blur: nothing, one or more of none"),
        ("dense,dense", lopsided_bank, r"--blur: dense twice, each once expected"),
        (
            "sparse",
            lambda: None,
            r"--blur sparse: no bank, one expected. Give --bank F, or sparse@F",
        ),
        ("all,none", lopsided_bank, r"--blur: 'all', one or more of"),
        ("sparse", _two_axes, r"--blur sparse: a bank of radius × angle, one of radius alone"),
        ("paper", lopsided_bank, r"at least one method that can do the bank expected: paper: "),
    ],
)
def test_what_cannot_be_is_refused(text, bank, message):
    with pytest.raises(UsageError, match=message):
        contenders_of(text, bank())


def test_a_bank_that_is_not_there_is_refused():
    with pytest.raises(BankError, match=r"gone.safetensors: cannot be read"):
        contenders_of("sparse@gone.safetensors", None)


def test_a_bank_of_arcs_is_for_motion():
    axes = (Axis("bend", "rad", (0.0, 1.0, 2.0, 3.0)),)
    bank = lopsided_bank()
    with pytest.raises(UsageError, match="a bank of bend, one of radius alone expected"):
        contenders_of("sparse", Bank(axes, bank.offsets, bank.weights))
