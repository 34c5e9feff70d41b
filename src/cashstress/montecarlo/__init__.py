"""Blocks of replications, sent to executors and put together again in order.

blocks.py      which replications a block holds
work.py        what a worker does with one block
crews.py       who does the work: this process, a warm pool, or an executor of yours
interrupt.py   Ctrl-C asks, a second Ctrl-C insists
runner.py      sends blocks out, keeps them in order, repairs a broken pool
progress.py    the bar on the terminal
"""

from cashstress.montecarlo.progress import progress_bar
from cashstress.montecarlo.runner import Run, Staff, replicate

__all__ = ["Run", "Staff", "progress_bar", "replicate"]
