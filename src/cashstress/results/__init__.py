"""What a run says: estimates with intervals, survival, comparison, export.

questions.py   simulate and compare
result.py      one scenario's replications
comparison.py  two scenarios, replication by replication
alternatives.py  a base and several others, ranked by what a point of probability costs
chain.py       what led to the first trouble
estimate.py    numbers with intervals
weeks.py       the 13-week table
export.py      JSON
provenance.py  versions and platform that a result was made with
saving.py      results as files, and back
names.py       errors that name what there is
"""

from cashstress.results.alternatives import Alternative, Alternatives
from cashstress.results.chain import Chain
from cashstress.results.comparison import Comparison
from cashstress.results.estimate import Estimate, MeanEstimate, Sampling
from cashstress.results.export import as_dict, as_json, by_days, sides_of
from cashstress.results.names import UnknownNameError
from cashstress.results.provenance import Environment, version
from cashstress.results.questions import compare, simulate
from cashstress.results.result import Result, Survival
from cashstress.results.saving import load_result, save_result
from cashstress.results.weeks import Spread, Week, weeks

__all__ = [
    "Alternative",
    "Alternatives",
    "Chain",
    "Comparison",
    "Environment",
    "Estimate",
    "MeanEstimate",
    "Result",
    "Sampling",
    "Spread",
    "Survival",
    "UnknownNameError",
    "Week",
    "as_dict",
    "as_json",
    "by_days",
    "compare",
    "load_result",
    "save_result",
    "sides_of",
    "simulate",
    "version",
    "weeks",
]
