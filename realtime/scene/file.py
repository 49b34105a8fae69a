"""Scene files: TOML to `Scene`. Every key, its unit and default: docs/scenes.md."""

import dataclasses
import tomllib
from pathlib import Path

import numpy as np

from realtime.errors import LensError, SceneError
from realtime.math3d import normalized
from realtime.scene.camera import CameraPath, Key
from realtime.scene.focus import middle_of, spin_of_named
from realtime.scene.lens import ArtisticLens, Lens, ThinLens
from realtime.scene.model import PointLight, Scene, Sky, Sun, stops
from realtime.scene.objects import ObjectReader
from realtime.scene.table import Table

MAX_POINT_LIGHTS = 16  # each is worked out at every pixel of every surface
KEYS = {"radius": "coc_radius"}  # of [lens], where they are not called as the field is
PATH_CHECKS = 97  # times at which a path is tried; a prime, to fall between evenly spaced keys


def read_scene(path: Path) -> Scene:
    """Read one scene file and all it refers to. Raises SceneError or LensError."""
    root = Table(path, "", _toml(path))
    lens_table = root.table("lens", {})
    focus_on, follows = _focus(lens_table)
    points, suns = _lights(root)
    objects = ObjectReader(root).objects()
    scene = Scene(
        name=root.text("name", path.stem),
        camera=_camera(root.table("camera")),
        lens=_lens(lens_table),
        objects=objects,
        sun=suns[0] if suns else None,
        points=points,
        sky=_sky(root.table("sky", {})),
        exposure=stops(root.number("exposure_stops", 0.0, low=-30, high=30)),
        focus_on_target=follows,
        focus_point_m=focus_on and middle_of(objects, focus_on, f"{path}: lens.focus_on"),
        focus_spin=focus_on and spin_of_named(objects, focus_on),
    )
    root.finish()
    check_path(path, scene)
    return scene


def _toml(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SceneError(
            f"{path}: not readable ({error.strerror}), a scene file expected. Check the path"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SceneError(f"{path}: {error}, a TOML file expected. Mend it") from None


def _focus(table: Table) -> tuple[str | None, bool]:
    """The object that the lens is focused on, and whether it follows the camera's target."""
    name = table.text("focus_on", None)
    if name is not None and table.has("focus_distance_m"):
        table.refuse("focus_on", name, "nothing beside focus_distance_m", "Keep one")
    return name, name is None and not table.has("focus_distance_m")


def _lens(table: Table) -> ThinLens:
    """A CoC radius makes the lens an artistic one."""
    kind, other = Lens, ArtisticLens
    if table.has("coc_radius"):
        kind, other = other, kind
    values = {name: table.number(key, default, infinite=True) for key, name, default in _keys(kind)}
    for key, _, _ in _keys(other):
        if table.has(key) and key not in table.asked:
            there = "nothing of the kind beside coc_radius" if other is Lens else "coc_radius too"
            table.refuse(key, table.values[key], there, "Choose a physical or an artistic lens")
    table.finish()
    try:
        return kind(**values)
    except LensError as error:
        raise LensError(f"{table.file}: {error}") from None


def _keys(kind: type[ThinLens]) -> list[tuple[str, str, float]]:
    """(key, field, default) of each number of [lens]."""
    fields = dataclasses.fields(kind)
    return [(KEYS.get(field.name, field.name), field.name, field.default) for field in fields]


def _camera(table: Table) -> CameraPath:
    tables = table.tables("key")
    if not tables:
        raise SceneError(f"{table.file}: no camera, at least one [[camera.key]] expected. Add one")
    keys = tuple(_key(entry) for entry in tables)
    path = CameraPath(
        keys,
        loop=table.flag("loop", False),
        up=table.vector("up", 3, (0.0, 1.0, 0.0)),
        near_m=table.number("near_m", 0.1, above=0),
        far_m=table.number("far_m", 200.0, above=0),
        height_m=table.number("height_m", None, above=0),
    )
    table.finish()
    _check_keys(tables, path)
    return path


def _key(table: Table) -> Key:
    key = Key(
        table.number("time_s", 0.0, low=0),
        table.vector("position_m", 3),
        table.vector("target_m", 3),
        table.number("focus_m", None, above=0),
    )
    table.finish()
    return key


def _check_keys(tables: list[Table], path: CameraPath) -> None:
    keys = path.keys
    if keys[0].time_s != 0:
        tables[0].refuse("time_s", keys[0].time_s, "0 for the first key")
    for before, key, table in zip(keys[:-1], keys[1:], tables[1:], strict=True):
        if key.time_s <= before.time_s:
            table.refuse("time_s", key.time_s, f"a later time than the {before.time_s:g} before it")
    focused = [key.focus_m is not None for key in keys]
    if any(focused) and not all(focused):
        tables[focused.index(False)].refuse("focus_m", None, "a focus at every key or at none")
    if path.loop and keys[-1] != dataclasses.replace(keys[0], time_s=keys[-1].time_s):
        tables[-1].refuse("position_m", list(keys[-1].eye_m), "the first key again, as loop = true")


def check_path(path: Path, scene: Scene) -> None:
    """Try cameras and lenses along the way: a curve may pass where no key is.

    Raises SceneError or LensError that names the file and the time.
    """
    key_times = [key.time_s for key in scene.camera.keys]
    for time_s in (*key_times, *np.linspace(0, scene.duration_s, PATH_CHECKS)):
        try:
            scene.camera.at(float(time_s))
            scene.lens_at(float(time_s))
        except (SceneError, LensError) as error:
            raise type(error)(f"{path}: at {time_s:.2f} s: {error}") from None


def _lights(root: Table) -> tuple[tuple[PointLight, ...], list[Sun]]:
    points, suns = [], []
    for table in root.tables("light"):
        if table.text("kind", choices=("sun", "point")) == "sun":
            suns.append(_sun(table))
        else:
            points.append(_point(table))
        table.finish()
    if len(suns) > 1:
        root.refuse("light", f"{len(suns)} suns", "one at most", "Make the others point lights")
    if len(points) > MAX_POINT_LIGHTS:
        found = f"{len(points)} point lights"
        root.refuse("light", found, f"{MAX_POINT_LIGHTS} at most", "Make small ones emissive")
    return tuple(points), suns


def _sun(table: Table) -> Sun:
    direction = table.vector("direction", 3)
    if not any(direction):
        table.refuse("direction", list(direction), "the way the light travels, not all 0")
    return Sun(
        tuple(normalized(direction).tolist()),
        _strong_color(table, "irradiance"),
        table.flag("shadow", True),
        table.number("shadow_radius_m", None, above=0),
    )


def _point(table: Table) -> PointLight:
    return PointLight(
        table.vector("position_m", 3),
        _strong_color(table, "intensity"),
        table.number("radius_m", 0.05, above=0),
    )


def _strong_color(table: Table, strength: str) -> tuple[float, float, float]:
    factor = table.number(strength, 1.0, low=0)
    return tuple(factor * part for part in table.color("color", (1.0, 1.0, 1.0)))


def _sky(table: Table) -> Sky:
    strength = table.number("strength", 1.0, low=0)
    colors = {
        name: tuple(strength * part for part in table.color(name, getattr(Sky, name)))
        for name in ("zenith", "horizon", "ground")
    }
    sky = Sky(**colors, band=table.number("band", Sky.band, above=0, high=1))
    table.finish()
    return sky
