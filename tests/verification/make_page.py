"""Write docs/reference/verification.md: every claim, the exact value, ours, and how to repeat it.

``make verify`` calls it.  ``--share 0.1`` makes a tenth of the replications; the page says how many
there were.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # its modules stand beside this file

import families  # noqa: E402 - found only after the line above
import reality  # noqa: E402 - the same

PAGE = HERE.parents[1] / "docs" / "reference" / "verification.md"
# ruff: noqa: E501 - lines of a page, as wide as its other lines
HEAD = """\
# Verification: every claim, the exact value, ours

Made by `make verify`; nothing on this page is typed by hand. Each table sets a firm, made with the
public interface and run as users run it, beside a value that is known exactly. *z* is the distance in
standard errors; a claim holds when it is at most 4. `make verify` makes as many replications as show an
error of 2 %, at most 4,000,000; how many this page was made with stands in its last lines and in each row.

The exact values come from the project's file of exact results (a copy is in `tests/data/`) or from
recursions over the days in `tests/verification/recursions.py`, which draw nothing and use nothing of
the library. Where a formula is for continuous time, the recursion is for the day clock and the formula
stands beside it.

Schedules of loans, factoring and bills are matched to the cent, instalment by instalment, in
`tests/processes/test_schedules.py`, `test_factoring.py` and `test_bills.py`. The whole model is run
against [a second program](../explanation/twin.md), day by day.
"""
REALITY_HEAD = """
# Reality checks

These are no tests: a firm of ours is not the firms that were asked. Read the verdict with each table.
"""


def family_lines(family):
    """One family as Markdown."""
    beside = f" {family.beside} |" if family.beside else ""
    yield f"\n## {family.name}\n\n{family.text}"
    yield ""
    yield f"| claim | exact | ours | z | replications |{beside}"
    yield "|---|---|---|---|---|" + ("---|" if beside else "")
    for claim in family.claims:
        z = f"{claim.z:+.1f}" if claim.error else "equal" if claim.holds else "NOT EQUAL"
        other = f" {_number(claim.beside)} |" if beside else ""
        numbers = f"{_number(claim.exact)} | {_number(claim.ours)} | {z} | {claim.runs:,}"
        yield f"| {claim.what} | {numbers} |{other}"


def reality_lines(check):
    """One reality check as Markdown."""
    yield f"\n## {check.name}\n\n{check.source}\n\n{check.verdict}"
    yield ""
    yield "| | survey | ours |"
    yield "|---|---|---|"
    for row in check.rows:
        yield f"| {row.what} | {_percent(row.survey)} | {_percent(row.ours)} |"


def _number(value):
    if value is None:
        return ""
    return f"{value:.5f}" if abs(value) < 10 else f"{value:,.2f}"


def _percent(share):
    return "" if math.isnan(share) else f"{100 * share:.1f} %"


def main(words):
    """Make the page; say what does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="share of the replications")
    share = parser.parse_args(words).share
    lines, failed = [HEAD], []
    for make in families.FAMILIES:
        family = make(share)
        print(f"{family.name}: {len(family.claims)} claims", flush=True)
        failed += [claim for claim in family.claims if not claim.holds]
        lines += family_lines(family)
    lines.append(REALITY_HEAD)
    for check in reality.CHECKS:
        lines += reality_lines(check(max(int(100_000 * share), 4_000)))
    lines.append(
        f"\nMade with a share of {share:g} of the replications that `make verify` makes by default."
    )
    PAGE.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
    for claim in failed:
        print(f"does not hold: {claim.what}, z {claim.z:.1f}", file=sys.stderr)
    print(f"written: {PAGE.relative_to(HERE.parents[1])}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
