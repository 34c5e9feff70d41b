"""A line that closes and opens at constant rates, and a book of receivables."""

from __future__ import annotations

import math

import numpy as np
from claims import Claim, Family, mean_claim, reference, share_claim
from firms import firm
from scipy.stats import gamma

import cashstress as cs

_RUNS = 200_000
_LIMIT = 1_000


def open_or_closed(share):
    """Rows of `two_state_channel`, in the day clock's form."""
    found, runs = [], int(_RUNS * share)
    for seed, row in enumerate(reference("two_state_channel")["rows"]):
        a, b, days = row["close_rate"], row["reopen_rate"], row["t"]
        lasts = {"lasts": {"mean_days": 1 / b}} if b else {}
        line = {"kind": "platform", "limit": _LIMIT, "rate": {"per_day": 0.0}, "tenor_months": 12}
        line |= {"risk_control": {"mean_days": 1 / a} | lasts}
        result = cs.simulate(
            firm(horizon=days, cash=1, channels={"line": line}), runs=runs, seed=seed, workers=1
        )
        is_open = _share_open(a, b, days)
        what = f"closes {a:.4f}, opens {b:.4f} a day, {days} days"
        # Nothing is drawn: headroom is the limit where the line is open, else nothing.
        last = float(result.path("headroom").mean()[days - 1]) / (100 * _LIMIT)
        error = math.sqrt(is_open[-1] * (1 - is_open[-1]) / runs)
        found.append(
            Claim(f"{what}: open at the end", is_open[-1], last, error, runs, beside=row["p_open"])
        )
        closed = result.days_in_force("channel_closed:line")
        found.append(
            mean_claim(
                f"{what}: mean open days", is_open.sum(), days - closed,
                beside=row["mean_open_time"],
            )
        )  # fmt: skip
        never = result.first_day("channel_closed:line") < 0
        found.append(
            share_claim(f"{what}: never closed", row["p_never_closed"], never,
                        beside=row["p_never_closed"])
        )  # fmt: skip
    text = (
        "Risk control with a constant hazard and exponential durations (`two_state_channel`). On "
        "the day clock a line moves at most once a day, with p = 1 - e^-a and q = 1 - e^-b, and "
        "durations are rounded up; the exact value is that chain's, continuous time is beside it."
    )
    return Family("A line open or closed", text, found, beside="continuous time")


def _share_open(a, b, days):
    p, q = 1 - math.exp(-a), 1 - math.exp(-b)
    stays = q / (p + q)
    return stays + (1 - stays) * (1 - p - q) ** np.arange(1, days + 1)


_SHAPE, _MEAN = 4, 40
#: Sold a day.
_SALES = 2


def receivables(share):
    """Mean unpaid at t and DSO, of invoices paid after a Gamma(4, 10) time."""
    days, runs = 365, int(20_000 * share) or 1
    customer = {
        "share": 1,
        "days_to_pay": {"mean": _MEAN, "shape": _SHAPE},
        "consumer": True,
        "opening": [],
        "write_off_after": 365,
    }
    result = cs.simulate(
        firm(horizon=days, cash=0, income=365 * _SALES, customers={"all": customer}),
        runs=runs, seed=9, workers=1,
    )  # fmt: skip
    cash = result.path("cash").mean() / 100
    exact = _mean_unpaid(days)
    beside = {row["t"]: row["mean_unpaid"] for row in _gamma_rows()}
    found = []
    for t in (10, 30, 90, 365):
        ours = _SALES * t - float(cash[t - 1])
        # One invoice a day, paid or not: at most this spread.
        error = _SALES * math.sqrt(_variance(t) / runs)
        found.append(
            Claim(f"mean unpaid after {t} days", float(exact[t]), ours, error, runs,
                  beside=beside.get(t))
        )  # fmt: skip
    dso = (_SALES * days - float(cash[-1])) / _SALES
    error = math.sqrt(_variance(days) / runs)
    found.append(
        Claim("days sales outstanding", float(exact[365]) / _SALES, dso, error, runs,
              beside=float(_MEAN))
    )  # fmt: skip
    text = (
        "A firm sells 2 a day on credit; each invoice is paid after a Gamma time of mean 40 and "
        "shape 4 (`receivables_mg_infinity`, whose other two laws the library does not have). On "
        "the day clock a time is rounded to whole days, at least one, and money comes in the "
        "morning; the exact value is that sum, continuous time is beside it."
    )
    return Family("The book of receivables", text, found, beside="continuous time")


def _gamma_rows():
    rows = reference("receivables_mg_infinity")["rows"]
    return [row for row in rows if row["delay"] == "Gamma(4,10)"]


def _still_open(days):
    """P(an invoice is unpaid at the end of the k-th day after its own), k = 0..days."""
    late = np.arange(days + 1)
    # Paid on day max(1, round(D)): open at the end of day k where round(D) > k.
    return np.where(late < 1, 1.0, gamma.sf(late + 0.5, _SHAPE, scale=_MEAN / _SHAPE))


def _mean_unpaid(days):
    """Expected unpaid after t day-ends, t = 0..days."""
    return _SALES * np.concatenate([[0.0], np.cumsum(_still_open(days - 1))])


def _variance(t):
    """Of the number of unpaid invoices after t days: each is open or not, independently."""
    chance = _still_open(t - 1)
    return float((chance * (1 - chance)).sum())
