"""From a bank's offsets to a picture's: turned, stretched, mirrored."""

Frame = tuple[float, float, float, float]  # 2 × 2, row-major, px to px, +x right, +y down

UPRIGHT: Frame = (1.0, 0.0, 0.0, 1.0)
TURNED: Frame = (-1.0, 0.0, 0.0, -1.0)  # by 180°: in front of the focus plane


def turned(frame: Frame) -> Frame:
    """Return a frame turned by 180°."""
    return tuple(-part for part in frame)


def uv_frame(frame: Frame, size: tuple[int, int]) -> Frame:
    """Return it as GLSL's mat2 (column-major) from px of the bank to uv of a texture (+y up)."""
    xx, xy, yx, yy = frame
    width, height = size
    return (xx / width, -yx / height, xy / width, -yy / height)


def inverse(frame: Frame) -> Frame:
    """Return the frame that undoes it, row-major."""
    xx, xy, yx, yy = frame
    area = xx * yy - xy * yx
    return (yy / area, -xy / area, -yx / area, xx / area)


def cat_eye_matrix(frame: Frame, size: tuple[int, int]) -> Frame:
    """Return GLSL's mat2 (column-major) from uv - 0.5 (+y up) to what `frame` makes of a place.

    frame: of places from the picture's middle in half diagonals, +y down; see ThinLens.
    """
    width, height = size
    half_diagonal = 0.5 * (width**2 + height**2) ** 0.5
    x, y = width / half_diagonal, -height / half_diagonal
    xx, xy, yx, yy = frame
    return (xx * x, yx * x, xy * y, yy * y)
