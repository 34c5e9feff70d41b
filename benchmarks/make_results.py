"""Measure, and write `RESULTS.md` beside this file: `make bench`.

All sections, or those named by flags: `make bench BENCH_ARGS="--engines --memory"`.  What was
measured is kept in `results.json`; a section that is not measured again keeps its figures and their
date.  No figure is written by hand.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the programs stand beside this file

from sections import engines, lengths, memory, parts, shares, start, workers  # noqa: E402 - as above
from sections.common import How, load, machine, table  # noqa: E402 - the same
from words import ABOUT, FRONT, TITLES  # noqa: E402 - the same

KEPT, PAGE = HERE / "results.json", HERE / "RESULTS.md"
SECTIONS: dict[str, Any] = {
    "engines": engines,
    "workers": workers,
    "lengths": lengths,
    "parts": parts,
    "memory": memory,
    "start": start,
    "shares": shares,
}


def main() -> None:
    """Measure what is asked for, and write the page."""
    options = _options()
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    if options.check:
        sys.exit(PAGE.read_text(encoding="utf-8") != page(kept))
    chosen = [name for name in SECTIONS if getattr(options, name)] or list(SECTIONS)
    for name in [] if options.page else chosen:
        print(f"{name} ...", flush=True)
        kept[name] = _measured(name, How(options.rounds, not options.no_million))
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")
    print(f"{PAGE.name} is written")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure, and write RESULTS.md.")
    for name in SECTIONS:
        parser.add_argument(f"--{name}", action="store_true", help=f"measure: {TITLES[name]}")
    parser.add_argument("--page", action="store_true", help="write the page again, measure nothing")
    parser.add_argument("--check", action="store_true", help="fail if the page says anything else")
    parser.add_argument("--no-million", action="store_true", help="leave 1,000,000 runs out")
    parser.add_argument("--rounds", type=int, default=5, help="fewer for a first look [5]")
    return parser.parse_args()


def _measured(name: str, how: How) -> dict[str, Any]:
    before = load()
    return {
        "data": SECTIONS[name].measure(how),
        "rounds": how.rounds,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "load_before": before,
        "machine": machine(),
    }


def page(kept: dict[str, Any]) -> str:
    """The page, from what is kept."""
    found = {name: kept[name] for name in SECTIONS if name in kept}
    goals = [goal for name, one in found.items() for goal in SECTIONS[name].goals(one["data"])]
    text = [FRONT, table(["goal", "measured", "wanted", ""], [goal.row() for goal in goals])]
    for name, one in found.items():
        text += [f"## {TITLES[name]}", ABOUT[name], SECTIONS[name].show(one["data"]), _where(one)]
    return "\n\n".join(text) + "\n"


def _where(one: dict[str, Any]) -> str:
    found = dict(one["machine"])
    about = f"{found.pop('processor')}, {found.pop('cores')} cores, {found.pop('system')}; "
    about += ", ".join(f"{name} {version}" for name, version in found.items())
    busy = "" if one["load_before"] is None else f"; load when it began {one['load_before']:g}"
    return f"*Measured {one['date']}, rounds: {one['rounds']}, on {about}{busy}.*"


if __name__ == "__main__":
    main()
