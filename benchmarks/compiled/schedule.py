"""Pay runs and dated costs: what falls on which day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cashstress.processes.schedules import Schedule

if TYPE_CHECKING:
    from cashstress.scenario import BusinessCalendar


def schedule_of(scenario: Any, calendar: BusinessCalendar) -> dict[str, Any]:
    """Tables of pay runs and dated costs."""
    return _runs(scenario, calendar) | _dated(scenario, calendar)


def _runs(scenario: Any, calendar: BusinessCalendar) -> dict[str, Any]:
    """One run for each month that ends on day 0 or later, and what is owed of the last."""
    plan, days, ahead = scenario.payroll, range(scenario.horizon), scenario.treasury.look_ahead
    assert plan is not None
    pay_days = Schedule(calendar, plan.pay_day, "previous")
    social_days = Schedule(calendar, plan.social_day, "next")
    ends = [end for end in Schedule(calendar, "last", "none").days if end <= scenario.horizon + 60]
    before = [pay_days.before(first) for first in calendar.spring_festivals]

    def bonus(end: int) -> float:
        return plan.bonus_months if pay_days.after(end) in before else 0.0

    owed = [max(min(end, pay_days.after(end)), 0) for end in ends]
    shares = 1.0 - plan.withheld, plan.withheld + plan.employer
    coming = [
        (day, schedule.after(end), share * (1.0 + bonus(end)))
        for day, end in zip(owed, ends, strict=True)
        for schedule, share in zip((pay_days, social_days), shares, strict=True)
    ]
    last = -scenario.start.day
    stoppage = plan.stoppage
    return {
        "staff": plan.staff,
        "staff_needed": plan.staff_needed or plan.staff,
        "wage": float(np.rint(np.multiply(float(plan.wage), 100))),
        "grace": plan.grace,
        "leave": plan.leave_per_week,
        "net_share": shares[0],
        "social_share": shares[1],
        "idle_days": 2**30 if stoppage is None else stoppage.after_days,
        "least_wage": _least_wage(stoppage),
        "run_on": [owed.index(day) if day in owed else -1 for day in days],
        "run_pay_day": [pay_days.after(end) for end in ends],
        "run_social_day": [social_days.after(end) for end in ends],
        "run_bonus": [bonus(end) for end in ends],
        "run_length": [calendar.date(end).day for end in ends],
        "opening_run": (pay_days.after(last), social_days.after(last)),
        "opening_bonus": bonus(last),
        "months_ahead": [
            sum(weight for on, due, weight in coming if day < on and due <= day + ahead)
            for day in days
        ],
    }


def _least_wage(stoppage: Any) -> float:
    if stoppage is None:
        return 0.0
    return float(stoppage.share * round(stoppage.minimum_wage * 100))


def _dated(scenario: Any, calendar: BusinessCalendar) -> dict[str, Any]:
    """Monthly and single costs in the order of their days, and what the treasury knows of them."""
    horizon, ahead = scenario.horizon, scenario.treasury.look_ahead
    rows, known = [], [0] * horizon
    for place, cost in enumerate(scenario.costs.values()):
        net = round((cost.monthly or cost.once or 0) * 100)
        contracted = {
            day: calendar.roll(day + cost.terms, "next") for day in _days_of(cost, calendar)
        }
        rows += [(day, place, net, due) for day, due in contracted.items() if day < horizon]
        for today in range(horizon):
            seen = [today < day and due <= today + ahead for day, due in contracted.items()]
            known[today] += net * sum(seen)
    rows.sort()
    # One more that never comes, so that the loop need not look for the end.
    days, places, nets, dues = zip(*rows, (2**30, 0, 0, 0), strict=True)
    return {
        "dated_day": days,
        "dated_cost": places,
        "dated_net": nets,
        "dated_due": dues,
        "costs_ahead": known,
    }


def _days_of(cost: Any, calendar: BusinessCalendar) -> tuple[int, ...]:
    if cost.monthly is not None:
        return Schedule(calendar, cost.day, "next", every=cost.every).days
    if cost.once is not None and cost.on is not None:
        return (calendar.roll(calendar.day(cost.on), "next"),)
    return ()
