"""Shader files made whole, and the way back from a driver's line to the file's."""

import re

import pytest

from realtime.errors import ShaderError
from realtime.gl.source import expand


def write(root, **files: str) -> None:
    """Write `name.glsl`; a double underscore stands for a folder."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".glsl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_includes_are_pasted_where_they_stand_and_once(tmp_path):
    write(
        tmp_path,
        main='#version 330\n#include "inc/a.glsl"\n#include "inc/b.glsl"\nvoid main() {}\n',
        inc__a='float a;\n#include "inc/b.glsl"\nfloat after;\n',
        inc__b="float b;\n",
    )
    got = expand("main.glsl", root=tmp_path)
    assert got.text == "#version 330\nfloat a;\nfloat b;\nfloat after;\nvoid main() {}\n"
    assert got.origin == (
        ("main.glsl", 1),
        ("inc/a.glsl", 1),
        ("inc/b.glsl", 1),
        ("inc/a.glsl", 3),
        ("main.glsl", 4),
    )


def test_a_file_that_includes_itself_ends(tmp_path):
    write(tmp_path, main='#version 330\n#include "main.glsl"\nfloat x;\n')
    assert expand("main.glsl", root=tmp_path).text == "#version 330\nfloat x;\n"


def test_defines_follow_the_version_and_shift_no_line(tmp_path):
    write(tmp_path, main="#version 330\nfloat x;\n")
    got = expand("main.glsl", {"TAPS": 7, "SHARE": 0.25, "ON": True, "OFF": False}, tmp_path)
    assert got.text.splitlines() == [
        "#version 330",
        "#define TAPS 7",
        "#define SHARE 0.25",
        "#define ON 1",
        "#define OFF 0",
        "float x;",
    ]
    assert got.origin[0] == ("main.glsl", 1) and got.origin[-1] == ("main.glsl", 2)


@pytest.mark.parametrize(
    "log",
    ["0:3(7): error: x", "0(3) : error C: x", "ERROR: 0:3: x", "0:3(7): warning: x"],
    ids=["mesa", "nvidia", "others", "warning"],
)
def test_every_drivers_position_leads_to_the_file(tmp_path, log):
    write(tmp_path, main='#version 330\n#include "inc/a.glsl"\n', inc__a="float a;\nbroken\n")
    located = expand("main.glsl", root=tmp_path).locate(log)
    assert "inc/a.glsl:2:" in located and located.endswith(" x")
    assert not re.search(r"\b0[:(]3", located)


def test_a_position_beyond_the_end_and_plain_words_stay(tmp_path):
    write(tmp_path, main="#version 330\nfloat x;\n")
    log = "0:99(1): error: end of file\nno position here: 12"
    assert expand("main.glsl", root=tmp_path).locate(log) == log


def test_a_missing_shader_is_named(tmp_path):
    with pytest.raises(ShaderError) as caught:
        expand("blur.frag", root=tmp_path)
    assert str(caught.value) == (
        "blur.frag: no such shader, wanted by the program. Check its #include, or install again"
    )


def test_a_missing_include_names_file_and_line(tmp_path):
    write(
        tmp_path,
        main='#version 330\n#include "inc/a.glsl"\n',
        inc__a='float a;\n\n#include "inc/gone.glsl"\n',
    )
    with pytest.raises(ShaderError) as caught:
        expand("main.glsl", root=tmp_path)
    assert str(caught.value) == (
        "inc/gone.glsl: no such shader, wanted by inc/a.glsl:3. "
        "Check its #include, or install again"
    )


@pytest.mark.parametrize("text", ["", "// no version\n#version 330\n"])
def test_a_shader_without_a_version_is_refused(tmp_path, text):
    write(tmp_path, main=text)
    with pytest.raises(ShaderError, match=r"^main\.glsl: no #version on its first line, #version"):
        expand("main.glsl", root=tmp_path)
