"""The panel `inspect`: how far pictures are apart, and what made the pixel under the cursor."""

import math

from imgui_bundle import imgui

from realtime.metrics import tone_curve
from realtime.view.gui import inspect_overlay, style, widgets
from realtime.view.gui.backend import Interface
from realtime.view.gui.sections.blur import NAMES
from realtime.view.inspect.error_view import RAMP
from realtime.view.inspect.inspector import shows_colours
from realtime.view.inspect.kernel_picture import KernelPicture
from realtime.view.inspect.reading import Reading
from realtime.view.session import Session
from realtime.view.state import AGAINST

GAINS = (1, 2, 4, 8, 16, 32)
AGAINST_NAMES = {"sides": "the other side", "truth": "the lens truth"}
RAMP_HEIGHT = 10.0
SWATCH = 14.0
GAP = 8.0  # between the two kernels
OFF = "Hover a pixel to see its depth, its blur and the taps that make it."


def draw(session: Session) -> None:
    """Draw the panel, and over the picture what belongs to it."""
    if session.state.probe:
        _follow_cursor(session)
    for title, rows in (("Compare", _compare), ("Pixel", _pixel), ("Kernel", _kernel)):
        with widgets.section(title) as is_open:
            if is_open:
                rows(session)
    if session.state.probe and session.inspector.reading is not None:
        inspect_overlay.draw(session)


def _follow_cursor(session: Session) -> None:
    """Over a panel the last pixel stays, so that it can be read; at first it is the middle."""
    io, inspector = imgui.get_io(), session.inspector
    scale = io.display_framebuffer_scale.x
    if not io.want_capture_mouse and imgui.is_mouse_pos_valid():
        inspector.cursor = (io.mouse_pos.x * scale, io.mouse_pos.y * scale)
    if inspector.cursor is None:
        inspector.cursor = (io.display_size.x * scale / 2, io.display_size.y * scale / 2)
    inspector.asks.at = inspector.cursor


# --- Comparing ------------------------------------------------------------------------------------


def _compare(session: Session) -> None:
    state = session.state
    choices = AGAINST if "lens" in session.blurs else AGAINST[:1]
    hint = (
        "The two sides of the split screen, or each side against views through the lens: "
        "how many, the panel See says under Blur. Few make dots of lights, and a low PSNR"
    )
    chosen = widgets.choice_row("Against", state.error_against, choices, hint, AGAINST_NAMES)
    if chosen is not None:
        session.edit(session.state.replace(error_against=chosen), "what errors are against")
    _psnr(session)
    _error(session)


def _psnr(session: Session) -> None:
    state, inspector = session.state, session.inspector
    if state.error_against == "sides" and not state.split:
        widgets.row("PSNR")
        widgets.quiet("needs a split screen: X")
        return
    if shows_colours(state) and not session.is_photo:
        widgets.row("PSNR")
        widgets.quiet("not of false colours: V")
        return
    inspector.asks.psnr = True
    of = "values as they are stored" if session.is_photo else "tone-mapped light"
    hint = f"Of the {of}, over the whole pictures, dB; 4 times a second"
    found = inspector.psnr or {"": None}
    for side, decibels in found.items():
        name = "PSNR" if len(found) == 1 else f"PSNR {side}"
        widgets.row(name, hint)
        imgui.push_font(style.bold(), style.LETTER_HEIGHT)
        imgui.text_unformatted(psnr_text(decibels))
        imgui.pop_font()


def psnr_text(decibels: float | None) -> str:
    """A PSNR in words."""
    if decibels is None:
        return "…"
    return "equal" if math.isinf(decibels) else f"{decibels:.1f} dB"


def _error(session: Session) -> None:
    state = session.state
    hint = "Show how far each pixel is off, in false colours: Shift+E"
    on = widgets.switch_row("", state.error, "Error view", hint)
    if on is not None:
        session.edit(session.state.replace(error=on), "error view")
    if not state.error:
        return
    widgets.row("Gain", "What errors are multiplied with")
    gap = imgui.get_style().item_inner_spacing.x / 2
    width = (imgui.get_content_region_avail().x - gap * (len(GAINS) - 1)) / len(GAINS)
    imgui.push_style_var(imgui.StyleVar_.frame_padding, imgui.ImVec2(0, 4))
    for gain in GAINS:
        _gain(session, gain, width)
        if gain != GAINS[-1]:
            imgui.same_line(0, gap)
    imgui.pop_style_var()
    _ramp(state.error_gain)


def _gain(session: Session, gain: int, width: float) -> None:
    is_now = session.state.error_gain == gain
    if is_now:
        imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(*style.ACCENT_SOFT))
    if widgets.button(f"×{gain}", f"White is an error of 1/{gain} of the brightest", width):
        session.edit(session.state.replace(error_gain=float(gain)), "gain of errors")
    if is_now:
        imgui.pop_style_color()


def _ramp(gain: float) -> None:
    """What the false colours mean, in % of what is brightest."""
    widgets.row("")
    low, width = imgui.get_cursor_screen_pos(), imgui.get_content_region_avail().x
    top, draw = low.y + 4, imgui.get_window_draw_list()
    step = width / (len(RAMP) - 1)
    colors = [style.packed((*color, 1.0)) for color in RAMP]
    for index in range(len(RAMP) - 1):
        left, right = low.x + index * step, low.x + (index + 1) * step
        from_, to = colors[index], colors[index + 1]
        draw.add_rect_filled_multi_color(
            imgui.ImVec2(left, top), imgui.ImVec2(right, top + RAMP_HEIGHT), from_, to, to, from_
        )
    text_top, quiet = top + RAMP_HEIGHT + 3, style.packed(style.QUIET)
    most = f"{100 / gain:.3g} %"
    draw.add_text(imgui.ImVec2(low.x, text_top), quiet, "0")
    at_right = low.x + width - imgui.calc_text_size(most).x
    draw.add_text(imgui.ImVec2(at_right, text_top), quiet, most)
    imgui.dummy(imgui.ImVec2(width, RAMP_HEIGHT + 5 + imgui.get_font_size()))


# --- The pixel ------------------------------------------------------------------------------------


def _pixel(session: Session) -> None:
    hint = "Reads the pixel under the cursor and draws its taps over the picture: I"
    on = widgets.switch_row("Inspect", session.state.probe, "under the cursor", hint)
    if on is not None:
        session.set(session.state.replace(probe=on))
    reading = session.inspector.reading
    if not session.state.probe:
        widgets.quiet(OFF)
    elif reading is None:
        widgets.quiet("A photograph has no depth to look at." if session.is_photo else "…")
    else:
        _numbers(reading)


def _numbers(reading: Reading) -> None:
    look = reading.look
    _text("Place", f"{look.at[0]}, {look.at[1]}   {NAMES[look.blur]}", "From the top left, px")
    _light(reading.light)
    depth = "sky" if math.isinf(reading.depth_m) else f"{reading.depth_m:.2f} m"
    _text("Depth", depth, "Along the view axis, of what is seen sharp there")
    _text("CoC", coc_text(reading.coc_px), "Radius of the circle of confusion by the lens, px")
    if reading.slice is not None:
        found = reading.slice
        of = f" {found.index} of {found.of}" if found.index else ""
        hint = "The slice that has most of the pixel, outwards from the focus plane; its share"
        _text("Slice", f"{found.name}{of}   {100 * found.share:.0f} %", hint)
    if reading.effect is not None:
        effect = reading.effect
        _text("Effect", effect.name, "The last one that is on")
        if effect.turns:
            rows = "   ".join(f"{part:.2f}" for part in effect.frame)
            _text("Frame", rows, "From the bank's offsets to the picture's: xx xy yx yy")
    if reading.kernel is not None:
        _place(reading)


def _place(reading: Reading) -> None:
    kernel = reading.kernel
    hint = "Where the bank is read for this pixel: the value, and between which of the knots"
    axes = zip(kernel.bank.axes, kernel.values, kernel.knots, strict=True)
    for axis, value, knot in axes:
        text = f"{value:.2f} {axis.unit}   knot {knot:.2f} of {len(axis.knots) - 1}"
        if axis.unit == "px" and kernel.scale > 1:
            hint += "; in px of the picture at half size, which is what is blurred"
        _text(axis.name.capitalize(), text, hint)


def coc_text(radius_px: float) -> str:
    """A CoC in words."""
    if abs(radius_px) < 0.05:
        return "in focus"
    return f"{abs(radius_px):.1f} px {'behind' if radius_px > 0 else 'in front of'} focus"


def light_text(light: float) -> str:
    """One channel in words: three decimals, or three digits."""
    return f"{light:.3f}" if light < 10 else f"{light:.3g}"


def _light(light: tuple[float, float, float]) -> None:
    widgets.row("Light", "Red, green and blue: linear, as exposed")
    low = imgui.get_cursor_screen_pos()
    top = low.y + (imgui.get_frame_height() - SWATCH) / 2
    shown = style.packed((*map(float, tone_curve(light)), 1.0))
    draw = imgui.get_window_draw_list()
    corner = imgui.ImVec2(low.x + SWATCH, top + SWATCH)
    draw.add_rect_filled(imgui.ImVec2(low.x, top), corner, shown, 3)
    imgui.dummy(imgui.ImVec2(SWATCH, SWATCH))
    imgui.same_line()
    imgui.text_unformatted("  ".join(map(light_text, light)))


def _text(name: str, text: str, hint: str = "") -> None:
    widgets.row(name, hint)
    imgui.text_unformatted(text)


# --- Its kernel -----------------------------------------------------------------------------------


def _kernel(session: Session) -> None:
    reading = session.inspector.reading if session.state.probe else None
    if reading is None:
        widgets.quiet("Of the pixel that is inspected.")
        return
    if reading.kernel is None:
        widgets.quiet(without_kernel(reading.look.blur))
        return
    picture = session.inspector.kernel_picture
    picture.show(reading.kernel)
    if picture.texture is not None:
        _pictures(picture)
    if picture.error is not None:
        hint = "Norm of the difference over that of the target (Frobenius)"
        _text("Off by", f"{100 * picture.error:.1f} % of the target", hint)
    _layers(reading)


def without_kernel(blur: str) -> str:
    """Why there is none to look at. Names of people keep their capitals."""
    name = NAMES[blur]
    return f"{name[0].upper()}{name[1:]}: no kernel from a bank."


def _pictures(picture: KernelPicture) -> None:
    """What comes out beside what is wanted, pixel by pixel."""
    shown = Interface.now.picture(picture.texture)
    side = (imgui.get_content_region_avail().x - GAP) / 2
    left, names = imgui.get_cursor_pos_x(), ("as blurred", "target")
    hints = (
        "What becomes of a point of light here, upright",
        "What was fitted; between two knots both of theirs, stretched and mixed",
    )
    for index in range(2):
        if index:
            imgui.same_line(0, GAP)
        (u0, v0), (u1, v1) = picture.part(index)
        low, high = imgui.ImVec2(u0, v0), imgui.ImVec2(u1, v1)
        imgui.image(shown, imgui.ImVec2(side, side), low, high)
        widgets.note_place(names[index])
        widgets.hint(hints[index])
    for index, name in enumerate(names):
        if index:
            imgui.same_line()
        text = name if picture.has[index] else f"{name}: none"
        middle = left + index * (side + GAP) + side / 2
        imgui.set_cursor_pos_x(middle - imgui.calc_text_size(text).x / 2)
        widgets.quiet_line(text)


def _layers(reading: Reading) -> None:
    """How many taps each layer has, in the colours of the picture's."""
    taps = reading.kernel.taps()
    if not taps:
        return
    widgets.row("Taps", "Of each layer, in order; over the picture in the same colours")
    draw, radius, height = imgui.get_window_draw_list(), 4.0, imgui.get_frame_height()
    for index, (offsets, _) in enumerate(taps):
        if index:
            imgui.same_line(0, 14)
        low = imgui.get_cursor_screen_pos()
        middle = imgui.ImVec2(low.x + radius, low.y + height / 2)
        draw.add_circle_filled(middle, radius, inspect_overlay.color_of(index))
        imgui.dummy(imgui.ImVec2(2 * radius, 0))
        imgui.same_line(0, 6)
        imgui.text_unformatted(str(len(offsets)))
