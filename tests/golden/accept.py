"""Accept what the examples answer now, and say why it changed.

    python tests/golden/accept.py --reason "interest runs from the day of drawing"

Files of examples that answer as before are left alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # its module stands beside this file
sys.path.insert(1, str(HERE.parents[1] / "src"))  # the library of this tree, installed or not

import digests  # noqa: E402 - found only after the lines above

#: What nobody learns anything from.
LEAST_WORDS = 3


def main(words):
    """Record what moved, and say what to write in the changelog."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reason", required=True, help="what changed, and why it is right")
    parser.add_argument("examples", nargs="*", help="their names [all]")
    options = parser.parse_args(words)
    if len(options.reason.split()) < LEAST_WORDS:
        parser.error(f"--reason: say what changed and why, in at least {LEAST_WORDS} words")
    paths = {path.stem: path for path in digests.EXAMPLES}
    unknown = [name for name in options.examples if name not in paths]
    if unknown:
        parser.error(f"no such example: {', '.join(unknown)}; there are {', '.join(paths)}")
    digests.FOLDER.mkdir(exist_ok=True)
    accepted = [name for name in options.examples or paths if accept(paths[name], options.reason)]
    if not options.examples:
        forget(set(paths))
    if accepted:
        print(
            f"\n{len(accepted)} of {len(paths)} examples recorded. Now say in CHANGELOG.md, under\n"
            "[Unreleased], what changed and why; under Changed where a rule means something else:\n"
            f"\n- {options.reason}"
        )
    else:
        print("nothing moved")
    return 0


def accept(path, reason):
    """Record one example if anything moved, and show what did."""
    before, after = digests.recorded(path).get("parts", {}), digests.answer(path)
    lines = digests.moved(before, after)
    if not lines:
        return False
    print(f"{path.name}: " + ("new" if not before else f"{len(lines)} of {len(after)} parts moved"))
    for line in lines if before else []:
        print(f"    {line}")
    file = digests.FOLDER / path.name
    file.write_text(digests.text_of(path, after, reason), encoding="utf-8")
    return True


def forget(names):
    """Drop files of examples that are no more."""
    for file in digests.FOLDER.glob("*.toml"):
        if file.stem not in names:
            file.unlink()
            print(f"{file.name}: its example is gone")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
