"""What the inspector draws over the picture: the pixel, its circle of confusion, its taps."""

import numpy as np
from imgui_bundle import imgui

from realtime.view.gui import style
from realtime.view.inspect.kernel import Taps
from realtime.view.inspect.reading import Look
from realtime.view.session import Session

# sRGB, of the layers in order: told apart from each other and from most pictures.
LAYERS = (
    (1.00, 0.76, 0.26, 1.0),
    (0.28, 0.80, 0.98, 1.0),
    (0.96, 0.45, 0.80, 1.0),
    (0.55, 0.90, 0.50, 1.0),
)
DOT = 2.4  # radius of a tap of the layer's mean weight, units of the interface
SMALLEST, LARGEST = 1.4, 5.0
RIM = (0.0, 0.0, 0.0, 0.8)
CROSS = (4.0, 10.0)  # from where to where its strokes go; around a circle, beyond it
CLOSE = 2.5  # a circle that is smaller would lie on the pixel

Place = tuple[float, float]


def draw(session: Session) -> None:
    """Draw over the picture, under the panels."""
    reading = session.inspector.reading
    size, scale = session.window_size, imgui.get_io().display_framebuffer_scale.x
    zoom = zoom_of(reading.look, size, scale)
    middle = place_of(reading.look, zoom)
    radius = abs(reading.coc_px) * zoom[1]
    draw_list = imgui.get_background_draw_list()
    if reading.effect is None and radius > CLOSE:
        at = imgui.ImVec2(*middle)
        draw_list.add_circle(at, radius, style.packed(RIM), 0, 3.0)
        draw_list.add_circle(at, radius, style.packed((1, 1, 1, 0.8)), 0, 1.0)
    for index, taps in enumerate(reading.kernel.taps() if reading.kernel else ()):
        _dots(draw_list, dots(taps, middle, zoom), color_of(index))
    _cross(draw_list, middle, radius if reading.effect is None else 0.0)


def color_of(layer: int) -> int:
    """The colour of a layer's taps, as draw lists take it."""
    return style.packed(LAYERS[layer % len(LAYERS)])


def zoom_of(look: Look, window_size: tuple[int, int], scale: float) -> Place:
    """Return units of the interface a px of the picture, across and down."""
    across, down = (whole / side for whole, side in zip(window_size, look.size, strict=True))
    return across / scale, down / scale


def place_of(look: Look, zoom: Place) -> Place:
    """Return where the middle of the pixel is on the surface, units from its top left."""
    return (look.at[0] + 0.5) * zoom[0], (look.at[1] + 0.5) * zoom[1]


def dots(taps: Taps, middle: Place, zoom: Place) -> np.ndarray:
    """Return (x, y, radius) of a layer's taps on the surface [N, 3], units of the interface.

    A tap lies where it reads; its area is its weight.
    """
    offsets, weights = taps
    share = np.abs(weights) / max(float(np.abs(weights).mean()), 1e-9)
    radii = np.clip(DOT * np.sqrt(share), SMALLEST, LARGEST)
    return np.column_stack((np.asarray(middle) + offsets * np.asarray(zoom), radii))


def _dots(draw_list, places: np.ndarray, color: int) -> None:
    rim = style.packed(RIM)
    for x, y, radius in places.tolist():
        at = imgui.ImVec2(x, y)
        draw_list.add_circle_filled(at, radius + 0.8, rim, 10)
        draw_list.add_circle_filled(at, radius, color, 10)


def _cross(draw_list, middle: Place, radius: float) -> None:
    """Four strokes around the circle, within which taps are."""
    x, y = middle
    near, far = (max(radius, CLOSE) + end for end in CROSS)
    for color, width in ((style.packed(RIM), 3.0), (style.packed((1, 1, 1, 1)), 1.0)):
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            begin = imgui.ImVec2(x + dx * near, y + dy * near)
            end = imgui.ImVec2(x + dx * far, y + dy * far)
            draw_list.add_line(begin, end, color, width)
