"""Peak memory: of each program, and of long runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs import PROGRAMS, available
from sections.common import Child, Goal, table
from sections.engines import SHOWN

if TYPE_CHECKING:
    from sections.common import Data, How

#: Replications of each program.
RUNS = 2_000
LONG = (10_000, 100_000, 200_000, 1_000_000)
BASE, LONGEST = "100000", "1000000"


def measure(how: How) -> Data:
    """VmHWM of a fresh process each, MB; long runs write their JSON answer too."""
    data: Data = {"programs": {}, "long": {}, "wall": {}}
    for name in PROGRAMS:
        if available(name):
            with Child() as child:
                data["programs"][name] = child.run(name, RUNS)["peak"]
            how.say(f"{name}")
    for runs in LONG:
        if runs == LONG[-1] and not how.million:
            continue
        with Child() as child:
            cost = child.run("lanes", runs, answer=True)
        data["long"][str(runs)], data["wall"][str(runs)] = cost["peak"], cost["wall"]
        how.say(f"{runs:,} replications: {cost['peak']:,.0f} MB, {cost['wall']:,.0f} s")
    return data


def goals(data: Data) -> list[Goal]:
    """Memory does not grow with replications."""
    peaks = data["long"]
    grown = peaks[LONGEST] / peaks[BASE] if LONGEST in peaks else None
    return [Goal("peak memory, 1e6 against 1e5 replications", grown, 1.1, at_least=False)]


def show(data: Data) -> str:
    """Two tables."""
    programs = [[SHOWN[name], f"{peak:,.0f}"] for name, peak in data["programs"].items()]
    long = [
        [
            f"{int(runs):,}",
            f"{peak:,.0f}",
            f"{peak / data['long'][BASE]:.2f}",
            f"{data['wall'][runs]:,.1f}",
        ]
        for runs, peak in data["long"].items()
    ]
    left_out = "" if LONGEST in data["long"] else "\n\n1,000,000 was left out: `--no-million`."
    return (
        table([f"program, {RUNS:,} replications", "peak, MB"], programs)
        + "\n\n"
        + table(["cashstress, replications", "peak, MB", "against 100,000", "wall, s"], long)
        + left_out
    )
