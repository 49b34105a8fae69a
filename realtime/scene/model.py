"""A scene in memory: what the forward pass draws. Lengths in m, light and colours linear."""

import dataclasses
import math
from dataclasses import dataclass, field

import numpy as np

from realtime.math3d import Matrix
from realtime.scene.camera import Camera, CameraPath, Vec3
from realtime.scene.focus import middle_of, spin_of_named
from realtime.scene.lens import ThinLens, changed
from realtime.scene.spin import Spin

Rgb = tuple[float, float, float]
Picture = np.ndarray  # [H, W, 4] uint8, row 0 on top; what it encodes is its slot's business


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles, counter-clockwise seen from outside; texture origin at the bottom left."""

    positions: np.ndarray  # [V, 3] float32
    normals: np.ndarray  # [V, 3] float32, length 1
    uvs: np.ndarray  # [V, 2] float32
    triangles: np.ndarray  # [T, 3] uint32
    colors: np.ndarray | None = None  # [V, 4] float32, linear; None is white

    @property
    def bounds(self) -> np.ndarray:
        """Lowest and highest corner, [2, 3]."""
        return np.stack((self.positions.min(axis=0), self.positions.max(axis=0)))


@dataclass(frozen=True, eq=False)
class Maps:
    """A material's textures; the first and last are sRGB, the others plain numbers."""

    base_color: Picture | None = None  # alpha is opacity
    metallic_roughness: Picture | None = None  # green roughness, blue metallic
    normal: Picture | None = None  # tangent space, +y up
    emissive: Picture | None = None


@dataclass(frozen=True)
class Material:
    """Metallic-roughness surface; each factor multiplies its map."""

    base_color: Rgb = (0.8, 0.8, 0.8)
    metallic: float = 0.0
    roughness: float = 0.6
    emissive: Rgb = (0.0, 0.0, 0.0)  # radiance, may be far above 1
    normal_scale: float = 1.0
    uv_scale: tuple[float, float] = (1.0, 1.0)
    alpha_cutoff: float = 0.0  # opacity below which nothing is drawn; 0 draws all
    double_sided: bool = False
    maps: Maps = field(default_factory=Maps)


@dataclass(frozen=True, eq=False)
class Object:
    """A mesh with its material, somewhere in the world; `world` is where it is at time 0."""

    mesh: Mesh
    material: Material
    world: Matrix
    casts_shadow: bool = True
    name: str = ""  # what a lens may be focused on; may be shared
    spin: Spin | None = None  # how it moves; those of equal spins are one body


@dataclass(frozen=True)
class Sun:
    """Parallel light."""

    direction: Vec3  # the way the light travels, length 1
    irradiance: Rgb  # on a surface that faces it
    casts_shadow: bool = True
    shadow_radius_m: float | None = None  # around the camera's first target; None: every caster


@dataclass(frozen=True)
class PointLight:
    """A small ball of light; brightness falls with the square of the distance."""

    position_m: Vec3
    intensity: Rgb  # irradiance at 1 m
    radius_m: float = 0.05  # of the ball: closer than this it gets no brighter


@dataclass(frozen=True)
class Sky:
    """Radiance by height: ground below, a band at the horizon, zenith above."""

    zenith: Rgb = (0.25, 0.40, 0.70)
    horizon: Rgb = (0.75, 0.80, 0.85)
    ground: Rgb = (0.20, 0.18, 0.16)
    band: float = 0.35  # sine of the elevation by which the horizon has mostly given way


@dataclass(frozen=True, eq=False)
class Scene:
    """All there is to see, and the lens it is seen through."""

    name: str
    camera: CameraPath
    lens: ThinLens
    objects: tuple[Object, ...]
    sun: Sun | None = None
    points: tuple[PointLight, ...] = ()
    sky: Sky = Sky()
    exposure: float = 1.0  # factor on all light: 2 ** stops
    focus_on_target: bool = False  # the lens follows the camera's target; focus keys win
    focus_point_m: Vec3 | None = None  # the lens follows this; wins over the target, keys over it
    focus_spin: Spin | None = None  # how that point moves; it is where it is said to be at time 0

    @property
    def duration_s(self) -> float:
        """Length of the camera path; 0 for one that stands still."""
        return self.camera.duration_s

    @property
    def lights(self) -> tuple[Sun | PointLight, ...]:
        """The sun, if any, then the point lights."""
        return (*((self.sun,) if self.sun else ()), *self.points)

    @property
    def spins(self) -> tuple[Spin, ...]:
        """How things move: a spin for each body that does."""
        return tuple(dict.fromkeys(item.spin for item in self.objects if item.spin is not None))

    def lens_at(self, time_s: float, camera: Camera | None = None) -> ThinLens:
        """Return the lens, focused as the path has it at that time. Raises LensError.

        camera: what looks, the path's unless given; what is followed is followed from there.
        """
        focus_m = self.camera.focus_at(time_s)
        if focus_m is not None:
            return self.lens.focused_at(focus_m)
        camera = camera or self.camera.at(time_s)
        if self.focus_point_m is not None:
            point_m = self.focus_point_m
            if self.focus_spin is not None:
                point_m = self.focus_spin.at(point_m, time_s)
            return self.lens.focused_at(camera.distance_to_m(point_m))
        if self.focus_on_target:
            return self.lens.focused_at(camera.target_distance_m)
        return self.lens

    def with_lens(self, **changes: float | None) -> "Scene":
        """Return the scene through another lens, see `lens.changed`; None leaves a field as it is.

        A focus distance given here holds for the whole path. Raises LensError.
        """
        scene = dataclasses.replace(self, lens=changed(self.lens, **changes))
        return scene if changes.get("focus_distance_m") is None else scene._refocused(None)

    def focused_on(self, name: str, what: str = "focus_on") -> "Scene":
        """Return the scene with the lens on an object all along the path.

        what: for the message. Raises SceneError where nothing has that name.
        """
        point_m = middle_of(self.objects, name, what)
        return self._refocused(point_m, spin_of_named(self.objects, name))

    def _refocused(self, point_m: Vec3 | None, spin: Spin | None = None) -> "Scene":
        """On a point, which may move, or as the lens itself says; whatever the path has."""
        keys = tuple(dataclasses.replace(key, focus_m=None) for key in self.camera.keys)
        camera = dataclasses.replace(self.camera, keys=keys)
        return dataclasses.replace(
            self,
            camera=camera,
            focus_on_target=False,
            focus_point_m=point_m,
            focus_spin=spin,
        )


def stops(value: float) -> float:
    """Exposure factor of a number of stops."""
    return math.exp2(value)
