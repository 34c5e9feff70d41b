"""The main example's firm, hand-written for Numba: the loop a performance engineer would write.

One replication after another, without SimPy, objects or a queue of events.  `plan` and its
neighbours work out in Python what all replications share; `luck` deals the draws (the library's
own: the same words of Philox, the same quantile tables), `prospects` foresees sales and their money
for all days at once, `life` lives the days, `run` hands the answer over as the library's.

All the state of a replication is one record of numbers and small tables (`state`), used again by
the next.  The type of a record holds the lengths of its tables, so loops over suppliers or ledgers
are unrolled; the functions that a day calls are put into one.  Bills that are paid on their day
never reach a ledger, and histograms are counted for sixteen replications at a time, which keeps
their bins in the cache.

It knows the firm of the main example with any numbers (`coverage` says what it refuses), and agrees
with `cashstress.simulate` replication by replication, to the cent.  It is here to be measured
against: `benchmarks/test_compiled.py`.
"""

from __future__ import annotations

from compiled.run import run

__all__ = ["run"]
