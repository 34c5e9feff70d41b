"""``python -m cashstress`` and the installed command: the command line, its imports included."""

from __future__ import annotations

import sys

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> None:
    """Run the command line; Ctrl-C while it is being imported gets the same plain answer."""
    try:
        from cashstress.cli import main as commands

        commands(prog_name="cashstress")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before anything was done.\n")
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
