"""What errors are measured on: see shaders/inc/judged.glsl."""

from realtime.metrics import GAMMA


def judging(is_mapped: bool) -> dict[str, float]:
    """Return the shader's defines: of a scene, whose light is tone-mapped, or a photograph."""
    return {"GAMMA": GAMMA} if is_mapped else {"GAMMA": GAMMA, "PLAIN": 1}
