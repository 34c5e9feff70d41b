"""The answer for a reader: sentences, tables, plots. Rich and matplotlib are imported late.

words.py     plain words for outcomes, numbers a treasurer can read
tables.py    what all tables look like
answer.py    the answer in the terminal
alternatives.py  a base and its alternatives, ranked
chain.py     what led to the first trouble
weekly.py    the 13-week table in the terminal
lists.py     ratios, doubts and levers in the terminal
plots.py     cash with and without the shock, survival curves
"""

from cashstress.report.alternatives import show_alternatives
from cashstress.report.answer import show_answer
from cashstress.report.lists import show_doubts, show_levers, show_ratios
from cashstress.report.plots import draw_plots, require_matplotlib

__all__ = [
    "draw_plots",
    "require_matplotlib",
    "show_alternatives",
    "show_answer",
    "show_doubts",
    "show_levers",
    "show_ratios",
]
