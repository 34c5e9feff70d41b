"""What `make bench` measures, a module a section.

engines.py     the same work in plain SimPy, salabim, Numba and cashstress, on one core
workers.py     one process and several
lengths.py     cost against replications and horizon
parts.py       cost against suppliers, customers, channels
memory.py      peak memory of each program, and of long runs
start.py       from typing the command to the answer
shares.py      where the time goes

Each has `measure(say)`, which returns what goes into the JSON file, `show(data)`, its part of the
page, and `goals(data)`.  `common.py` has what they share.
"""
