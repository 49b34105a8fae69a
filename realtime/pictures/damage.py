"""What Pillow says of files that are no pictures, or not whole, in our words."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from PIL import UnidentifiedImageError

from realtime.errors import PictureError


@contextlib.contextmanager
def naming_damage(path: Path) -> Iterator[None]:
    """Raise PictureError, naming the file, where Pillow cannot read it within."""
    try:
        yield
    except UnidentifiedImageError:
        raise PictureError(
            f"{path}: not a PNG or JPEG inside, a picture expected. Save it again"
        ) from None
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's ways to say "damaged"
        raise PictureError(
            f"{path}: damaged or cut short ({error}), a whole picture expected. Save it again"
        ) from None
