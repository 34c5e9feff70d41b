"""What the page says besides figures."""

from __future__ import annotations

FRONT = """\
# How fast, and how much memory

Written by `make bench` (`benchmarks/make_results.py`); no figure is put in by hand. One piece of
work, unless a section says otherwise: the firm of `examples/platform_closure.toml` over 365 days
with its shock, all outcomes, daily paths and the 13-week table recorded and tabulated.

Rounds of all competitors take turns, so a busy machine slows them alike; figures are medians of the
rounds (5, where nothing else is said), ratios medians of the ratios round by round. Figures of one
core are processor time. Final figures are taken on an idle machine: each section says how loaded it
was when it began (a load of 0 to 0.5 is idle)."""

TITLES = {
    "engines": "The same work in four programs, one core",
    "workers": "One process and several",
    "lengths": "Cost against replications and horizon",
    "parts": "Cost against suppliers, customers and channels",
    "memory": "Peak memory",
    "start": "From typing the command to the answer",
    "shares": "Where the time goes",
}

ABOUT = {
    "engines": """\
The SimPy and the salabim program run one replication at a time and share everything that knows of
no events: bills, ledgers, credit, plan and diary are the same plain Python, so what differs is the
event engine. Both are written as a careful user would: processes sleep until something can happen,
what every replication shares is worked out once, salabim's monitors are off and it makes no
component for every delivery. The Numba loop is written by hand for this firm alone, a replication
at a time, with scalars, and uses the library's quantile tables and counter-based draws; its compile
time is outside. Every program's answer is compared before the page is written, and a difference
stops it.

What stands between lanes and the compiled loop: NumPy passes over memory for each step, where the
loop keeps a replication in registers. "Where the time goes" below has the shares.""",
    "workers": """\
Wall time from the call to the result; each number of workers has a process of its own, whose pool
is warm. Two workers cannot be 2 times as fast where a run has but few blocks, nor while another
program uses a core; the processor time of all processes together says what sharing itself costs,
whatever else the machine does.

Tried: narrower blocks for several workers, so that all end together. A block costs much however
narrow it is, so they lost more than they won. Blocks are now as wide as one worker's wherever there
are enough of them, equal, and a multiple of four in number; below 16,384 replications there is
one.""",
    "lengths": """\
Processor time on one core. The fixed part is the making of the firm and Python's work for each day,
which is the same for one lane and for 30,000.""",
    "parts": """\
The main example with 1 to 50 equal suppliers, customers or platform lines in place of its own,
together as large as one, 2,048 replications on one core. The line is fitted by least squares to
relative distances. "Linear, no worse" is checked by the last step, from 25 to 50: what it costs for
each must not be more than 1.25 times the line's.""",
    "memory": """\
Peak resident memory (VmHWM) of a fresh process that does one run. The plain programs keep every
replication's path, as a user would who wants quantiles; cashstress keeps histograms of paths, and
outcomes and amounts of every replication. Long runs include the JSON answer.

Tried: keeping these once in place of three times, which still grew; smaller types, which would grow
by the amounts alone; a temporary file beyond 32 MB, which does not. A block's remains are collected
before the next is built, and blocks are as wide for 1,000,000 replications as for 100,000.""",
    "start": """\
Wall time of a new process: `cashstress run` of the main example, which runs it with and without its
shock and prints the answer. Beside it what nobody can avoid: starting Python, importing NumPy and
SciPy, and the same two runs in a process that is warm.""",
    "shares": """\
Samples of the stack, native frames included, taken by py-spy 100 times a second while blocks run
(imports and the making of the firm left out). A sample counts for the library whose code was
running; what is under `kernel/streams.py` counts as random numbers, NumPy or not. A NumPy call on
few lanes is mostly its own overhead, which counts as NumPy.""",
}
