"""Pages of the documentation as programs: their code is run, and what it prints is put back.

A fenced block is ``python``, ``console``, ``toml``, ``text`` or anything else. A comment on the
line above it says what is special::

    <!-- file: firm.toml -->      the block is written to this file
    <!-- append: firm.toml -->    the block is added to this file
    <!-- output -->               the block is what the Python block before it prints
    <!-- status: 2 -->            the commands of this console block end with this status
    <!-- lines: 1-20 -->          of the output only these lines are shown
    <!-- not run -->              the block is only shown

All Python blocks of a page share one set of names, as if typed one after the other.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent
ROOT = DOCS.parent

_FENCE = re.compile(
    r"^(?:<!-- (?P<note>[a-z ]+)(?:: (?P<value>[^>]*?))? -->\n)?"
    r"```(?P<kind>[a-z]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_RUNS = re.compile(r"(\bruns=|--runs )([0-9_]+)")


@attrs.frozen
class Block:
    """One fenced block.

    Parameters
    ----------
    kind : str
        Language of the fence.
    text : str
        What is inside, newline at the end.
    note, value : str
        The comment above it.
    start, end : int
        Where its text begins and ends in the page.
    """

    kind: str
    text: str
    note: str
    value: str
    start: int
    end: int

    @property
    def is_run(self) -> bool:
        """Whether it is code or commands to run."""
        return self.kind in {"python", "console"} and self.note != "not run"


def pages() -> list[Path]:
    """Return the README and all pages of the documentation."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def blocks(text: str) -> Iterator[Block]:
    """Iterate over the fenced blocks of a page."""
    for found in _FENCE.finditer(text):
        note, value = found["note"] or "", (found["value"] or "").strip()
        yield Block(found["kind"], found["text"], note, value, *found.span("text"))


def commands(block: Block) -> list[list[str]]:
    """Return the cashstress commands of a console block, without the word cashstress."""
    lines = [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]
    return [shlex.split(line)[1:] for line in lines if line.startswith("cashstress ")]


class Session:
    """A page being run in a folder of its own that holds the examples.

    Parameters
    ----------
    page : Path
    folder : Path
        Empty; made the current directory by `run`.
    most_runs : int, optional
        Replications are cut down to this many, to be quick; otherwise as written.
    """

    def __init__(self, page: Path, folder: Path, *, most_runs: int | None = None) -> None:
        self.text = page.read_text(encoding="utf-8")
        self.folder, self._most = folder, most_runs
        self._names: dict[str, Any] = {"__name__": "page"}
        shutil.copytree(ROOT / "examples", folder / "examples")
        for scenario in DOCS.rglob("*.toml"):
            shutil.copy(scenario, folder)

    def run(self) -> Iterator[tuple[Block, str, int]]:
        """Run block by block; yield each with what it printed and its exit status."""
        here = Path.cwd()
        os.chdir(self.folder)
        try:
            for block in blocks(self.text):
                yield (block, *self._one(block))
        finally:
            os.chdir(here)

    def _one(self, block: Block) -> tuple[str, int]:
        if block.note in {"file", "append"}:
            self._write(block)
        if not block.is_run:
            return "", 0
        return self._python(block) if block.kind == "python" else self._console(block)

    def _write(self, block: Block) -> None:
        with (self.folder / block.value).open("a" if block.note == "append" else "w") as file:
            file.write(block.text if block.note == "file" else f"\n{block.text}")

    def _python(self, block: Block) -> tuple[str, int]:
        printed = io.StringIO()
        code = compile(self._quick(block.text), f"<block at {block.start}>", "exec")
        with contextlib.redirect_stdout(printed):
            exec(code, self._names)  # noqa: S102 - running the pages is the point
        return printed.getvalue(), 0

    def _console(self, block: Block) -> tuple[str, int]:
        from click.testing import CliRunner

        from cashstress.cli import main

        text, status = "", 0
        for words in commands(block):
            shown = f"$ cashstress {shlex.join(words)}"
            result = CliRunner().invoke(main, shlex.split(self._quick(shlex.join(words))))
            if result.exception and not isinstance(result.exception, SystemExit):
                raise result.exception
            text += f"{shown}\n{_tidy(result.output)}"
            status = max(status, result.exit_code)
        return text, status

    def _quick(self, code: str) -> str:
        if self._most is None:
            return code
        most = self._most
        return _RUNS.sub(lambda found: f"{found[1]}{min(int(found[2]), most)}", code)


def _tidy(output: str) -> str:
    """Return the output without trailing blanks and without blank lines at its ends."""
    lines = [line.rstrip() for line in output.splitlines()]
    return "\n".join(lines).strip("\n") + "\n" if any(lines) else ""
