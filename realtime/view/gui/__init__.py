"""The interface: Dear ImGui over the picture.

- `backend`   Dear ImGui drawn by moderngl, fed with our events
- `style`     colours, spacing and letters
- `layout`    where panels are, and which there are: `PANELS`
- `widgets`   sliders, choices and rows, as all panels use them
- `see`       the first panel; its sections are in `sections/`
- `make`      the bokeh painter; its canvas is in `make_canvas`
- `trail`     where the pen has been between two frames
- `inspect`   errors and pixels; what it draws over the picture is in `inspect_overlay`
- `tune`      frame times and what can be left out; its graph is `frame_graph`
- `work`      pictures, videos, bookmarks, settings, and what was done
- `overlay`   bar, messages and help over the picture

This is the only part that knows Dear ImGui; it is imported when a viewer opens.
"""

from realtime.errors import UsageError

try:
    import glfw  # noqa: F401 - imgui_bundle would load a GLFW of its own otherwise
    import imgui_bundle  # noqa: F401
except ModuleNotFoundError as error:
    raise UsageError(
        f"{error.name}: not installed, Dear ImGui expected for the viewer's interface. "
        f"Install it: pip install 'diskblur[view]'"
    ) from None
