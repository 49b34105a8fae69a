"""Shaders rewritten to count their fetches, as text."""

import re

import pytest

from realtime.errors import ShaderError
from realtime.gl.source import expand
from realtime.profiling.instrument import counting_source, numbers, targets
from realtime.resources import folder

HEAD = "#version 330\nuniform sampler2D u_a;\nuniform sampler2D u_b;\nout vec4 o;\n"


def rewritten(body: str, before: str = "", samplers=("u_a", "u_b")) -> str:
    """The rewritten text of a shader, on one line, without what comes before its uniforms."""
    text = counting_source(f"{HEAD}{before}void main() {{ {body} }}\n", samplers)
    return " ".join(text[text.index("uniform") :].split())


def test_a_fetch_counts_for_its_sampler_and_kind():
    text = rewritten("o = texelFetch(u_a, ivec2(0), 0) + textureLod(u_b, vec2(0.0), 0.0).rrrr;")
    assert "o = (fetched[counter_of_u_a + 1]++, texelFetch(u_a, ivec2(0), 0))" in text
    assert "+ (fetched[counter_of_u_b]++, textureLod(u_b, vec2(0.0), 0.0)).rrrr;" in text


def test_a_fetch_within_a_fetch_counts_too():
    text = rewritten("o = texture(u_a, texture(u_b, vec2(0.5)).xy);")
    inner = "(fetched[counter_of_u_b]++, texture(u_b, vec2(0.5)))"
    assert f"(fetched[counter_of_u_a]++, texture(u_a, {inner}.xy))" in text


def test_asking_for_a_size_is_no_fetch():
    assert "fetched[counter" not in rewritten("o = vec4(textureSize(u_a, 0), 0, 0);")


def test_comments_do_not_count():
    body = "/* texture(u_a, x) */ o = vec4(0.0); // texelFetch(gone, y, 0)\n"
    assert "texture(" not in rewritten(body) and "texelFetch" not in rewritten(body)


def test_a_sampler_that_is_an_argument_brings_its_counter():
    before = "float f(float x, sampler2D from) { return texture(from, vec2(x)).r; }\n"
    text = rewritten("vec2 from = vec2(1.0); o = vec4(f(from.x, u_b), from, 0.0);", before)
    assert "float f(float x, sampler2D from, int counter_of_from)" in text
    assert "(fetched[counter_of_from]++, texture(from, vec2(x)))" in text
    assert "vec4(f(from.x, u_b, counter_of_u_b), from, 0.0)" in text, "a name of its own elsewhere"


def test_a_function_hands_a_sampler_on():
    before = "vec4 g(sampler2D s, vec2 at) { return texture(s, at); }\n"
    before += "vec4 h(sampler2D t, vec2 at) { return g(t, at); }\n"
    assert "return g(t, counter_of_t, at);" in rewritten("o = h(u_a, vec2(0.0));", before)


def test_macros_count_with_and_without_a_sampler_of_their_own():
    before = "#define ONE(p) texelFetch(u_a, p, 0)\n#define ANY(s, p) texelFetch(s, \\\n p, 0)\n"
    text = rewritten("o = ONE(ivec2(0)) + ANY(u_b, ivec2(0));", before)
    assert "#define ONE(p) (fetched[counter_of_u_a + 1]++, texelFetch(u_a, p, 0))" in text
    assert "#define ANY(s, counter_of_s, p) (fetched[counter_of_s + 1]++, texelFetch(s," in text
    assert "ANY(u_b, counter_of_u_b, ivec2(0))" in text


def test_what_is_thrown_away_is_still_counted():
    text = rewritten("if (texture(u_a, vec2(0.0)).r < 0.5) discard; o = vec4(1.0);")
    assert "discard" not in text and "< 0.5) return;" in text


def test_outputs_become_plain_variables():
    text = rewritten("o = vec4(0.0); more = vec2(0.0);", "layout(location = 1) out vec2 more;\n")
    assert re.search(r"(?<!out )vec4 o; vec2 more;", text)
    outputs = re.findall(r"out vec4 (\w+);", counting_source(f"{HEAD}void main() {{}}\n", ("u_a",)))
    assert outputs == ["o_fetched_0"]


@pytest.mark.parametrize(("samplers", "count"), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (15, 8)])
def test_so_many_targets_hold_the_numbers(samplers, count):
    assert targets(samplers) == count
    assert 4 * (count - 1) < numbers(samplers) <= 4 * count


def test_every_shipped_fragment_shader_can_be_rewritten():
    root = folder("shaders")
    names = [path.relative_to(root).as_posix() for path in root.rglob("*.frag")]
    assert len(names) > 40
    for name in names:
        text = expand(name).text
        samplers = re.findall(r"uniform sampler\w+ (\w+);", text)
        counting_source(text, tuple(dict.fromkeys(samplers))[:15])


REFUSED = [
    ("o = texture(u_c[1], vec2(0.0));", "", "shader: texture(u_c[1], ...), a sampler that is a un"),
    ("cut();", "void cut() { discard; }\n", "shader: discard in a function, in main() expected"),
]


@pytest.mark.parametrize(("body", "before", "words"), REFUSED)
def test_what_could_be_miscounted_is_refused(body, before, words):
    with pytest.raises(ShaderError) as caught:
        rewritten(body, before)
    assert str(caught.value).startswith(words)


def test_a_shader_without_main_is_refused():
    with pytest.raises(ShaderError, match=r"no main\(\), `void main\(\)` expected"):
        counting_source(HEAD, ("u_a",))
