"""Pictures side by side with labels: what a person looks at to judge a blur.

+-----------------------------+
|  no blur   sparse    truth  |   labels, one a picture
|  +-----+   +-----+  +-----+ |
|  |     |   |     |  |     | |   pictures, in a row or a grid
|  +-----+   +-----+  +-----+ |
|  footer                     |   what it is and how it was made
+-----------------------------+
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from realtime.errors import PictureError
from realtime.pictures.check import check_picture

Display = NDArray[np.uint8]

# sRGB. Dark and neutral, so that the frame neither glares beside a night scene nor tints a picture.
GROUND = (24, 24, 26)
LABEL = (235, 235, 235)
FOOTER = (160, 160, 164)

# Letters are sized by the pictures: this part of a picture's height, within what can be read.
LETTER_PART = 1 / 20
LETTER_MIN_PX = 13
LETTER_MAX_PX = 40
FOOTER_PART = 0.85  # of a label's letters
# Pillow sets letters at whole pixels, which tears small words apart; so they are drawn this many
# times larger and scaled down.
OVERSIZE = 4
ELLIPSIS = "..."
# What the font inside Pillow lacks and we write often.
SPELLED = str.maketrans(
    {"×": "x", "−": "-", "–": "-", "—": "-", "→": "->", "≥": ">=", "≤": "<=", "²": "2", "µ": "u"}
)


def labelled_row(pictures: Sequence[Display], labels: Sequence[str], footer: str = "") -> Display:
    """Return the pictures side by side, a label over each, a footer under all.

    pictures: [H, W, 3] uint8 sRGB, sizes may differ; they stand on a common top edge. A label too
    wide for its picture is cut with an ellipsis. Raises PictureError unless each has its label.
    """
    return labelled_grid(pictures, labels, columns=max(len(pictures), 1), footer=footer)


def labelled_grid(
    pictures: Sequence[Display], labels: Sequence[str], columns: int, footer: str = ""
) -> Display:
    """Return the pictures in rows of `columns`, in reading order; otherwise as `labelled_row`."""
    _check(pictures, labels, columns)
    layout = _Layout.of(pictures, columns, bool(footer))
    sheet = Image.new("RGB", layout.size, GROUND)
    for index, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = layout.place(index)
        words = _words(label, layout.letter, layout.widths[index % columns], LABEL)
        sheet.paste(words, (x, y))
        sheet.paste(Image.fromarray(picture), (x, y + layout.label))
    if footer:
        letter = round(layout.letter * FOOTER_PART)
        words = _words(footer, letter, layout.size[0] - 2 * layout.margin, FOOTER)
        sheet.paste(words, (layout.margin, layout.size[1] - layout.margin - words.height))
    return np.asarray(sheet).copy()


@dataclass(frozen=True)
class _Layout:
    """Where things stand, in px. margin: around all and between; label: from text to picture."""

    letter: int
    margin: int
    label: int
    footer: int
    widths: tuple[int, ...]
    heights: tuple[int, ...]

    @classmethod
    def of(cls, pictures: Sequence[Display], columns: int, footer: bool) -> "_Layout":
        sizes = [picture.shape[1::-1] for picture in pictures]
        tallest = max(height for _, height in sizes)
        letter = int(np.clip(round(tallest * LETTER_PART), LETTER_MIN_PX, LETTER_MAX_PX))
        return cls(
            letter=letter,
            margin=letter,
            label=round(letter * 1.6),
            footer=_line_px(round(letter * FOOTER_PART)) if footer else 0,
            widths=tuple(max(w for w, _ in sizes[c::columns]) for c in range(columns)),
            heights=tuple(
                max(h for _, h in sizes[start : start + columns])
                for start in range(0, len(sizes), columns)
            ),
        )

    @property
    def size(self) -> tuple[int, int]:
        width = self.margin + sum(w + self.margin for w in self.widths)
        height = self.margin + sum(self.label + h + self.margin for h in self.heights)
        return width, height + (self.footer + self.margin if self.footer else 0)

    def place(self, index: int) -> tuple[int, int]:
        """Return the top left corner of the label of picture `index`."""
        row, column = divmod(index, len(self.widths))
        x = self.margin + sum(w + self.margin for w in self.widths[:column])
        y = self.margin + sum(self.label + h + self.margin for h in self.heights[:row])
        return x, y


def _words(text: str, letter_px: int, width_px: int, colour: tuple[int, int, int]) -> Image.Image:
    """Return the text on GROUND, as wide as it is, cut with an ellipsis where too wide."""
    font = ImageFont.load_default(letter_px * OVERSIZE)  # ships inside Pillow: on every machine
    text = _fitted(text.translate(SPELLED), font, width_px * OVERSIZE)
    width = min(max(math.ceil(font.getlength(text) / OVERSIZE), 1), width_px)
    large = Image.new("RGB", (width * OVERSIZE, _line_px(letter_px) * OVERSIZE), GROUND)
    ImageDraw.Draw(large).text((0, 0), text, colour, font)
    return large.reduce(OVERSIZE)


def _line_px(letter_px: int) -> int:
    """Return the height of a line, with room for what hangs below it."""
    return round(letter_px * 1.3)


def _fitted(text: str, font: ImageFont.FreeTypeFont, width_px: int) -> str:
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(text + ELLIPSIS) > width_px:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS if text else ""


def _check(pictures: Sequence[Display], labels: Sequence[str], columns: int) -> None:
    if not pictures or len(pictures) != len(labels):
        raise PictureError(
            f"sheet: {len(pictures)} pictures and {len(labels)} labels, the same number, "
            f"at least 1, expected. Give each picture its label"
        )
    if not 1 <= columns <= len(pictures):
        raise PictureError(
            f"sheet: {columns} columns, 1 to {len(pictures)} expected (its pictures). "
            f"Choose another number"
        )
    for index, picture in enumerate(pictures):
        check_picture(f"sheet: picture {index}", picture, np.uint8)
