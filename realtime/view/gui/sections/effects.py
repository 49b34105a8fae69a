"""Effects on the picture: which, in what order, and their settings."""

import dataclasses
import math
from pathlib import Path

from imgui_bundle import imgui

from realtime.effects import EFFECTS
from realtime.effects.effect import Effect
from realtime.view.gui import widgets
from realtime.view.gui.effect_ranges import Range, range_of
from realtime.view.session import Session
from realtime.view.state import EffectState, ViewState

ADD = "add an effect"


def draw(session: Session) -> None:
    """Draw the list of effects, and a way to a further one."""
    for index, effect in enumerate(session.state.effects):
        with widgets.group(f"{index} {effect.start.name}"):
            _effect(session, index, effect)
    _sides(session)
    imgui.set_next_item_width(-1)
    chosen = widgets.choice("add", ADD, tuple(EFFECTS), "On top of those that are there")
    if chosen is not None:
        added = EffectState(EFFECTS[chosen]())
        session.edit(
            session.state.replace(effects=(*session.state.effects, added)), f"{chosen} added"
        )


def _sides(session: Session) -> None:
    state = session.state
    if not (state.split and state.effects):
        return
    widgets.row("On", "Which sides of the bar the effects are on")
    for side in ("left", "right"):
        field = f"{side}_effects"
        on = widgets.switch(field, getattr(state, field), side)
        if on is not None:
            session.edit(session.state.replace(**{field: on}), "sides of effects")
        if side == "left":
            imgui.same_line()


def _effect(session: Session, index: int, effect: EffectState) -> None:
    right = imgui.get_cursor_pos_x() + imgui.get_content_region_avail().x
    on = widgets.switch("on", effect.on, "", "Whether it is applied")
    if on is not None:
        changed = dataclasses.replace(effect, on=on)
        session.edit(session.state.with_effect(index, changed), effect.start.name)
    imgui.same_line()
    flags = imgui.TreeNodeFlags_.span_avail_width | imgui.TreeNodeFlags_.allow_overlap
    is_open = imgui.tree_node_ex(effect.start.name, flags | imgui.TreeNodeFlags_.default_open)
    widgets.note_place("name")
    _order(session, index, effect, right)
    if is_open:
        _settings(session, index, effect)
        imgui.tree_pop()


def _order(session: Session, index: int, effect: EffectState, right: float) -> None:
    """Three small buttons that end at `right`: earlier, later, away."""
    side, gap = imgui.get_frame_height(), 2.0
    imgui.same_line(right - 3 * side - 2 * gap)
    state, last = session.state, len(session.state.effects) - 1
    imgui.begin_disabled(index == 0)
    if imgui.arrow_button("##earlier", imgui.Dir.up):
        session.edit(_swapped(state, index - 1), "order of effects")
    imgui.end_disabled()
    widgets.note_place("earlier")
    widgets.hint("Apply it earlier")
    imgui.same_line(0, gap)
    imgui.begin_disabled(index == last)
    if imgui.arrow_button("##later", imgui.Dir.down):
        session.edit(_swapped(state, index), "order of effects")
    imgui.end_disabled()
    widgets.note_place("later")
    widgets.hint("Apply it later")
    imgui.same_line(0, gap)
    if widgets.button("×", "Take it away", side):
        rest = (*state.effects[:index], *state.effects[index + 1 :])
        session.edit(state.replace(effects=rest), f"{effect.start.name} taken away")


def _swapped(state: ViewState, index: int) -> ViewState:
    effects = list(state.effects)
    effects[index], effects[index + 1] = effects[index + 1], effects[index]
    return state.replace(effects=tuple(effects))


def _settings(session: Session, index: int, effect: EffectState) -> None:
    name = effect.start.name
    if effect.banks:
        widgets.row("Bank")
        widgets.quiet(", ".join(Path(bank).stem for bank in effect.banks))
    for field in dataclasses.fields(effect.start):
        limits = range_of(effect.start, field.name)
        changed = _ends(effect, field.name, limits)
        if changed is not None:
            session.edit(session.state.with_effect(index, changed), f"{name} {field.name}")
    hint = "Settings go to a second value and back as time passes"
    moves = widgets.switch_row("", effect.end is not None, "Moves", hint)
    if moves is not None:
        changed = dataclasses.replace(effect, end=effect.start if moves else None)
        session.edit(session.state.with_effect(index, changed), f"{name} moves")


def _ends(effect: EffectState, field: str, limits: Range) -> EffectState | None:
    """Rows for a setting, and for where it moves to."""
    value = _row(effect.start, field, limits, limits.name)
    if value is not None:
        return dataclasses.replace(effect, start=value)
    if effect.end is None or math.isinf(_first(getattr(effect.start, field))):
        return None
    value = _row(effect.end, field, limits, f"{limits.name} to")
    return None if value is None else dataclasses.replace(effect, end=value)


def _first(value) -> float:
    return value[0] if isinstance(value, tuple) else value


def _row(effect: Effect, field: str, limits: Range, name: str) -> Effect | None:
    """A slider, or two for a point; an unlimited setting has a box to tick."""
    value, scale = getattr(effect, field), limits.scale
    widgets.row(name, limits.hint)
    if isinstance(value, tuple):
        new = _point(value, limits, name)
        changed = new is not None
    elif math.isinf(value):
        limited = widgets.switch(name, False, "limited", limits.hint)
        changed, new = limited is not None, limits.high / scale
    else:
        new = widgets.slider(name, value * scale, limits.low, limits.high, limits.form, limits.hint)
        changed, new = new is not None, limits.within(new, scale)
    return dataclasses.replace(effect, **{field: new}) if changed else None


def _point(value: tuple[float, float], limits: Range, name: str) -> tuple[float, float] | None:
    """Two sliders beside each other: across and down."""
    gap = imgui.get_style().item_inner_spacing.x
    width = (imgui.get_content_region_avail().x - gap) / 2
    parts: list[float] = []
    for part, side in zip(value, ("x", "y"), strict=True):
        new = widgets.slider(
            f"{name} {side}",
            part * limits.scale,
            limits.low,
            limits.high,
            limits.form,
            limits.hint,
            width=width,
        )
        parts.append(part if new is None else new / limits.scale)
        if side == "x":
            imgui.same_line(0, gap)
    return tuple(parts) if tuple(parts) != value else None
