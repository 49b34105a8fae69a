"""Run one kernel pass on arrays, row 0 on top, as the bank file has it."""

import numpy as np

from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import color_target


def run_kernel(ctx, kernel_class, bank, image, place, precision="float", turn=1.0) -> np.ndarray:
    """image: [H, W, 4]; place: [H, W] or [H, W, 2] in knots -> blurred [H, W, 4] float32."""
    height, width = image.shape[:2]
    dtype = {"half": "f2", "float": "f4"}[precision]
    textures = BankTextures(ctx, bank, precision)
    kernel = kernel_class(ctx, textures)
    place = place.reshape(height, width, -1)
    color, *scratch, out = (color_target(ctx, (width, height), dtype=dtype) for _ in range(4))
    where = color_target(ctx, (width, height), place.shape[2], "f4")
    color.color.write(np.ascontiguousarray(image[::-1]).astype(dtype).tobytes())
    where.color.write(np.ascontiguousarray(place[::-1]).astype("f4").tobytes())
    kernel.draw(color.color, where.color, tuple(scratch), out, turn)
    got = read_target(out)
    for part in (kernel, textures, color, *scratch, out, where):
        part.release()
    return got


def read_target(target) -> np.ndarray:
    """[H, W, components] float32, row 0 on top."""
    width, height = target.size
    components = target.color.components
    data = target.framebuffer.read(components=components, dtype="f4", alignment=1)
    return np.frombuffer(data, "f4").reshape(height, width, components)[::-1]
