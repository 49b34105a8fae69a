import ast
from pathlib import Path

import moderngl
import numpy as np
import pytest

from realtime import math3d
from realtime.gl.targets import color_target

ROOT = Path(__file__).parents[2]

POINT = """
#version 330
uniform mat4 u_matrix;
void main() { gl_Position = u_matrix * vec4(0.3, 1.1, -2.0, 1.0); gl_PointSize = 1.0; }
"""
WHITE = "#version 330\nout vec4 o_color;\nvoid main() { o_color = vec4(1.0); }\n"


def through(matrix, point):
    return math3d.transformed(matrix, np.array([point]))[0]


@pytest.mark.parametrize(
    ("angles", "sent_to"),
    [
        ((0, 0, 90), (0, 1, 0)),  # +x goes to +y: counter-clockwise seen from +z
        ((0, 90, 0), (0, 0, -1)),
        ((90, 0, 0), (1, 0, 0)),
        ((0, 90, 90), (0, 0, -1)),  # y first, then z, which the axis then lies on
        ((90, 0, 90), (0, 1, 0)),
    ],
)
def test_rotation_sends_x_where_the_right_hand_says(angles, sent_to):
    np.testing.assert_allclose(through(math3d.rotation_deg(angles), (1, 0, 0)), sent_to, atol=1e-6)


def test_rotation_order_is_x_then_y_then_z():
    # +y: about x to +z, about y to +x, about z to +y
    np.testing.assert_allclose(
        through(math3d.rotation_deg((90, 90, 90)), (0, 1, 0)), (0, 1, 0), atol=1e-6
    )


def test_placement_scales_then_turns_then_moves():
    matrix = math3d.placement((10, 20, 30), (0, 0, 90), (2, 3, 4))
    np.testing.assert_allclose(through(matrix, (1, 1, 1)), (10 - 3, 20 + 2, 30 + 4), atol=1e-5)


def test_integers_are_not_truncated():
    """Pyrr makes integer matrices of integer tuples."""
    matrix = math3d.translation((1, 2, 3)) @ math3d.scaling((1, 1, 1))
    assert matrix.dtype == np.float32
    np.testing.assert_allclose(through(matrix, (0.25, 0, 0)), (1.25, 2, 3))


def test_look_at_puts_the_target_on_the_negative_z_axis():
    view = math3d.look_at((1, 2, 3), (1, 2, -1))
    np.testing.assert_allclose(through(view, (1, 2, -1)), (0, 0, -4), atol=1e-6)
    np.testing.assert_allclose(through(view, (2, 2.5, 3)), (1, 0.5, 0), atol=1e-6)


def test_frustum_bounds_land_on_the_edges_of_clip_space():
    matrix = math3d.frustum(-1, 2, -0.5, 1, 0.5, 20)
    np.testing.assert_allclose(through(matrix, (2, 1, -0.5)), (1, 1, -1), atol=1e-6)
    np.testing.assert_allclose(through(matrix, (-1, -0.5, -0.5)), (-1, -1, -1), atol=1e-6)
    np.testing.assert_allclose(through(matrix, (0, 0, -20))[2], 1, atol=1e-5)


def test_orthographic_bounds_land_on_the_edges_of_clip_space():
    matrix = math3d.orthographic(-1, 3, -2, 1, 0.5, 20)
    np.testing.assert_allclose(through(matrix, (3, 1, -0.5)), (1, 1, -1), atol=1e-6)
    np.testing.assert_allclose(through(matrix, (-1, -2, -20)), (-1, -1, 1), atol=1e-6)


@pytest.mark.gl
def test_glsl_sends_a_point_to_the_same_pixel(ctx):
    """A lopsided matrix and picture: a transposed upload cannot pass."""
    width, height = 37, 23
    matrix = math3d.frustum(-0.4, 0.7, -0.3, 0.5, 0.5, 20) @ math3d.look_at(
        (0.5, 1.0, 1.0), (0.2, 1.2, -2.0)
    )
    target = color_target(ctx, (width, height), dtype="f1")
    program = ctx.program(vertex_shader=POINT.strip(), fragment_shader=WHITE)
    program["u_matrix"].write(math3d.gl_bytes(matrix))
    target.framebuffer.use()
    target.framebuffer.clear()
    vertices = ctx.vertex_array(program, [])
    vertices.render(moderngl.POINTS, vertices=1)
    got = np.frombuffer(target.color.read(), np.uint8).reshape(height, width, 4)[..., 0]
    x, y, _ = through(matrix, (0.3, 1.1, -2.0))
    want = int((y * 0.5 + 0.5) * height), int((x * 0.5 + 0.5) * width)
    assert np.argwhere(got).tolist() == [list(want)]
    for thing in (vertices, program):
        thing.release()


def test_pyrr_is_imported_nowhere_else():
    for path in (ROOT / "realtime").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "pyrr" for name in names):
                assert path.name == "math3d.py", f"{path} imports pyrr"
