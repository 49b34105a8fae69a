"""`diskblur-fit serve`: fits for another program; see `fitter.serving` for what is said."""

import argparse
import json
import os
import sys
from typing import Any

from fitter.errors import FitError

MOST_THREADS = 256


def add_serve(parser: argparse.ArgumentParser) -> None:
    """Give the command its options."""
    parser.add_argument("--threads", type=int, default=1, help="of the CPU (1)")
    parser.set_defaults(run=serve)


def serve(arguments: argparse.Namespace) -> int:
    """Answer requests from stdin on stdout until stdin closes.

    Raises FitError where threads make no sense or torch is not installed.
    """
    if not 1 <= arguments.threads <= MOST_THREADS:
        raise FitError(
            f"--threads: {arguments.threads}, 1 to {MOST_THREADS} expected. Give another --threads"
        )
    from fitter.cli import need

    need("torch", "skimage")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is loaded
    from fitter.bake import version
    from fitter.serving.job import warm_up
    from fitter.serving.protocol import PROTOCOL
    from fitter.serving.server import Server, private_stdout

    out = private_stdout()
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # what is no text is no request

    def send(answer: dict[str, Any]) -> None:
        os.write(out, (json.dumps(answer) + "\n").encode())

    try:
        warm_up(arguments.threads)
        send({"ready": True, "protocol": PROTOCOL, "version": version()})
        Server(sys.stdin, send, arguments.threads).serve()
    except BrokenPipeError:  # nobody listens any more
        pass
    return 0
