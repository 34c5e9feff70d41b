"""Every kind of channel holds to the laws, a user's own too; and each law was seen to catch."""

from __future__ import annotations

import inspect
from typing import ClassVar

import numpy as np
import pytest

from cashstress import conformance
from cashstress import scenario as sc
from cashstress.processes.channels import InstalmentLine, OwnerLoan, kinds

RATE = {"per_day": 0.0007}
COMMON = {"limit": 600, "rate": RATE}
ROLL_OVER = {"chance": 0.6, "decision_days": 10}
PLANS = {
    "platform": COMMON
    | {"kind": "platform", "tenor_months": 3, "approval": 0.8, "accelerate_after": 2},
    "platform on one day": COMMON
    | {"kind": "platform", "due_day": 31, "repayment": "interest_first", "prepayment": "shorten"},
    "term_loan": COMMON
    | {
        "kind": "term_loan", "tenor_months": 2, "drawn": 300, "opening_months": 1, "delay_days": 3,
        "roll_over": ROLL_OVER | {"mode": "renew"}, "prepayment_fee": 0.01, "accelerate_after": 1,
    },
    "term_loan with a bridge": COMMON
    | {
        "kind": "term_loan", "tenor_months": 1, "drawn": 300, "repayment": "bullet",
        "reusable": True, "drawing_fee": 0.02, "reapply_days": 5, "approval": 0.5,
        "roll_over": ROLL_OVER | {"mode": "repay_redraw", "delay_days": 4, "withdrawn": 0.2},
    },
    "revolver": COMMON
    | {
        "kind": "revolver", "delay_days": 2, "drawn": 200, "min_drawing": 20,
        "renewal": {"every_months": 2, "chance": 0.6}, "clean_down": {"days": 5, "every_months": 1},
        "covenant": {"max_liabilities_to_assets": 0.9}, "accelerate_after": 3,
    },
    "overdraft": COMMON
    | {"kind": "revolver", "business_days": False, "commitment_fee": {"per_day": 0.0001}},
    "owner": {"kind": "owner", "limit": 600, "delay_days": 1},
    "factoring": COMMON | {"kind": "factoring", "customers": ["payer"], "advance_rate": 0.8},
    "reverse_factoring": COMMON
    | {"kind": "reverse_factoring", "anchor": "payer", "advance_rate": 0.9, "divisible": True},
    "bills": COMMON | {"kind": "bills", "extra_days": 3},
    "bills that take their time": COMMON
    | {"kind": "bills", "delay_days": 3, "drawing_fee": 0.01, "min_drawing": 100, "approval": 0.7},
    "acceptance": {"kind": "acceptance", "limit": 300, "deposit": 0.3, "tenor_months": 1},
    "acceptance of all": {"kind": "acceptance", "limit": 100, "deposit": 0.5, "tenor_months": 2,
                          "use": "always", "approval": 0.8},
    "equity": {"kind": "equity", "limit": 600, "delay_days": 3},
}  # fmt: skip

each_law = pytest.mark.parametrize("law", conformance.LAWS, ids=lambda law: law.__name__)


def test_every_kind_has_a_plan():
    assert {plan["kind"] for plan in PLANS.values()} == set(kinds())


def test_every_law_is_listed():
    # Public functions of one plan, but for the one that checks all and the firm they share.
    found = {
        function
        for name, function in inspect.getmembers(conformance, inspect.isfunction)
        if function.__module__ == conformance.__name__ and not name.startswith("_")
    }
    assert found - {conformance.check, conformance.borrower} == set(conformance.LAWS)


@each_law
@pytest.mark.parametrize("name", PLANS)
def test_our_channels(name, law):
    law(PLANS[name])


# -- a user's own -------------------------------------------------------------------------------


class Club(InstalmentLine):
    """A savings club: lends at most once in a calendar month."""

    def __init__(self, firm, name, plan):
        super().__init__(firm, name, plan)
        firm.columns.add(f"{name}.month", np.int32, -1)

    def _unused(self, lanes):
        date = self.firm.calendar.date(self.firm.clock.today)
        return super()._unused(lanes) * (self._column("month")[lanes] != date.month)

    def _disburse(self, lanes, amount):
        date = self.firm.calendar.date(self.firm.clock.today)
        self._column("month")[lanes[amount > 0]] = date.month
        super()._disburse(lanes, amount)


class ClubPlan(sc.PlatformLine):
    """What a scenario says of it: the keys of a platform line."""

    kind: ClassVar[str] = "club"
    simulated_by: ClassVar[type] = Club


@each_law
def test_a_user_s_own_channel(law):
    law(ClubPlan(limit=600, rate=RATE, tenor_months=2))


def test_a_scenario_with_a_user_s_own_channel_can_be_changed():
    scenario = conformance.borrower(ClubPlan(limit=600, rate=RATE))
    changed = scenario.replace({"firm.cash": 7})
    assert changed.channels["line"] == scenario.channels["line"]
    assert changed.digest != scenario.digest


# -- channels that break a law ------------------------------------------------------------------


class LendsWhenClosed(OwnerLoan):
    def is_open(self):
        return super().is_open() | (self.firm.clock.today % 5 == 0)

    def request(self, lanes, wanted):
        self._disburse(lanes, np.minimum(wanted, 100))
        return wanted, wanted * 0


class LendsAboveTheLimit(OwnerLoan):
    def _unused(self, lanes):
        return super()._unused(lanes) + 1


class ChargesForNothing(OwnerLoan):
    def fall_due(self, day):
        super().fall_due(day)
        if day > 5:
            ones = np.ones(self.firm.world.lanes, np.int64)
            self.interest.bill(ones, day, against="interest")


class ForgetsToStop(OwnerLoan):
    """Goes on counting interest on what was repaid: nothing is billed before the month's end."""

    def end_of_day(self, day):
        today = self._column("balance")
        self.most = np.maximum(today, getattr(self, "most", today))
        self._column("accrued")[...] += 0.001 * (self.most - today)
        super().end_of_day(day)


class ForgetsToRepay(OwnerLoan):
    def _prepay(self, lanes, spare):
        paid = np.minimum(spare, 10_000)
        self.principal[lanes] -= paid
        self.firm.books.post(self.account, "cash", paid, lanes=lanes)
        return paid


class LooksAtOtherLanes(OwnerLoan):
    def _unused(self, lanes):
        unused = super()._unused(lanes)
        return unused * int(self.firm.cash.max(initial=0) > 500_000)


class KeepsALaneOnItself(OwnerLoan):
    lent = None

    def _take_on(self, lanes, amount, *, opening):
        if self.lent is None or len(self.lent) != self.firm.world.lanes:
            self.lent = np.zeros(self.firm.world.lanes, np.int64)
        self.lent[lanes] += amount
        super()._take_on(lanes, amount, opening=opening)

    def _unused(self, lanes):
        unused = super()._unused(lanes)
        return unused if self.lent is None else unused * (self.lent[lanes] < 40_000)


@pytest.mark.parametrize(
    ("own", "law", "message"),
    [
        (LendsWhenClosed, "keeps_the_daily_laws|lends_nothing_while_closed", "a closed line|fault"),
        (LendsAboveTheLimit, "keeps_the_daily_laws", "headroom above the limit|lent above"),
        (ChargesForNothing, "keeps_the_daily_laws", "interest on a zero balance"),
        (ForgetsToStop, "keeps_the_daily_laws", "interest on a zero balance"),
        (ForgetsToRepay, "keeps_the_daily_laws", "below zero|negative"),
        (LooksAtOtherLanes, "keeps_lanes_apart", "differs on day"),
        (KeepsALaneOnItself, "survives_resampling", "differs on day"),
    ],
)
def test_a_channel_that_breaks_a_law_is_caught(own, law, message):
    class Plan(sc.OwnerLoan):
        kind: ClassVar[str] = "own"
        simulated_by: ClassVar[type] = own

    with pytest.raises(AssertionError, match=rf"^({law}): .*({message})"):
        conformance.check(Plan(limit=600))
