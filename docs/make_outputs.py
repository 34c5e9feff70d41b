"""Put real output into the pages: run ``python docs/make_outputs.py`` after a change.

Output under a command, output of Python blocks, tables of keys and images are all made here, so
that no figure in the documentation is typed by hand. With names of pages as arguments only those
are made; ``--no-images`` leaves the images alone.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import keys
from pages import DOCS, ROOT, Block, Session, pages

#: Folder of images and the command that makes them; plots of the same name are shown in pages.
IMAGES = {
    "restaurant": "run examples/restaurant_six_weeks.toml --runs 4000 --seed 7",
}
_COLOURS = 64
_KEYS = re.compile(r"^<!-- keys: (?P<name>\w+)(?P<own> own)? -->\n(?:\|.*\n)*", re.MULTILINE)


def make_page(page: Path) -> None:
    """Run a page and put its outputs in place."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        changes = list(_changes(Session(page, Path(folder))))
    for block, new in reversed(changes):
        text = text[: block.start] + new + text[block.end :]
    page.write_text(_KEYS.sub(_table, text), encoding="utf-8")


def _changes(session: Session) -> list[tuple[Block, str]]:
    made, printed = [], ""
    for block, output, _ in session.run():
        if block.kind == "console" and _shows_output(block) and output:
            made.append((block, _some_lines(block, output)))
        elif block.kind == "python" and block.is_run:
            printed = output
        elif block.note == "output":
            made.append((block, printed))
    return made


def _shows_output(block: Block) -> bool:
    return any(not line.startswith("$ ") for line in block.text.splitlines())


def _some_lines(block: Block, output: str) -> str:
    if block.note != "lines":
        return output
    first, last = (int(part) for part in block.value.split("-"))
    lines = output.splitlines()
    shown = lines[first - 1 : last] if first > 1 else lines[:last]
    command = [] if first == 1 else [*lines[:1], "..."]
    return "\n".join([*command, *shown, *(["..."] if last < len(lines) else [])]) + "\n"


def _table(found: re.Match[str]) -> str:
    own = " own" if found["own"] else ""
    head = f"<!-- keys: {found['name']}{own} -->\n"
    return head + keys.markdown(found["name"], own=bool(own))


def make_images() -> None:
    """Make the plots, with few colours so that the files stay small."""
    from click.testing import CliRunner
    from PIL import Image

    from cashstress.cli import main

    for name, command in IMAGES.items():
        folder = DOCS / "images" / name
        words = command.replace("examples/", f"{ROOT}/examples/").split()
        CliRunner().invoke(main, [*words, "--plots", str(folder)], catch_exceptions=False)
        for plot in folder.glob("*.png"):
            with Image.open(plot) as image:
                small = image.convert("RGB").quantize(_COLOURS)
            small.save(plot, optimize=True)


def main(words: list[str]) -> None:
    """Make the named pages, or all of them and the images."""
    wanted = [Path(word).resolve() for word in words if not word.startswith("--")]
    if not wanted and "--no-images" not in words:
        make_images()
    for page in wanted or pages():
        make_page(page)


if __name__ == "__main__":
    main(sys.argv[1:])
