"""Primitives: closed where they should be, turned outwards, of side 1."""

import numpy as np
import pytest

from realtime.scene.primitives import PRIMITIVES, lathe, primitive

CLOSED = sorted(set(PRIMITIVES) - {"plane"})
# of a cube of side 1; a circle of 40 corners lacks 0.4 % of its area
VOLUMES = {"box": 1.0, "sphere": np.pi / 6, "cylinder": np.pi / 4, "cone": np.pi / 12}


def faces(mesh):
    """Corner a and area vector of each triangle, [T, 3]."""
    a, b, c = mesh.positions[mesh.triangles].swapaxes(0, 1).astype(np.float64)
    return a, np.cross(b - a, c - a) / 2


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_each_fits_its_cube_and_is_uploaded_once(name):
    mesh = primitive(name)
    assert mesh is primitive(name)
    low, high = mesh.bounds
    assert low.min() >= -0.5 - 1e-6 and high.max() <= 0.5 + 1e-6
    assert (high - low).max() == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)
    assert mesh.uvs.min() == 0 and mesh.uvs.max() == 1


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_triangles_face_where_their_normals_point(name):
    mesh = primitive(name)
    _, areas = faces(mesh)
    assert (np.einsum("ij,ij->i", areas, mesh.normals[mesh.triangles].sum(axis=1)) > 0).all()


@pytest.mark.parametrize("name", CLOSED)
def test_closed_shapes_have_no_holes_and_face_outwards(name):
    at, areas = faces(primitive(name))
    np.testing.assert_allclose(areas.sum(axis=0), 0, atol=1e-5)  # what leaves must return
    volume = np.einsum("ij,ij->i", at, areas).sum() / 3
    assert volume > 0
    if name in VOLUMES:
        assert volume == pytest.approx(VOLUMES[name], rel=0.02)


def test_the_plane_faces_up_and_its_texture_top_is_towards_minus_z():
    mesh = primitive("plane")
    np.testing.assert_allclose(mesh.normals, [(0, 1, 0)] * 4)
    top = mesh.positions[mesh.uvs[:, 1] == 1]
    assert (top[:, 2] == -0.5).all()


def test_u_runs_counter_clockwise_from_plus_x():
    mesh = primitive("cylinder")
    side = np.isclose(mesh.uvs[:, 0], 0.25) & (np.hypot(*mesh.positions[:, ::2].T) > 0.4)
    np.testing.assert_allclose(mesh.positions[side][:, ::2], [(0, -0.5)] * side.sum(), atol=1e-6)


def test_a_lathe_keeps_its_edges_sharp():
    mesh = lathe([(0.5, 0.0), (0.5, 1.0), (0.2, 1.0)])
    slopes = np.unique(np.round(mesh.normals[:, 1], 6))
    assert slopes.tolist() == [0.0, 1.0]
