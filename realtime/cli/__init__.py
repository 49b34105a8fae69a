"""The `diskblur` command: render, compare, profile ...; one module a subcommand."""

import argparse
import sys
from collections.abc import Sequence

from realtime import __version__
from realtime.cli import apply, compare, demo, profile, render, view
from realtime.errors import UserError

SUBCOMMANDS = (render, compare, view, demo, apply, profile)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 when done, 2 for what the user can mend, 130 when interrupted."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except UserError as error:
        print(f"diskblur {arguments.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"diskblur {arguments.command}: interrupted", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="diskblur",
        description="Big, arbitrary, spatially-varying blur of live 3D scenes at real-time cost.",
    )
    parser.add_argument("--version", action="version", version=f"diskblur {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in SUBCOMMANDS:
        name = module.__name__.rpartition(".")[2]
        summary = module.__doc__.splitlines()[0]
        command = commands.add_parser(name, help=summary, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
