"""What is looked at: camera, lens, lights, meshes, and the files that describe them."""

from realtime.scene.load import load_scene
from realtime.scene.model import Scene

__all__ = ["Scene", "load_scene"]
