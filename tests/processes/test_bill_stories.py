"""Two small firms whose whole life is worked out on paper, to the day and the cent."""

from __future__ import annotations

from borrowing import date
from holding import DISCOUNT, WORTHLESS, holder
from lab import day_by_day, first, plain, traced, watch


def steps(scenario, look):
    """What `look(firm)` says in cents on the days on which it changes, from day 0."""
    seen = day_by_day(scenario, look)
    return {day: now for day, now in enumerate(seen) if day == 0 or now != seen[day - 1]}


def moves(firm, account):
    """(day, other account, cents) of all that came into an account, and went out of it."""
    found = []
    for entry in firm.books.journal:
        if account == entry.debit:
            found.append((entry.day, entry.credit, entry.amount))
        elif account == entry.credit:
            found.append((entry.day, entry.debit, -entry.amount))
    return found


def cash(firm):
    return int(firm.cash[0])


def test_bills_received_passed_on_discounted_and_come_back():
    """A firm that is paid by bills of one month, half of which are worth nothing.

    Day 0 is Monday 2 June 2025.  In cash 100.00.  Store pays by bills of a bank, shop by its own,
    which it never pays; who answers for one of these pays 1 % more.  Yard pays money.

    ======  ==================  =========================================================  ========
    day     date                what happens                                                  cash
    ======  ==================  =========================================================  ========
    1       Tue  3 June         store: bill A of 800.00, to be paid on Thu 3 July, day 31    100.00
    2       Wed  4 June         store: bill B of 1,000.00, on Fri 4 July, day 32             100.00
    3       Thu  5 June         shop: bill C of 500.00; 5 July is a Saturday: day 35         100.00
    9       Wed 11 June         the mill wants 500.00.  Bills paid last go first: bill C     100.00
    14      Mon 16 June         990.00 of costs, 890.00 are missing.  The bank pays 0.01 %
                                a day less, with two days more, and 0.1 % of the face.
                                A: 17 + 2 days, 1.52 and 0.80: 797.68, does not suffice.
                                B: 18 + 2 days, 2.00 and 1.00: 997.00                        904.68
    16      Wed 18 June         shop: bill D of 300.00, to be paid on Fri 18 July, day 46    904.68
    21      Mon 23 June         1,200.00 of costs, 295.32 are missing.
                                D: 25 + 2 days, 0.81 and 0.30: 298.89                          3.57
    31, 32  Thu, Fri            A and B are paid, to the bank                                  3.57
    35      Mon  7 July         C is not paid
    36      Tue  8 July         the mill wants 505.00: it gets 3.57, 501.43 stay               0.00
    42      Mon 14 July         1,000.00 of yard, due on Saturday, come; 501.43 are paid     498.57
    46      Fri 18 July         D is not paid
    49      Mon 21 July         the bank wants 303.00                                        195.57
    ======  ==================  =========================================================  ========

    In all: 100.00 + 3,600.00 owed to it - 500.00 owed by it = 3,200.00; less costs of 2,190.00, bad
    debts of 800.00, interest of 1.52 + 2.00 + 0.81, fees of 0.80 + 1.00 + 0.30 and 5.00 + 3.00:
    195.57.
    """

    def owes(days):
        return [{"due": date(day), "amount": amount} for day, amount in days.items()]

    def customer(share, days, **more):
        return {"share": share, "terms": 60, "opening": owes(days)} | more

    month = {"tenor_months": 1, "opening": []}
    own = month | WORTHLESS | {"recourse_cost": 0.01}
    spent = {f"cost_{day}": {"once": amount, "on": date(day), "pay_class": "other"}
             for day, amount in {14: 990, 21: 1200}.items()}  # fmt: skip
    scenario = plain(
        {"sales.annual": 0, "firm.cash": 100},
        customers={
            "store": customer(0.5, {1: 800, 2: 1000}, paid_by_bill=1, bill=month),
            "shop": customer(0.4, {3: 500, 16: 300}, paid_by_bill=1, bill=own),
            "yard": customer(0.1, {40: 1000}),
        },
        suppliers={"mill": {"share": 0, "terms": 30, "accepts_bills": True,
                            "opening": owes({9: 500})}},
        costs=spent,
        channels={"bank": DISCOUNT | {"extra_days": 2, "drawing_fee": 0.001, "limit": 2100}},
        horizon=100,
    )  # fmt: skip
    firm = traced(scenario)
    a, b, c, d = 80_000, 100_000, 50_000, 30_000

    assert steps(scenario, cash) == {
        0: 10_000, 14: 90_468, 21: 357, 36: 0, 42: 49_857, 49: 19_557,
    }  # fmt: skip
    assert moves(firm, "bills") == [
        (1, "receivables", a), (2, "receivables", b), (3, "receivables", c),
        (9, "payables:mill", -c), (14, "receivables", -(a + b)),
        (16, "receivables", d), (21, "receivables", -d),
    ]  # fmt: skip
    assert moves(firm, "interest") == [(14, "receivables", 152 + 200), (21, "receivables", 81)]
    assert moves(firm, "fees") == [
        (14, "receivables", 80 + 100), (21, "receivables", 30),
        (36, "payables:mill", 500), (49, "interest:bank", 300),
    ]  # fmt: skip
    assert moves(firm, "bad_debts") == [(36, "payables:mill", c), (49, "loan:bank", d)]
    assert [move for move in moves(firm, "payables:mill") if move[0] > 9] == [
        (36, "bad_debts", -c), (36, "fees", -500), (36, "cash", 357), (42, "cash", 50_143),
    ]  # fmt: skip
    # It answers for C from day 9, A and B from 14, D from 21; until paid, or until they come back.
    assert steps(scenario, lambda f: int(f.bills.contingent_debt()[0])) == {
        0: 0, 9: c, 14: a + b + c, 21: a + b + c + d, 31: b + c + d, 32: c + d, 36: d, 49: 0,
    }  # fmt: skip
    assert steps(scenario, lambda f: int(f.channels["bank"].used[0])) == {
        0: 0, 14: a + b, 21: a + b + d, 31: b + d, 32: d, 49: 0,
    }  # fmt: skip
    # Unpaid on days 36 to 41.
    assert watch(firm, "cash_out") == (36, 1, 6)
    assert first(firm, "supplier_hold") == first(firm, "channel_closed:bank") == [-1]
    assert firm.books.net_assets().tolist() == [19_557]


def test_acceptances_issued_matured_and_advanced():
    """A firm whose bank accepts bills for it: a deposit of 30 %, one month, 0.05 % of the face.

    Day 0 is Monday 2 June 2025.  In cash 500.00; the bank's limit, less deposits, is 1,000.00.

    ====  ===========  ================================================================  ========
    day   date         what happens                                                          cash
    ====  ===========  ================================================================  ========
    8     Tue 10 June  1,000.00 to the mill, all by bill: 300.00 locked, fee 0.50          199.50
    14    Mon 16 June  200.00 come                                                         399.50
    15    Tue 17 June  600.00 to the mill.  300.00 of the limit are left: 300.00 / 0.7 is
                       428.58 rounded up, of which 30 % is 128.574, so 128.58 are locked,
                       and 428.58 less 128.58 is 300.00; the fee is 0.21.  171.42 remain
                       to be paid in cash                                                   99.29
    30    Wed  2 July  1,000.00 come                                                     1,099.29
    38    Thu 10 July  the first matures: 300.00 are unlocked, 700.00 debited              399.29
    44    Wed 16 July  250.00 of costs                                                     149.29
    45    Thu 17 July  the second: 128.58 are unlocked, 300.00 due; 150.71 stay              0.00
    56    Mon 28 July  200.00, due on Sunday, come; 150.71 are paid                         49.29
    59    Thu 31 July  0.05 % a day of the 150.71, on days 45 to 55: 0.828905, so 0.83      48.46
    ====  ===========  ================================================================  ========

    The line is in arrears from the day after it was due, and open again on the day after the 28th.
    In all 500.00 + 1,400.00 - 1,850.00 - 0.50 - 0.21 - 0.83 = 48.46.
    """
    line = {"kind": "acceptance", "limit": 1000, "deposit": 0.3, "tenor_months": 1, "use": "always"}
    scenario = holder(
        share=0, cash=500, invoices={14: 200, 30: 1000, 55: 200}, mill={8: 1000, 15: 600},
        costs={44: 250}, channels={"bank": line},
    )  # fmt: skip
    firm = traced(scenario)
    one, two = 100_000, 42_858

    assert steps(scenario, cash) == {
        0: 50_000, 8: 19_950, 14: 39_950, 15: 9_929, 30: 109_929, 38: 39_929, 44: 14_929, 45: 0,
        56: 4_929, 59: 4_846,
    }  # fmt: skip
    assert moves(firm, "deposit:bank") == [
        (8, "loan:bank", 30_000), (15, "loan:bank", 12_858),
        (38, "loan:bank", -30_000), (45, "loan:bank", -12_858),
    ]  # fmt: skip
    assert moves(firm, "payables:mill") == [
        (8, "loan:bank", one), (15, "loan:bank", two), (15, "cash", 60_000 - two),
    ]  # fmt: skip
    assert moves(firm, "fees") == [(8, "cash", 50), (15, "cash", 21)]
    assert moves(firm, "interest") == [(59, "interest:bank", 83)]
    assert steps(scenario, lambda f: int(f.channels["bank"].used[0])) == {
        0: 0, 8: 70_000, 15: 100_000, 38: 30_000, 45: 15_071, 56: 0,
    }  # fmt: skip
    # Unpaid on days 45 to 55; closed on 46 to 56.
    assert watch(firm, "cash_out") == (45, 1, 11)
    assert watch(firm, "channel_closed:bank") == (46, 1, 11)
    assert firm.books.net_assets().tolist() == [4_846]
