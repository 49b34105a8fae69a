"""The panel `see`: what is shown, how it is blurred, through what lens."""

from realtime.view.gui import widgets
from realtime.view.gui.sections import blur, effects, lens, scene, view
from realtime.view.session import Session

SECTIONS = (
    ("Scene", scene.draw),
    ("Blur", blur.draw),
    ("Lens", lens.draw),
    ("Effects", effects.draw),
    ("View", view.draw),
)


def draw(session: Session) -> None:
    """Draw all sections."""
    for title, rows in SECTIONS:
        with widgets.section(title) as is_open:
            if is_open:
                rows(session)
