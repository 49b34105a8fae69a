"""Fragment shaders rewritten so that every pixel writes how many texels it fetched.

Only the text is changed; the GPU counts, so branches, loops and early returns count as they
happen. A fetch becomes `(fetched[n]++, fetch)`, with one counter for each sampler's reads through
its filter (`texture`, `textureLod` ...) and one for those of single texels (`texelFetch`). Where a
sampler is an argument of a function or of a macro, its counter goes with it.
"""

import re
from collections.abc import Sequence

from realtime.errors import ShaderError

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
_FETCHER = r"\b(?!texture(?:Size|Query))(texture\w*|texelFetch\w*)\s*\(\s*"
_TAKES_SAMPLER = re.compile(r"\b(?:texture\w*|texelFetch\w*)\s*$")
_UNIFORM = re.compile(r"\buniform\s+(?:(?:low|medium|high)p\s+)?[iu]?sampler\w+\s+(\w+)\s*;")
_PARAMETER = re.compile(r"\b[iu]?sampler\w+\s+(\w+)\s*(?=[,)])")
_MACRO = re.compile(r"^([ \t]*#[ \t]*define[ \t]+\w+\()([^)]*)(\).*)$", re.M)
_OUTPUT = re.compile(r"^[ \t]*(?:layout\s*\([^)]*\)\s*)?out\s+([^;(){}]+;)", re.M)
_MAIN = re.compile(r"\bvoid\s+main\s*\(\s*(?:void)?\s*\)\s*(?=\{)")
_HEAD = re.compile(r"^[ \t]*#[ \t]*(?:version|extension)\b.*$", re.M)


def numbers(samplers: int) -> int:
    """How many a pixel writes: that it was drawn, and two a sampler."""
    return 1 + 2 * samplers


def targets(samplers: int) -> int:
    """How many RGBA targets hold them."""
    return -(-numbers(samplers) // 4)


def counting_source(text: str, samplers: Sequence[str]) -> str:
    """Rewrite a whole fragment shader, its includes pasted.

    Its outputs become vec4s at locations 0 … targets(len(samplers)) - 1: 1 for the pixel, then for
    each of `samplers` its filtered reads and its reads of single texels, then zeros. Samplers that
    are not among them are not counted: no texture is bound to those that a driver has no use for.
    Raises ShaderError for a fetch from what is neither a uniform nor an argument, and for a
    `discard` outside of main().
    """
    text = _COMMENT.sub(_blank, text).replace("\\\n", " ")
    uniforms = list(dict.fromkeys(_UNIFORM.findall(text)))  # branches of #if may repeat one
    text = _count_in(text, uniforms)
    text = _count_in_macros(_count_in_functions(text))
    _check_all_are_counted(text)
    text = _OUTPUT.sub(r"\1", _without_discard(text))
    return _framed(_MAIN.sub("void counted_main() ", text), samplers, uniforms)


def _blank(comment: re.Match[str]) -> str:
    return " " + "\n" * comment[0].count("\n")


def _counter(sampler: str) -> str:
    return f"counter_of_{sampler}"


def _count_in(text: str, samplers: Sequence[str]) -> str:
    """Count what is fetched from these; where they are arguments, hand on their counters."""
    if not samplers:
        return text
    names = "|".join(samplers)
    for match in reversed(list(re.finditer(rf"{_FETCHER}({names})\s*,", text))):
        begin, end = match.start(), _closing(text, text.index("(", match.start())) + 1
        counter = _counter(match[2]) + (" + 1" if match[1].startswith("texelFetch") else "")
        text = f"{text[:begin]}(fetched[{counter}]++, {text[begin:end]}){text[end:]}"

    def with_counter(match: re.Match[str]) -> str:
        is_first = match[0].startswith("(") and _TAKES_SAMPLER.search(text, 0, match.start())
        return match[0] if is_first else f"{match[0]}, {_counter(match[1])}"

    return re.sub(rf"[(,]\s*\b({names})\b(?=\s*[,)])", with_counter, text)


def _count_in_functions(text: str) -> str:
    """Give functions with samplers among their parameters the counters too."""
    for match in reversed(list(_PARAMETER.finditer(text))):
        list_end = text.index(")", match.end())
        end = list_end + 1
        body = re.compile(r"\s*\{").match(text, end)
        if body:  # a declaration has none
            end = _closing(text, body.end() - 1) + 1
        inside = _count_in(text[list_end:end], [match[1]])
        parameters = f", int {_counter(match[1])}{text[match.end() : list_end]}"
        text = text[: match.end()] + parameters + inside + text[end:]
    return text


def _count_in_macros(text: str) -> str:
    """The same for macros; a macro's samplers are those of its arguments that it fetches from."""

    def with_counters(match: re.Match[str]) -> str:
        arguments = [name.strip() for name in match[2].split(",")]
        samplers = [
            name for name in arguments if name and re.search(rf"{_FETCHER}{name}\s*,", match[3])
        ]
        more = [name if name not in samplers else f"{name}, {_counter(name)}" for name in arguments]
        return match[1] + ", ".join(more) + _count_in(match[3], samplers)

    return _MACRO.sub(with_counters, text)


def _closing(text: str, opening: int) -> int:
    """Where the bracket is that closes the one at `opening`."""
    opens, closes = text[opening], {"(": ")", "{": "}"}[text[opening]]
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] == opens) - (text[at] == closes)
        if depth == 0:
            return at
    raise ShaderError(f"shader: a {opens} that is never closed, {closes} expected. Mend it")


def _check_all_are_counted(text: str) -> None:
    missed = re.search(rf"(?<!\]\+\+, ){_FETCHER}([^,]*)", text)
    if missed:
        raise ShaderError(
            f"shader: {missed[1]}({missed[2]}, ...), a sampler that is a uniform or an argument "
            f"expected. Count fetches of a shader that names it"
        )


def _without_discard(text: str) -> str:
    """A pixel that is thrown away has fetched all the same: it returns, and its counts are kept."""
    main = _MAIN.search(text)
    if main is None:
        raise ShaderError("shader: no main(), `void main()` expected. Write it")
    begin, end = main.end(), _closing(text, main.end()) + 1
    body = re.sub(r"\bdiscard\b", "return", text[begin:end])
    if re.search(r"\bdiscard\b", text[:begin] + text[end:]):
        raise ShaderError(
            "shader: discard in a function, in main() expected where fetches are counted. "
            "Let the function tell main()"
        )
    return text[:begin] + body + text[end:]


def _framed(text: str, samplers: Sequence[str], uniforms: Sequence[str]) -> str:
    """Put the counters before the shader, and a main() that writes them behind it."""
    count = len(samplers)
    places = {name: 2 * index for index, name in enumerate(samplers)}
    spare = 2 * count  # of those that are not counted; not written
    lines = [f"int fetched[{spare + 2}] = int[{spare + 2}]({', '.join(['0'] * (spare + 2))});"]
    names = dict.fromkeys((*samplers, *uniforms))
    lines += [f"const int {_counter(name)} = {places.get(name, spare)};" for name in names]
    lines += [f"layout(location = {i}) out vec4 o_fetched_{i};" for i in range(targets(count))]
    values = ["1", *(f"fetched[{i}]" for i in range(2 * count))]
    values += ["0"] * (4 * targets(count) - len(values))
    writes = [
        f"    o_fetched_{i} = vec4({', '.join(values[4 * i : 4 * i + 4])});"
        for i in range(targets(count))
    ]
    heads = list(_HEAD.finditer(text))
    at = heads[-1].end() + 1 if heads else 0
    main = ["void main() {", "    counted_main();", *writes, "}"]
    return text[:at] + "\n".join([*lines, text[at:], *main, ""])
