"""Open a window on a live scene: orbit, fly, focus by a click, change the blur by a key.

Keys are listed when it opens.
"""

import argparse

from realtime.cli import options
from realtime.view.app import HELP, App
from realtime.view.window import Window

INTERACTIVE_VIEWS = "64"  # of the lens truth: a frame must not take seconds


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the subcommand's options."""
    options.add_scene(command, default="string_lights")
    options.add_picture(command, views=INTERACTIVE_VIEWS)
    command.add_argument("--frames", metavar="N", help="close after N frames")


def run(arguments: argparse.Namespace) -> None:
    """Open the window and stay until it closes."""
    size = options.size_of(arguments)
    drawing = options.drawing_of(arguments)
    frames = options.whole_number("--frames", arguments.frames) if arguments.frames else None
    scene, bank = options.scene_of(arguments), options.bank_of(arguments, is_needed=False)
    window = Window(size, f"diskblur  {scene.name}")
    try:
        app = App(window, scene, bank, **drawing)
        print(HELP)
        app.run(frames)
        print(app.status())
        app.release()
    finally:
        window.release()
