"""Shader programs: built from files, their inputs given by name and checked."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import moderngl

from realtime.errors import ShaderError
from realtime.gl.source import Number, Source, expand

FULLSCREEN = "fullscreen.vert"

Texture = moderngl.Texture | moderngl.TextureArray | moderngl.TextureCube

# GL_SAMPLER_2D, _3D, _CUBE, 2D_SHADOW, 2D_ARRAY
_SAMPLER_TYPES = {0x8B5E, 0x8B5F, 0x8B60, 0x8B62, 0x8DC1}


def build_program(
    ctx: moderngl.Context,
    fragment: str,
    defines: Mapping[str, Number] | None = None,
    vertex: str = FULLSCREEN,
    root: Path | None = None,
) -> moderngl.Program:
    """Compile a vertex and a fragment shader of the shader folder, or of `root`.

    Raises ShaderError that names the shader's own file and line where the driver refuses it.
    """
    sources = {
        "vertex": expand(vertex, defines, root),
        "fragment": expand(fragment, defines, root),
    }
    try:
        return ctx.program(
            vertex_shader=sources["vertex"].text, fragment_shader=sources["fragment"].text
        )
    except moderngl.Error as error:
        log = _located(str(error), sources)
        raise ShaderError(
            f"shader {fragment}: refused by the driver, GLSL 3.30 expected. Mend:\n{log}"
        ) from None


def _located(log: str, sources: Mapping[str, Source]) -> str:
    """Keep the lines that say something, with the positions of the stage that failed."""
    stage = "vertex" if re.search(r"^vertex_shader", log, re.M) else "fragment"
    lines = [line.strip() for line in log.splitlines()]
    noise = ("GLSL Compiler failed", "GLSL Linker failed", "vertex_shader", "fragment_shader")
    useful = [line for line in lines if line and line not in noise and set(line) != {"="}]
    return sources[stage].locate("\n".join(useful))


class Inputs:
    """The samplers and uniforms of one program, by name; what is as it was is not sent again.

    All of a program's inputs must be set through it, or it does not know them.
    """

    def __init__(self, program: moderngl.Program) -> None:
        self.members = {name: program[name] for name in program}
        self.samplers = frozenset(n for n, member in self.members.items() if _is_sampler(member))
        self._sent: dict[str, Any] = {}

    def bind(self, textures: Mapping[str, Texture]) -> None:
        """Give each sampler its texture; one missing or one too many is an error.

        Texture units are numbered in the order of `textures`.
        """
        if textures.keys() != self.samplers:
            missing, unused = self.samplers - textures.keys(), textures.keys() - self.samplers
            raise ShaderError(
                f"shader inputs: no texture for {sorted(missing)}, no use for {sorted(unused)}; "
                f"one texture a sampler expected. Compare the pass with its shader"
            )
        for unit, (name, texture) in enumerate(textures.items()):
            texture.use(unit)
            self._send(name, unit)

    def set(self, values: Mapping[str, Any]) -> None:
        """Set uniforms; a name the driver optimised away is an error, so keep shaders tidy."""
        for name, value in values.items():
            if name not in self.members:
                raise ShaderError(
                    f"shader inputs: no uniform {name}, one of "
                    f"{sorted(n for n in self.members if not n.startswith('gl_'))} expected. "
                    f"Compare the pass with its shader"
                )
            self._send(name, value)

    def _send(self, name: str, value: Any) -> None:
        if name in self._sent and self._sent[name] == value:
            return
        if isinstance(value, bytes):
            self.members[name].write(value)
        else:
            self.members[name].value = value
        self._sent[name] = value


def bind_textures(program: moderngl.Program, textures: Mapping[str, Texture]) -> None:
    """`Inputs.bind`, once."""
    Inputs(program).bind(textures)


def set_uniforms(program: moderngl.Program, values: Mapping[str, Any]) -> None:
    """`Inputs.set`, once."""
    Inputs(program).set(values)


def _is_sampler(member: Any) -> bool:
    return getattr(member, "gl_type", None) in _SAMPLER_TYPES
