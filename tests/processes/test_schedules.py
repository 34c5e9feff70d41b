"""Every schedule of the file of exact results, drawn, served and repaid by a firm.

Each is derived again in Decimal under the rounding rule and met to the cent; the file itself is
unrounded and is met within half a cent per instalment.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from amortising import Drawing, PlainBorrower, cents, schedule
from borrowing import borrower
from lab import entries, firm_of, traced

EXACT = json.loads((Path(__file__).parents[1] / "data" / "loans.json").read_text("utf-8"))
LOANS = EXACT["loan_amortisation"]
KINDS = ("platform", "term_loan")
#: A platform has no bullets.
FORMS = [
    *((kind, form) for kind in KINDS for form in ("equal_instalment", "equal_principal")),
    *((kind, "interest_first") for kind in KINDS),
    ("term_loan", "bullet"),
]
HALF_A_CENT = 0.005
#: A Wednesday on which banks move money; the same day of every month is 30 days of 30/360 later.
START = "2025-01-15"
#: Pays any instalment of these tests, from the day after the drawing on.
RICH = 10_000_000


def drawn_on_day_0(kind, principal, rate, months, repayment, *, start=START, **plan):
    """A firm without cash that must pay `principal` on day 0, and becomes rich on day 1."""
    line = {"kind": kind, "limit": principal, "rate": rate, "tenor_months": months}
    horizon = min(months * 31 + 35, 11_000)
    scenario = borrower(
        {"line": line | {"repayment": repayment} | plan},
        bills={0: principal}, income={1: RICH}, cash=0,
        changes={"start": start, "horizon": horizon, "treasury.look_ahead": 5},
    )  # fmt: skip
    return served(scenario, cents(Decimal(principal) * 100))


def served(scenario, principal):
    """Principal and interest paid by day; the loan was drawn on day 0 and nothing is left of it."""
    firm = traced(scenario)
    assert entries(firm, "cash", "loan:line") == [(0, principal)]
    paid = entries(firm, "loan:line", "cash"), entries(firm, "interest:line", "cash")
    # All that went to the lender is principal and interest, and nothing is left.
    assert sum(amount for _, amount in paid[0]) == principal
    assert firm.books.balance("interest").tolist() == [sum(amount for _, amount in paid[1])]
    assert firm.books.balance("fees").tolist() == [0]
    assert firm.debt().tolist() == [0]
    assert firm.channels["line"].ring.total.tolist() == [0]
    return paid


def expected(principal, daily, months, repayment, *, start=START, basis=None, due_day=None):
    on = dt.date.fromisoformat(start)
    amount = cents(Decimal(principal) * 100)
    drawing = Drawing(on, amount, daily, months, repayment, basis=basis, due_day=due_day)
    return schedule([drawing], on)


def monthly(row):
    """Rate of a row of the file with months of equal length, as given and per day."""
    annual = Decimal(repr(row["annual_rate"]))
    return {"per_year": row["annual_rate"], "basis": "30/360"}, annual / 360


def kinds_for(row):
    return KINDS if row["months"] <= 36 else ("term_loan",)


MONTHLY = [(row, kind) for row in LOANS["monthly"] for kind in kinds_for(row)]


@pytest.mark.parametrize(("row", "kind"), MONTHLY, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("repayment", ["equal_instalment", "equal_principal", "interest_first"])
def test_months_of_equal_length(row, kind, repayment):
    rate, daily = monthly(row)
    args = (row["principal"], row["months"], repayment)
    paid = drawn_on_day_0(kind, args[0], rate, *args[1:])
    assert paid == expected(args[0], daily, *args[1:], basis="30/360")
    instalments = [
        (a + b) / 100 for (_, a), (_, b) in zip(*paid, strict=repayment != "interest_first")
    ]
    total = sum(amount for _, amount in paid[1]) / 100
    within = HALF_A_CENT * row["months"] + 1e-9
    if repayment == "equal_instalment":
        # The last one takes the residue of all.
        assert all(abs(x - row["equal_instalment"]) <= HALF_A_CENT + 1e-9 for x in instalments[:-1])
        # So what was rounded away earlier comes back with the interest on it, twice at most.
        month = row["annual_rate"] / 12
        grown = ((1 + month) ** row["months"] - 1) / month
        assert abs(instalments[-1] - row["equal_instalment"]) <= 2 * HALF_A_CENT * grown
        if row["months"] == 360:
            # Named in the rules: cent instalments give 910,615.12 where the file has 910,616.19.
            assert sum(amount for _, amount in paid[1]) == 91_061_512
        assert abs(total - row["total_interest"]) <= within
        left = row["principal"] - sum(amount for _, amount in paid[0][:3]) / 100
        assert abs(left - row["balance_after_3"]) <= 3 * HALF_A_CENT + 1e-9
    elif repayment == "equal_principal":
        assert abs(instalments[0] - row["equal_principal_first"]) <= 2 * HALF_A_CENT + 1e-9
        assert abs(instalments[-1] - row["equal_principal_last"]) <= within
        assert abs(total - row["equal_principal_total_interest"]) <= within
    else:
        assert abs(total - row["interest_only_total_interest"]) <= within


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", LOANS["actual_days"], ids=lambda row: row["start"])
def test_actual_days(row, kind):
    rate = {"per_day": row["daily_rate"]}
    args = (row["months"], "equal_instalment")
    paid = drawn_on_day_0(kind, row["principal"], rate, *args, start=row["start"])
    daily = Decimal(repr(row["daily_rate"]))
    assert paid == expected(row["principal"], daily, *args, start=row["start"])
    days = [0, *(day for day, _ in paid[0])]
    assert np.diff(days).tolist() == row["period_days"]
    assert paid[1][0][1] == round(row["first_interest"] * 100)
    level = [(a + b) / 100 for (_, a), (_, b) in zip(*paid, strict=True)]
    assert all(abs(x - row["instalment"]) <= HALF_A_CENT + 1e-9 for x in level[:-1])
    total = sum(amount for _, amount in paid[1]) / 100
    assert abs(total - row["total_interest"]) <= HALF_A_CENT * row["months"] + 1e-9


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", LOANS["flat_fee_irr"], ids=lambda row: str(row["total_flat_fee"]))
def test_a_flat_fee_is_a_loan_at_its_internal_rate(row, kind):
    # Sold as "n instalments of 1/n and a fee": the same payments as a loan at the rate of the file.
    months, fee = row["instalments"], row["total_flat_fee"]
    rate = {"per_year": row["nominal_annual"], "basis": "30/360"}
    principal, interest = drawn_on_day_0(kind, 12_000, rate, months, "equal_instalment")
    sums = [(a + b) / 100 for (_, a), (_, b) in zip(principal, interest, strict=True)]
    assert all(abs(x - 12_000 * (1 + fee) / months) <= HALF_A_CENT + 1e-9 for x in sums[:-1])
    total = sum(amount for _, amount in interest) / 100
    assert abs(total - 12_000 * fee) <= HALF_A_CENT * months + 1e-9


@pytest.mark.parametrize("row", LOANS["flat_fee_irr"], ids=lambda row: str(row["total_flat_fee"]))
def test_interest_that_is_borrowed_is_compounded(row):
    # An overdraft of 12,000.00 whose interest of each month is drawn on it too: after a year it has
    # grown by the effective rate of the file. (Daily compounding, the last column of its rates a
    # day, is charged by no line.)
    rate = {"per_year": row["nominal_annual"], "basis": "30/360"}
    line = {"kind": "revolver", "limit": 20_000, "rate": rate, "interest_day": 15}
    scenario = borrower(
        {"line": line | {"business_days": False}}, bills={0: 12_000}, cash=0,
        changes={"start": START, "horizon": 366},
    )  # fmt: skip
    firm = traced(scenario)
    balance, daily = 1_200_000, Decimal(repr(row["nominal_annual"])) / 360
    for _ in range(12):
        balance += cents(balance * 30 * daily)
    assert firm.debt().tolist() == [balance]
    # Half a cent of each month, with the interest on it.
    within = HALF_A_CENT * 12 * (1 + row["effective_annual"])
    assert abs(balance / 100 - 12_000 * (1 + row["effective_annual"])) <= within


@pytest.mark.parametrize("row", LOANS["daily_rate_conversion"], ids=lambda row: str(row["daily"]))
def test_a_rate_a_day_in_its_other_forms(row):
    # 15 January 2025 to 15 January 2026 is 365 days.
    def bullet(rate):
        return drawn_on_day_0("term_loan", 100_000, rate, 12, "bullet")[1]

    by_day = bullet({"per_day": row["daily"]})
    assert by_day == [(365, round(10_000_000 * row["simple_365"]))]
    assert bullet({"per_year": row["simple_365"], "basis": "ACT/365"}) == by_day
    assert bullet({"per_year": row["simple_360"], "basis": "ACT/360"}) == by_day
    thirty = bullet({"per_year": row["simple_360"], "basis": "30/360"})
    assert thirty == [(365, round(10_000_000 * row["simple_360"]))]


def spans():
    for row in EXACT["day_count"]["rows"]:
        first, last = (dt.date.fromisoformat(row[key]) for key in ("start", "end"))
        months = (last.year - first.year) * 12 + last.month - first.month
        yield row, months, last.day if last.day != first.day else None


@pytest.mark.parametrize(("row", "months", "due_day"), list(spans()), ids=lambda x: str(x)[:40])
@pytest.mark.parametrize("basis", ["ACT/365", "ACT/360", "30/360"])
def test_interest_days_between_two_dates(row, months, due_day, basis):
    # 36 % a year on 1,000,000.00, all at maturity; our 30/360 is the European one (30E/360).
    plan = {"due_day": due_day or 31} if due_day or row["end"][-2:] >= "29" else {}
    principal, interest = drawn_on_day_0(
        "term_loan", 1_000_000, {"per_year": 0.36, "basis": basis}, months, "bullet",
        start=row["start"], **plan,
    )  # fmt: skip
    share = {
        "ACT/365": row["act365f"], "ACT/360": row["act360"], "30/360": row["30E/360_days"] / 360,
    }[basis]  # fmt: skip
    assert principal == [(row["act"], 100_000_000)]
    assert interest == [(row["act"], round(36_000_000 * share))]


# -- several lanes, several drawings -------------------------------------------------------------

#: Three bills; the cash of a lane decides which of them it must borrow for.
BILLS = {1: 3_000, 29: 2_000, 31: 1_234}
CASH = np.array([0, 3_000, 5_000, 6_234])


@pytest.mark.parametrize(("kind", "repayment"), FORMS)
@pytest.mark.parametrize("due_day", [None, 20])
def test_drawings_on_different_days_in_different_lanes(kind, repayment, due_day):
    # 2 June 2025 is day 0: 3 June, 1 July and 3 July; the first and the last share a due day.
    line = {"kind": kind, "limit": 10_000, "rate": {"per_day": 0.0005}, "tenor_months": 5}
    line |= {"repayment": repayment, **({"due_day": due_day} if due_day else {})}
    scenario = borrower(
        {"line": line}, bills=BILLS, income={32: RICH},
        changes={"firm.cash": CASH, "horizon": 250, "treasury.look_ahead": 0},
    )  # fmt: skip
    start = scenario.start
    for lane in range(len(CASH)):
        firm = traced(scenario, lanes=len(CASH), lane=lane)
        drawn = entries(firm, "cash", "loan:line")
        # On day 31 the first instalment of the first drawing has to be borrowed too.
        assert [(day, min(amount, BILLS[day] * 100)) for day, amount in drawn] == [
            (day, amount * 100) for day, amount in list(BILLS.items())[lane:]
        ]
        drawings = [
            Drawing(
                start + dt.timedelta(days=day), amount, Decimal("0.0005"), 5, repayment,
                due_day=due_day,
            )
            for day, amount in drawn
        ]  # fmt: skip
        paid = entries(firm, "loan:line", "cash"), entries(firm, "interest:line", "cash")
        assert paid == schedule(drawings, start)
        assert firm.debt()[lane] == 0


def test_lanes_with_tenors_of_their_own():
    # A repricing on day 10 in some lanes: a drawing of day 1 keeps six months, one of day 29 has
    # three where the shock has struck, and the dearer rate.
    line = {"kind": "platform", "limit": 10_000, "rate": {"per_day": 0.0005}, "tenor_months": 6}
    shock = {"kind": "repricing", "channels": ["line"], "after": {"mean_days": 15}}
    shock |= {"tenor_months": 3, "rate_add": {"per_day": 0.0001}}
    scenario = borrower(
        {"line": line}, bills={1: 3_000, 29: 2_000}, income={30: RICH}, cash=0,
        shocks={"dearer": shock}, changes={"horizon": 250, "treasury.look_ahead": 0},
    )  # fmt: skip
    struck = firm_of(scenario, 12).strikes[0].start
    assert len(set(np.digitize(struck, [1, 2, 30]).tolist())) > 1
    for lane, day in enumerate(struck.tolist()):
        firm = traced(scenario, lanes=12, lane=lane)

        def drawing(on, amount, changed):
            daily = Decimal("0.0006" if changed else "0.0005")
            date = scenario.start + dt.timedelta(days=on)
            return Drawing(date, amount, daily, 3 if changed else 6, "equal_instalment")

        drawings = [drawing(1, 300_000, day <= 1), drawing(29, 200_000, day <= 29)]
        paid = entries(firm, "loan:line", "cash"), entries(firm, "interest:line", "cash")
        assert paid == schedule(drawings, scenario.start)


#: Days on which there is something to repay with.
PAYDAYS = {40: "312.07", 55: 1_000, 71: "523.11", 100: 900, 200: 4_000, 260: RICH}


@pytest.mark.parametrize(("kind", "repayment"), FORMS)
@pytest.mark.parametrize("prepayment", ["scale", "shorten"])
def test_with_partial_prepayment_all_that_is_paid_is_principal_interest_and_fees(
    kind, prepayment, repayment
):
    # Drawings on days 1, 29 and 31 (as far as a lane needs them), money on six days, and
    # what is above 100.00 going to the lender at once.
    fee = Decimal("0.017") if kind == "term_loan" else Decimal(0)
    line = {"kind": kind, "limit": 10_000, "rate": {"per_day": 0.0005}, "tenor_months": 8}
    line |= {"repayment": repayment, "prepayment": prepayment}
    # An instalment that cannot be paid is borrowed: nothing is overdue, so there are no penalties.
    line |= {"business_days": False, "drawing_fee": 0}
    line |= {"prepayment_fee": float(fee), "reusable": True} if fee else {}
    scenario = borrower(
        {"line": line}, bills=BILLS,
        income=PAYDAYS,
        changes={"firm.cash": CASH + np.array([0, 11, 7, 5]), "horizon": 290,
                 "treasury.look_ahead": 0, "treasury.ceiling": 100},
    )  # fmt: skip
    for lane in range(len(CASH)):
        firm = traced(scenario, lanes=len(CASH), lane=lane)
        drawn, repaid = entries(firm, "cash", "loan:line"), entries(firm, "loan:line", "cash")
        billed, early = entries(firm, "interest:line", "cash"), entries(firm, "interest", "cash")
        fees = entries(firm, "fees", "cash")
        assert sum(n for _, n in drawn) == sum(n for _, n in repaid)
        assert firm.debt()[lane] == 0
        assert firm.channels["line"].ring.total[lane] == 0
        # Interest is 0.05 % of every evening's balance, rounded once for each payment.
        changes = np.zeros(290, np.int64)
        for sign, moves in ((1, drawn), (-1, repaid)):
            for day, amount in moves:
                changes[day] += sign * amount
        balances = changes.cumsum()
        assert balances.min() >= 0
        exact = int(balances.sum()) * Decimal("0.0005")
        paid = sum(n for _, n in billed + early)
        assert abs(paid - exact) <= Decimal("0.500001") * len(billed + early)
        assert firm.books.balance("interest")[lane] == paid
        # The fee is that of what was repaid early.
        in_advance = [e for e in firm.books.journal if e.memo == "repaid early"]
        # And every payment is that of the rules in Decimal, to the cent and the day.
        twin = PlainBorrower(
            int(100 * scenario.firm.cash.values[lane]), Decimal("0.0005"), 8, repayment,
            start=scenario.start, shorten=prepayment == "shorten", fee=fee, ceiling=10_000,
        )  # fmt: skip
        incomes = {day: cents(Decimal(amount) * 100) for day, amount in PAYDAYS.items()}
        twin.live(290, {day: amount * 100 for day, amount in BILLS.items()}, incomes)
        debited = [
            (e.day, e.amount) for e in firm.books.journal
            if (e.debit, e.credit) == ("loan:line", "cash") and e.memo != "repaid early"
        ]  # fmt: skip
        assert {
            "drawn": drawn, "repaid": debited, "billed": billed, "early_interest": early,
            "early": [(e.day, e.amount) for e in in_advance], "fees": fees,
        } == twin.moves  # fmt: skip
        assert bool(in_advance) == bool(drawn)
        assert [n for _, n in fees] == [n for n in (cents(e.amount * fee) for e in in_advance) if n]
        assert firm.books.balance("fees")[lane] == sum(n for _, n in fees)
