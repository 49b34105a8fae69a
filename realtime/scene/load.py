"""Where a scene comes from: a TOML file, a shipped scene's name, or a bare glTF file."""

from pathlib import Path

from realtime.errors import SceneError
from realtime.resources import folder
from realtime.scene.file import read_scene
from realtime.scene.framing import frame_gltf
from realtime.scene.gltf import SUFFIXES
from realtime.scene.model import Scene


def shipped_scenes() -> list[str]:
    """Names of the scenes that come with the package."""
    return sorted(path.stem for path in folder("scenes").glob("*.toml"))


def load_scene(path: Path | str) -> Scene:
    """Load `*.toml`, `*.glb`, `*.gltf`, or a shipped scene by its bare name.

    Raises SceneError or LensError, naming the file and what in it is wrong.
    """
    path = Path(path)
    shipped = folder("scenes") / f"{path}.toml"
    if not path.suffix and len(path.parts) == 1 and shipped.is_file():
        path = shipped
    if not path.is_file():
        raise SceneError(
            f"{path}: no such scene, a .toml, .glb or .gltf file or one of "
            f"{', '.join(shipped_scenes())} expected. Check the path"
        )
    if path.suffix.lower() in SUFFIXES:
        return frame_gltf(path)
    if path.suffix.lower() != ".toml":
        raise SceneError(
            f"{path}: a {path.suffix or 'nameless'} file, .toml, .glb or .gltf expected. "
            f"Give it another file"
        )
    return read_scene(path)
