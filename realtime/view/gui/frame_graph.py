"""The graph of frame times: passes stacked, the whole frame as a line over them."""

import math

import numpy as np
from imgui_bundle import imgui, implot

from realtime.view.gui import style
from realtime.view.tune.frame_times import FRAMES, FrameTimes

HEIGHT = 140.0
HEADROOM = 1.15  # over the slowest 1 %
LEAST_MS = 4.0
STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)  # of the upper end, times a power of ten
TICKS = 2
# sRGB, of passes in the order in which they are first seen; neighbours are told apart.
PASSES = tuple(
    (*color, 1.0)
    for color in (
        (0.36, 0.61, 0.96),
        (0.95, 0.69, 0.32),
        (0.50, 0.77, 0.61),
        (0.89, 0.47, 0.60),
        (0.62, 0.54, 0.93),
        (0.42, 0.80, 0.86),
        (0.86, 0.86, 0.45),
        (0.80, 0.54, 0.38),
        (0.56, 0.66, 0.42),
        (0.78, 0.60, 0.82),
        (0.40, 0.58, 0.66),
        (0.94, 0.56, 0.40),
        (0.66, 0.74, 0.98),
        (0.70, 0.86, 0.72),
        (0.96, 0.82, 0.70),
        (0.72, 0.46, 0.52),
    )
)
_FLAGS = implot.Flags_.canvas_only | implot.Flags_.no_inputs | implot.Flags_.no_frame
_X = implot.AxisFlags_.no_decorations | implot.AxisFlags_.lock
_Y = implot.AxisFlags_.lock | implot.AxisFlags_.no_tick_marks | implot.AxisFlags_.no_highlight


def pass_color(index: int) -> style.Color:
    """The colour of a pass."""
    return PASSES[index % len(PASSES)]


class FrameGraph:
    """Draws a FrameTimes; what it draws with is made once."""

    def __init__(self) -> None:
        self._x = np.arange(FRAMES, dtype=np.float32)
        self._nothing = np.zeros(FRAMES, np.float32)
        self._fills = [_spec(color) for color in PASSES]
        self._whole = _spec(style.ACCENT_SOFT, style.ACCENT_SOFT[3])
        self._line = implot.Spec()
        self._line.line_color = imgui.ImVec4(*style.TEXT)
        self._line.line_weight = 1.2

    def draw(self, times: FrameTimes) -> None:
        """Draw as wide as there is room, the newest frame on the right."""
        _ready()
        imgui.push_id("graph")
        _push_style()
        if implot.begin_plot("##frames", imgui.ImVec2(-1, HEIGHT), _FLAGS):
            most = upper_end(times.spread().p99 * HEADROOM)
            implot.setup_axes("", "", _X, _Y)
            implot.setup_axes_limits(0, FRAMES - 1, 0, most, implot.Cond_.always)
            ticks = [most * tick / TICKS for tick in range(TICKS + 1)]
            implot.setup_axis_ticks(implot.ImAxis_.y1, ticks, [f"{tick:g}" for tick in ticks])
            implot.setup_finish()
            self._plot(times)
            implot.end_plot()
        _pop_style()
        imgui.pop_id()

    def _plot(self, times: FrameTimes) -> None:
        count = len(times)
        if not count:
            return
        x, frames, tops = self._x[FRAMES - count :], times.frames, times.tops
        if not times.names:
            implot.plot_shaded("whole", x, self._nothing[:count], frames, self._whole)
        below = self._nothing[:count]
        for index, name in enumerate(times.names):
            spec = self._fills[index % len(self._fills)]
            implot.plot_shaded(name, x, below, tops[index], spec)
            below = tops[index]
        implot.plot_line("frame", x, frames, self._line)


def upper_end(value_ms: float) -> float:
    """Return the next round number of ms above a value, so that the axis hardly ever jumps."""
    value_ms = max(value_ms, LEAST_MS)
    power = 10 ** math.floor(math.log10(value_ms))
    return next(step * power for step in STEPS if step * power >= value_ms * (1 - 1e-9))


def _spec(color: style.Color, alpha: float = 1.0) -> implot.Spec:
    spec = implot.Spec()
    spec.fill_color = imgui.ImVec4(*color[:3], 1.0)
    spec.fill_alpha = alpha
    return spec


def _ready() -> None:
    """ImPlot has a context of its own; one does for every interface."""
    if implot.get_current_context() is None:
        implot.create_context()


_COLORS = {
    implot.Col_.plot_bg: style.FIELD,
    implot.Col_.plot_border: style.CLEAR,
    implot.Col_.axis_text: style.QUIET,
    implot.Col_.axis_grid: style.LINE,
    implot.Col_.axis_tick: style.CLEAR,
    implot.Col_.axis_bg: style.CLEAR,
}


def _push_style() -> None:
    for kind, color in _COLORS.items():
        implot.push_style_color(kind, imgui.ImVec4(*color))
    implot.push_style_var(implot.StyleVar_.plot_padding, imgui.ImVec2(0, 6))
    implot.push_style_var(implot.StyleVar_.label_padding, imgui.ImVec2(4, 4))


def _pop_style() -> None:
    implot.pop_style_var(2)
    implot.pop_style_color(len(_COLORS))
