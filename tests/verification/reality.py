"""Set beside surveys: not a test, because a firm of ours is not the firms that were asked."""

from __future__ import annotations

import math
from pathlib import Path

import attrs
import numpy as np
from firms import firm
from scipy.stats import norm

import cashstress as cs

EXAMPLES = Path(__file__).parents[2] / "examples"


@attrs.frozen
class Beside:
    """A figure of a survey beside ours."""

    what: str
    survey: float
    ours: float


@attrs.frozen
class Check:
    """A table, where its survey comes from, and what to make of it."""

    name: str
    source: str
    verdict: str
    rows: list[Beside]


def buffer_days(runs):
    """Cash buffers of 597,000 US firms as survival without receipts."""
    median, sigma, outflow = 27.0, 1.15, 374
    # Cash in days of outflow, lognormal, by its quantiles: 400 cells of equal weight.
    levels = np.exp(np.log(median) + sigma * norm.ppf((np.arange(400) + 0.5) / 400)) * outflow
    edges = [0.0, *(round(float(level)) for level in levels)]
    spread = {"draw": "histogram", "edges": edges, "shares": [1 / 400] * 400}
    spends = {"out": {"claims": {"per_day": 1, "amount": outflow}}}
    run = cs.simulate(firm(horizon=180, cash=spread, costs=spends), runs=runs, seed=1, workers=1)
    rows = [
        Beside(f"share still solvent after {days} days", survey, _alive(run, days))
        for days, survey in ((13, 0.75), (27, 0.50), (62, 0.25))
    ]
    return Check(
        "Buffer days",
        "JPMorgan Chase Institute 2016: of 597,000 small firms a quarter have fewer than about 13 "
        "buffer days, half fewer than 27, a quarter more than about 62 (the quarters are rounded "
        "in the source: 'less than two weeks', 'more than two months').",
        "Cash is drawn from the lognormal fitted to these figures and spent at the mean outflow "
        "of 374 a day, paid as a Poisson number of bills. So this checks that survival follows "
        "from buffers as it should, and that the fit meets the quartiles; it is no forecast of "
        "how firms fail, who go on selling.",
        rows,
    )


def runway(runs):
    """The 995 firms' months of cash beside the restaurant example."""
    run = cs.simulate(cs.load(EXAMPLES / "restaurant_six_weeks.toml"), runs=runs, seed=7, workers=1)
    never = 1.0 - _alive(run, 180)
    rows = [
        Beside("gone by one month (30 days)", 0.34, 1.0 - _alive(run, 30)),
        Beside("gone by the end of the shutdown (42 days)", math.nan, 1.0 - _alive(run, 42)),
        Beside("gone by two months (60 days)", 0.671, 1.0 - _alive(run, 60)),
        Beside("gone by three months (90 days)", 0.8501, 1.0 - _alive(run, 90)),
        Beside("gone by six months (180 days)", 0.9004, never),
    ]
    return Check(
        "Months of cash of 995 Chinese firms, February 2020",
        "Zhu Wuxiang et al.: 34 % said that their cash would last up to one month, 33.1 % two, "
        "17.91 % three, 9.96 % six or more.",
        "The survey asked how long cash lasts in a shutdown without an end; the example's doors "
        "open again after 42 days. Up to there the two should be near, and from there on fewer of "
        "ours fail. What makes them differ before: bills fall due on their dates, not evenly, and "
        "the first month's wages are those of the month before.",
        rows,
    )


def _alive(run, days):
    return float(run.survival("cash_out").value[days])


def days_to_pay(runs):
    """The customers' model of the main example beside the UK histogram of buyers' means."""
    mean, spread, shape = 37.07, 0.471, 12.7
    counts = [751, 2561, 5032, 5804, 4249, 2512, 1203, 520, 396]
    edges = [*range(0, 90, 10), math.inf]
    rng = np.random.default_rng(20_250_303)
    effects = rng.gamma(spread**-2, spread**2, runs)
    invoices = rng.gamma(shape, 1 / shape, (200, runs)).mean(axis=0)
    means = mean * effects * invoices
    rows = []
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        label = f"{low} to {high - 1} days" if high < math.inf else f"{low} days and more"
        ours = float(((means >= low) & (means < high)).mean())
        rows.append(Beside(label, count / sum(counts), ours))
    return Check(
        "Mean days to pay, by buyer",
        "UK payment-practices reports, 25,800 reports of large buyers 2017-20 (Open Government "
        "Licence v3.0; contains public sector information licensed under it).",
        "The effect of a customer is Gamma with the reports' coefficient of variation at its "
        "quartiles, 0.471. It has half as many buyers below ten days as the reports, and a few "
        "more from ten to thirty and beyond seventy. What the bins do not show: the reports' "
        "standard deviation (25.4 days on 37.1) comes from a tail of up to 1,000 days that one "
        "Gamma does not have; `never_paid` and `disputed` stand for some of it. These figures are "
        "drawn by the page's script from the same two laws, 200 invoices a buyer, not from a run "
        "of the firm.",
        rows,
    )


CHECKS = (buffer_days, runway, days_to_pay)
