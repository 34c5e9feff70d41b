import calendar as months_of
import datetime as dt
from decimal import Decimal, localcontext
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cashstress.kernel.bullets import BulletRing
from cashstress.kernel.clock import Clock
from cashstress.kernel.columns import Columns
from cashstress.kernel.instalments import Calendar, InstalmentRing, principal_parts

REPAYMENTS = ("equal_instalment", "equal_principal", "interest_first")
DIGITS = 60


# --- a reference in Decimal, from the rules: cents, half to even, the last takes the residue


def half_even(exact):
    """Whole cents.  A millionth of a cent beside a tie is a tie, as `to_money` promises."""
    with localcontext(prec=DIGITS):
        return int(round(round(exact, 6), 0))


def reference_parts(amount, rate, periods, repayment):
    """Principal of each instalment: 等额本息 level on actual days, 等额本金, 先息后本."""
    with localcontext(prec=DIGITS):
        if repayment == "interest_first":
            parts = [0] * (len(periods) - 1)
        elif repayment == "equal_principal":
            share = half_even(Decimal(amount) / len(periods))
            parts = [min(max(amount - k * share, 0), share) for k in range(len(periods) - 1)]
        else:
            parts, balance = [], amount
            level = half_even(amount / annuity(rate, periods))
            for days in periods[:-1]:
                part = min(max(level - half_even(balance * rate * days), 0), balance)
                parts.append(part)
                balance -= part
        return [*parts, amount - sum(parts)]


def annuity(rate, periods):
    """Today's worth of 1 at the end of every period."""
    growth, worth = Decimal(1), Decimal(0)
    for days in periods:
        growth *= 1 + rate * days
        worth += 1 / growth
    return worth


def reference_interest(parts, rate, periods):
    """Interest of each instalment on the balance before it, in cents."""
    balances = [sum(parts[k:]) for k in range(len(parts))]
    return [half_even(b * rate * days) for b, days in zip(balances, periods, strict=True)]


class Lane:
    """One borrower: rows of [principal, its interest a day] by (due day, group)."""

    def __init__(self, count):
        self.count, self.rows, self.accrued = count, {}, {}

    def copy(self):
        other = Lane(self.count)
        other.rows = {key: list(row) for key, row in self.rows.items()}
        other.accrued = dict(self.accrued)
        return other

    def draw(self, days, amount, rate, group, repayment):
        periods = [self.count[b] - self.count[a] for a, b in pairwise(days)]
        dues = days[1:]
        for due, part in zip(dues, reference_parts(amount, rate, periods, repayment), strict=True):
            row = self.rows.setdefault((due, group), [0, Decimal(0)])
            row[0] += part
            row[1] += part * rate
        self.accrued.setdefault(group, Decimal(0))

    def daily(self, group):
        return sum((row[1] for (_, g), row in self.rows.items() if g == group), Decimal(0))

    def accrue(self, today):
        """End-of-day balances earn for the day: the drawing day counts, the due day does not."""
        for group in self.accrued:
            self.accrued[group] += self.daily(group) * (self.count[today] - self.count[today - 1])

    def fall_due(self, today, group):
        # Drawings of one group share their due days: the interest of all is asked for on each.
        row = self.rows.pop((today, group), None)
        if row is None:
            return 0, 0
        interest, self.accrued[group] = self.accrued[group], Decimal(0)
        return row[0], half_even(interest)

    def postpone(self, today, group, dues, amount, rate):
        """Move a part of what falls due today; its interest up to today stays with today."""
        self.rows[today, group][0] -= amount
        for due in dues:
            self.rows.setdefault((due, group), [0, Decimal(0)])
        self.rows[dues[-1], group][0] += amount
        self.rows[dues[-1], group][1] += amount * rate

    @property
    def balance(self):
        return sum(row[0] for row in self.rows.values())

    def interest_to_repay(self, principal):
        if not self.balance:
            return 0
        return half_even(sum(self.accrued.values()) * principal / self.balance)

    def prepay(self, principal, *, shorten):
        balance, rest, so_far, kept = self.balance, self.balance - principal, 0, 0
        for group in self.accrued:
            self.accrued[group] *= Decimal(rest) / balance
        for key in sorted(self.rows):
            row = self.rows[key]
            so_far += row[0]
            upto = min(so_far, rest) if shorten else half_even(Decimal(so_far) * rest / balance)
            row[1] = row[1] * (upto - kept) / row[0] if row[0] else Decimal(0)
            row[0], kept = upto - kept, upto
        for group in [g for g in self.accrued if not self.open_in(g)]:
            self.close(group)

    def open_in(self, group):
        """Whether anything will still be asked for: principal, or interest of a part repaid."""
        principal = sum(row[0] for (_, g), row in self.rows.items() if g == group)
        return principal or self.accrued[group]

    def close(self, group):
        self.rows = {key: row for key, row in self.rows.items() if key[1] != group}
        del self.accrued[group]

    def write_off(self):
        gone = self.balance
        self.rows, self.accrued = {}, {}
        return gone

    def ahead(self, today, window):
        """Unrounded: principal, and interest up to each group's last due day in the window."""
        near = [key for key in self.rows if key[0] <= today + window]
        last = {group: due for due, group in sorted(near)}
        interest = sum(self.accrued[group] for group in last)
        for (due, group), (_, earning) in self.rows.items():
            until = min(due, last.get(group, today))
            interest += earning * (self.count[until] - self.count[today])
        return sum(self.rows[key][0] for key in near) + interest


class BulletLane(Lane):
    """A borrower who pays all at maturity: rows of principal, its interest a day, interest."""

    def copy(self):
        other = BulletLane(self.count)
        other.rows = {key: list(row) for key, row in self.rows.items()}
        return other

    def row(self, due, group):
        return self.rows.setdefault((due, group), [0, Decimal(0), Decimal(0)])

    def draw(self, days, amount, rate, group, repayment):
        assert repayment == "bullet"
        row = self.row(days[-1], group)
        row[0] += amount
        row[1] += amount * rate

    def accrue(self, today):
        for row in self.rows.values():
            row[2] += row[1] * (self.count[today] - self.count[today - 1])

    def fall_due(self, today, group):
        principal, _, interest = self.rows.pop((today, group), [0, 0, Decimal(0)])
        return principal, half_even(interest)

    def postpone(self, today, group, dues, amount, rate):
        self.rows[today, group][0] -= amount
        row = self.row(dues[-1], group)
        row[0] += amount
        row[1] += amount * rate

    def interest_to_repay(self, principal):
        if not self.balance:
            return 0
        return half_even(sum(row[2] for row in self.rows.values()) * principal / self.balance)

    def prepay(self, principal, *, shorten):
        rest = Decimal(self.balance - principal) / self.balance
        for row in self.rows.values():
            row[2] *= rest
        super().prepay(principal, shorten=shorten)

    def ahead(self, today, window):
        near = [(due, row) for (due, _), row in self.rows.items() if due <= today + window]
        days = {due: self.count[due] - self.count[today] for due, _ in near}
        return sum(row[0] + row[2] + row[1] * days[due] for due, row in near)


# --- due days


@cache
def due_days(start, due_day, basis, days=1_200):
    """The calendar of a ring: one group, or one per day of the month, clamped to month ends."""
    dates = [start + dt.timedelta(n) for n in range(days)]
    nominal = [due_day] if due_day else range(1, 32)
    count = (dates[-1].year - start.year) * 12 + dates[-1].month - start.month
    due = [[(clamped(start, m, day) - start).days for m in range(count)] for day in nominal]
    month = [(d.year - start.year) * 12 + d.month - start.month for d in dates]
    interest_days = (
        [360 * d.year + 30 * d.month + min(d.day, 30) for d in dates]  # 30E/360
        if basis == "30/360"
        else range(days)
    )
    return Calendar(np.array(due), np.array(month), np.array(interest_days))


def clamped(start, month, day):
    year, month = start.year + (start.month - 1 + month) // 12, (start.month - 1 + month) % 12 + 1
    return dt.date(year, month, min(day, months_of.monthrange(year, month)[1]))


def ring(start, due_day=None, *, lanes=1, months=12, basis="actual", window=14, days=1_200):
    clock = Clock(days)
    when = due_days(start, due_day, basis, days)
    made = InstalmentRing("jiebei", Columns(lanes), clock, when, months=months, window=window)
    return clock, made, when


def draw(made, amount, rate, *, group=0, months=12, repayment="equal_instalment", lanes=(0,)):
    amount, rate = np.broadcast_arrays(np.int64(amount), np.float64(rate), np.array(lanes))[:2]
    made.draw(np.array(lanes), amount, rate, group=group, months=months, repayment=repayment)


def instalments(clock, made, until, lane=0):
    """(day, principal, interest) of each instalment that falls due before `until`."""
    seen = []
    for day in range(clock.today, until):
        clock.run(day)
        for group in made.groups_due():
            principal, interest = made.due_today(group)
            seen.append((day, int(principal[lane]), int(interest[lane])))
    return seen


# --- published schedules: closed forms without any rounding, A = P r / (1 - (1 + r)**-n) and its
# --- companions, kept as loan_amortisation in the table of exact results.  Per loan: amount,
# --- annual rate, months, level instalment, and the interest of level, equal principal and bullet.

MONTHLY = pytest.mark.parametrize(
    "loan",
    [
        (1_000_000, "0.049", 360, 5307.267206228052, 910616.1942420986, 737041.6666666667, 1.47e6),
        (100_000, "0.146", 12, 9006.967224252989, 8083.606691035864, 7908.333333333332, 14_600),
        (10_000, "0.144", 12, 899.7543327935072, 797.0519935220855, 780.0000000000001, 1_440),
        (50_000, "0.0365", 6, 8422.273137124457, 533.6388227467396, 532.2916666666666, 912.5),
    ],
    ids=["360", "12", "12 cheaper", "6"],
)


def by_months(amount, annual, months, repayment):
    """The whole life of a loan by 30/360 months of one twelfth of the annual rate each."""
    start = dt.date(2024, 1, 1)
    days = (months + 2) * 31
    clock, made, _ = ring(start, 1, months=months, basis="30/360", days=days)
    draw(made, amount * 100, float(annual) / 360, months=months, repayment=repayment)
    paid = instalments(clock, made, days)
    assert made.balance.tolist() == made.total.tolist() == [0]
    assert len(paid) == months
    return [p for _, p, _ in paid], [i for _, _, i in paid]


@MONTHLY
def test_equal_instalments_against_the_closed_form(loan):
    amount, annual, months, level, interest, *_ = loan
    principal, paid = by_months(amount, annual, months, "equal_instalment")
    assert sum(principal) == amount * 100
    levels = {p + i for p, i in zip(principal[:-1], paid[:-1], strict=True)}
    assert levels == {round(level * 100)}
    # Payments are off by one part of a cent, which compounds; each interest by half a cent.
    assert abs(sum(paid) - interest * 100) <= months * 0.5
    balances = np.array(principal)[::-1].cumsum()[::-1]
    rate = Decimal(annual) / 12
    assert paid == [half_even(int(b) * rate) for b in balances]


def test_the_mortgage_in_cents_costs_910_615_12():
    # The semantics page: cent instalments give 910,615.12 where floats say 910,616.19.
    principal, paid = by_months(1_000_000, "0.049", 360, "equal_instalment")
    assert sum(paid) == 91_061_512
    parts = reference_parts(100_000_000, Decimal("0.049") / 360, [30] * 360, "equal_instalment")
    assert principal == parts
    assert sum(reference_interest(parts, Decimal("0.049") / 360, [30] * 360)) == 91_061_512


@MONTHLY
def test_equal_principal_against_the_closed_form(loan):
    amount, annual, months, *_, interest, _ = loan
    principal, paid = by_months(amount, annual, months, "equal_principal")
    assert set(principal[:-1]) == {half_even(Decimal(amount * 100) / months)}
    assert sum(principal) == amount * 100
    assert abs(sum(paid) - interest * 100) <= months * 0.5 + months
    first = Decimal(amount) * 100 / months + amount * 100 * Decimal(annual) / 12
    assert abs(principal[0] + paid[0] - first) <= 1


@MONTHLY
def test_interest_first_against_the_closed_form(loan):
    amount, annual, months, *_, interest = loan
    principal, paid = by_months(amount, annual, months, "interest_first")
    assert principal == [0] * (months - 1) + [amount * 100]
    month = half_even(amount * 100 * Decimal(annual) / 12)
    assert paid == [month] * months
    assert abs(sum(paid) - interest * 100) <= months * 0.5


@pytest.mark.parametrize(
    "loan",
    [
        (
            10_000, "0.0004", dt.date(2024, 1, 15),
            [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
            900.7354869378895, 124.0, 808.8258432546749,
        ),
        (
            50_000, "0.00015", dt.date(2024, 1, 31), [29, 31, 30],
            16816.049989329047, 217.5, 448.1499679871318,
        ),
    ],
)  # fmt: skip
def test_actual_days_against_the_closed_form(loan):
    amount, rate, start, periods, level, first_interest, interest = loan
    clock, made, _ = ring(start)
    draw(made, amount * 100, float(rate), group=start.day - 1, months=len(periods))
    paid = instalments(clock, made, 400)
    assert [day for day, _, _ in paid] == np.cumsum(periods).tolist()
    assert {p + i for _, p, i in paid[:-1]} == {round(level * 100)}
    assert paid[0][2] == first_interest * 100
    assert abs(sum(i for _, _, i in paid) - interest * 100) <= len(periods) * 0.5
    parts = reference_parts(amount * 100, Decimal(rate), periods, "equal_instalment")
    assert [p for _, p, _ in paid] == parts
    assert [i for _, _, i in paid] == reference_interest(parts, Decimal(rate), periods)
    assert made.balance.tolist() == [0]


def test_month_ends_are_clamped_and_come_back():
    # Drawn on 31 January 2024: due 29 February (leap), 31 March, 30 April, 31 May.
    start = dt.date(2024, 1, 31)
    clock, made, _ = ring(start)
    draw(made, 40_000, 0.0004, group=30, months=4, repayment="equal_principal")
    days = [day for day, _, _ in instalments(clock, made, 200)]
    dates = [dt.date(2024, 2, 29), dt.date(2024, 3, 31), dt.date(2024, 4, 30), dt.date(2024, 5, 31)]
    assert [start + dt.timedelta(day) for day in days] == dates


def test_30_360_months_earn_30_days_each():
    # 120,000.00 at 1/10,000 a day: 360.00 for each month of 30 days, February and March alike.
    clock, made, _ = ring(dt.date(2024, 1, 15), basis="30/360")
    draw(made, 12_000_000, 0.0001, group=14, months=6, repayment="interest_first")
    assert [i for _, _, i in instalments(clock, made, 200)] == [36_000] * 6


# --- parts


@given(
    amount=st.integers(0, 10**10),
    rate=st.integers(0, 1_000).map(lambda n: Decimal(n) / 10**6),
    periods=st.lists(st.integers(1, 62), min_size=1, max_size=36),
    repayment=st.sampled_from(REPAYMENTS),
)
def test_principal_parts_equal_the_decimal_schedule(amount, rate, periods, repayment):
    ours = principal_parts(
        np.array([amount]), np.array([float(rate)]), np.array(periods), repayment
    )
    assert ours[:, 0].tolist() == reference_parts(amount, rate, periods, repayment)


@given(
    st.lists(st.tuples(st.integers(0, 2**53), st.floats(0, 0.0027)), max_size=5),
    st.lists(st.integers(0, 62), min_size=1, max_size=36),
    st.sampled_from(REPAYMENTS),
)
def test_parts_are_never_negative_and_add_up_whatever_the_amount(drawings, periods, repayment):
    amount = np.array([a for a, _ in drawings], np.int64)
    rate = np.array([r for _, r in drawings], np.float64)
    parts = principal_parts(amount, rate, np.array(periods), repayment)
    assert parts.shape == (len(periods), len(drawings))
    assert (parts >= 0).all()
    assert parts.sum(axis=0).tolist() == amount.tolist()


@pytest.mark.parametrize("repayment", ["equal_instalment", "equal_principal"])
def test_an_amount_of_fewer_cents_than_instalments(repayment):
    # 7 cents in 12 instalments without interest: 7 / 12 rounds to 1, until nothing is left.
    parts = principal_parts(np.array([7]), np.array([0.0]), np.full(12, 30), repayment)
    assert parts[:, 0].tolist() == [1] * 7 + [0] * 5


# --- by hand


def test_interest_on_the_part_repaid_is_paid_with_it_and_the_rest_when_it_falls_due():
    # 10,000.00 at 0.04 % a day, drawn on 1 March; 5,000.00 repaid after 10 days: accrued 40.00, of
    # which 20.00 belongs to the part repaid.  On day 31: 20.00 + 5,000 x 0.0004 x 21.
    clock, made, _ = ring(dt.date(2024, 3, 1))
    draw(made, 1_000_000, 0.0004, months=1)
    clock.run(10)
    one = np.array([0])
    assert made.interest_to_repay(one, np.array([500_000])).tolist() == [2_000]
    assert made.interest_to_repay(one, np.array([1_000_000])).tolist() == [4_000]
    assert made.interest_to_repay(one, np.array([0])).tolist() == [0]
    made.prepay(one, np.array([500_000]))
    assert instalments(clock, made, 40) == [(31, 500_000, 2_000 + 4_200)]


def test_the_drawing_day_counts_and_the_repayment_day_does_not():
    clock, made, _ = ring(dt.date(2024, 3, 1))
    draw(made, 1_000_000, 0.0004, months=1)
    one = np.array([0])
    for day in range(4):  # 算头不算尾: 0, 1, 2, 3 days
        clock.run(day)
        assert made.interest_to_repay(one, np.array([1_000_000])).tolist() == [400 * day]


@pytest.mark.parametrize(
    ("shorten", "left"), [(False, [50, 50, 50]), (True, [100, 50, 0])], ids=["scale", "shorten"]
)
def test_a_partial_prepayment_scales_what_remains_or_drops_the_end(shorten, left):
    clock, made, _ = ring(dt.date(2024, 3, 1))
    draw(made, 300, 0.0, months=3, repayment="equal_principal")
    made.prepay(np.array([0]), np.array([150]), shorten=shorten)
    assert made.balance.tolist() == made.total.tolist() == [150]
    assert [p for _, p, _ in instalments(clock, made, 100)] == left


def test_scaling_rounds_the_running_sum_half_to_even():
    # 15 + 15 + 20 cents, 35 of 50 left: running sums 10.5, 21, 35 become 10, 21, 35.  Of 45 + 5
    # cents, 35 of 50 left: 31.5 becomes 32, though 45 * 0.7 is 31.499999999999996 in floats.
    for parts, left in [((15, 15, 20), [10, 11, 14]), ((45, 5), [32, 3])]:
        clock, made, _ = ring(dt.date(2024, 1, 1), due_day=15)
        for months, part in enumerate(parts, start=1):
            draw(made, part, 0.0, months=months, repayment="interest_first")
        made.prepay(np.array([0]), np.array([15]))
        assert [p for _, p, _ in instalments(clock, made, 130)] == left


def test_half_a_cent_of_interest_on_an_early_repayment_is_seen_as_one():
    # 25.00 x 0.03 % x 10 days = 7.5 cents, half to even 8; as floats 7.499999999999999.
    clock, made, _ = ring(dt.date(2024, 3, 1))
    draw(made, 2_500, 0.0003, months=1)
    clock.run(10)
    assert made.interest_to_repay(np.array([0]), np.array([2_500])).tolist() == [8]


@pytest.mark.parametrize("shorten", [False, True])
def test_a_payoff_leaves_nothing(shorten):
    clock, made, _ = ring(dt.date(2024, 3, 10))
    draw(made, 123_456, 0.0004, group=9)
    clock.run(5)
    draw(made, 777, 0.0003, group=14, months=3)
    clock.run(9)
    made.prepay(np.array([0]), made.balance[[0]], shorten=shorten)
    assert made.balance.tolist() == made.total.tolist() == made.ahead().tolist() == [0]
    assert made.interest_to_repay(np.array([0]), np.array([0])).tolist() == [0]
    assert {(p, i) for _, p, i in instalments(clock, made, 400)} == {(0, 0)}


def test_a_write_off_removes_the_principal_and_its_interest_from_these_lanes_alone():
    clock, made, _ = ring(dt.date(2024, 3, 1), lanes=2)
    draw(made, 10_000, 0.0004, lanes=(0, 1), months=2)
    clock.run(7)
    assert made.write_off(np.array([1])).tolist() == [10_000]
    assert made.balance.tolist() == made.total.tolist() == [10_000, 0]
    seen = instalments(clock, made, 100, lane=1)
    assert [(p, i) for _, p, i in seen] == [(0, 0)] * 2


# --- no lane can see another (contract K2)


def test_the_first_interest_does_not_depend_on_other_lanes():
    # All drawings fall due on the 20th from the next calendar month on.  Lane 1 draws on 5 January:
    # its first instalment is 20 February, 46 days later, though lane 0 has one due on 20 January.
    clock, made, _ = ring(dt.date(2023, 12, 10), due_day=20, lanes=2)
    draw(made, 500_000, 0.0004, lanes=(0,))
    clock.run(26)
    draw(made, 1_000_000, 0.0004, months=1, lanes=(1,))
    seen = instalments(clock, made, 80, lane=1)
    assert seen == [(41, 0, 0), (72, 1_000_000, 400 * 46)]


def test_what_lies_ahead_does_not_depend_on_other_lanes():
    # Window of 60 days: lane 0 has instalments on days 31 and 61; lane 1 one on day 31 only.
    for lanes in [(1,), (0, 1)]:
        clock, made, _ = ring(dt.date(2024, 3, 1), lanes=2, window=60)
        clock.run(0)
        for lane in lanes:
            draw(made, 1_000_000, 0.0004, months=1 + 2 * (lane == 0), lanes=(lane,))
        clock.run(5)
        assert made.ahead()[1] == 1_000_000 + 400 * 31


@pytest.mark.parametrize("lane", range(8))
def test_a_lane_has_the_same_bits_alone_as_beside_others(lane):
    # NumPy adds up a single column in another order (pairwise) than one of many.
    rng = np.random.default_rng(5)
    amounts, rates = rng.integers(1, 10**9, (12, 8)), rng.uniform(1e-4, 1e-3, (12, 8))

    def bits(which):
        clock, made, _ = ring(dt.date(2024, 3, 1), due_day=20, lanes=len(which), window=60)
        everyone, at, seen = np.arange(len(which)), which.index(lane), []
        for day in range(100):
            clock.run(day)
            if day < 12:
                draw(made, amounts[day, which], rates[day, which], lanes=everyone)
            if day == 12:
                made.prepay(everyone, made.balance // 3)
            seen += [x[at] for group in made.groups_due() for x in made.due_today(group)]
            seen += [made._column(part)[0, at] for part in ("daily", "accrued")]
        return seen

    assert bits([lane]) == bits(list(range(8)))


# --- any order of drawings, prepayments, days and resampling, against the reference

RATES = st.sampled_from(["0", "0.00015", "0.0004", "0.000333", "0.0012"]).map(Decimal)
MONTHS = 4


class Loans(RuleBasedStateMachine):
    kind, borrower, repayments = InstalmentRing, Lane, REPAYMENTS

    @initialize(
        lanes=st.integers(1, 3),
        start=st.sampled_from([dt.date(2024, 1, 31), dt.date(2023, 11, 29), dt.date(2024, 2, 15)]),
        due_day=st.sampled_from([None, None, 1, 20, 31]),
        basis=st.sampled_from(["actual", "30/360"]),
        window=st.integers(0, 75),
    )
    def open(self, lanes, start, due_day, basis, window):
        self.start, self.due_day, self.basis, self.window = start, due_day, basis, window
        self.today = 0
        self.build(lanes)
        self.lanes = [self.borrower(self.calendar.count.tolist()) for _ in range(lanes)]

    def build(self, lanes):
        self.clock = Clock(1_200, self.today)
        self.columns = Columns(lanes)
        self.calendar = due_days(self.start, self.due_day, self.basis)
        self.ring = self.kind(
            "jiebei", self.columns, self.clock, self.calendar, months=MONTHS, window=self.window
        )

    def some(self, data, *, owing=False):
        able = [n for n, lane in enumerate(self.lanes) if lane.balance or not owing]
        chosen = data.draw(st.lists(st.sampled_from(able), unique=True)) if able else []
        return np.array(chosen, np.intp)

    @rule(
        data=st.data(),
        months=st.integers(1, MONTHS),
        rate=RATES,
    )
    def draw(self, data, months, rate):
        repayment = data.draw(st.sampled_from(self.repayments))
        lanes = self.some(data)
        amount = [data.draw(st.integers(0, 10**8)) for _ in lanes]
        group = 0 if self.due_day else (self.start + dt.timedelta(self.today)).day - 1
        self.ring.draw(
            lanes, np.array(amount, np.int64), np.full(len(lanes), float(rate)),
            group=group, months=months, repayment=repayment,
        )  # fmt: skip
        first = self.calendar.month[self.today] + 1
        dues = self.calendar.due[group, first : first + months].tolist()
        for n, one in zip(lanes, amount, strict=True):
            if one:
                self.lanes[n].draw([self.today, *dues], one, rate, group, repayment)

    def postpone(self, data, group):
        """Move a part of what falls due today, in some lanes."""
        due = [lane.rows.get((self.today, group), [0])[0] for lane in self.lanes]
        assert self.ring.due_now(group).tolist() == due
        able = [n for n, principal in enumerate(due) if principal]
        lanes = data.draw(st.lists(st.sampled_from(able), unique=True)) if able else []
        if not lanes:
            return
        months, rate = data.draw(st.integers(1, MONTHS)), data.draw(RATES)
        parts = [data.draw(st.integers(1, due[n]) | st.just(due[n])) for n in lanes]
        self.ring.postpone(
            np.array(lanes), np.array(parts), np.full(len(lanes), float(rate)),
            group=group, months=months,
        )  # fmt: skip
        first = self.calendar.month[self.today] + 1
        dues = self.calendar.due[group, first : first + months].tolist()
        for n, part in zip(lanes, parts, strict=True):
            self.lanes[n].postpone(self.today, group, dues, part, rate)

    @rule(days=st.integers(1, 40), data=st.data())
    def days_pass(self, days, data):
        for _ in range(days):
            self.today += 1
            self.clock.run(self.today)
            for lane in self.lanes:
                lane.accrue(self.today)
            due = self.ring.groups_due()
            for group in due:
                self.postpone(data, group)
                principal, interest = self.ring.due_today(group)
                ours = list(zip(principal.tolist(), interest.tolist(), strict=True))
                assert ours == [lane.fall_due(self.today, group) for lane in self.lanes]
            for lane in self.lanes:
                assert all(day > self.today for day, _ in lane.rows)

    @rule(data=st.data(), shorten=st.booleans())
    def prepay(self, data, shorten):
        lanes = self.some(data, owing=True)
        principal = [
            data.draw(st.integers(1, self.lanes[n].balance) | st.just(self.lanes[n].balance))
            for n in lanes
        ]
        asked = np.array(principal, np.int64)
        interest = self.ring.interest_to_repay(lanes, asked).tolist()
        for n, one, ours in zip(lanes, principal, interest, strict=True):
            assert ours == self.lanes[n].interest_to_repay(one)
            self.lanes[n].prepay(one, shorten=shorten)
        if len(lanes):
            self.ring.prepay(lanes, asked, shorten=shorten)

    @rule(data=st.data())
    def write_off(self, data):
        lanes = self.some(data)
        gone = [self.lanes[n].write_off() for n in lanes]
        assert self.ring.write_off(lanes).tolist() == gone

    @rule(data=st.data())
    def take(self, data):
        which = st.integers(0, len(self.lanes) - 1)
        indices = data.draw(st.lists(which, min_size=1, max_size=3))
        self.columns.take(np.array(indices))
        self.lanes = [self.lanes[n].copy() for n in indices]

    @precondition(lambda self: self.today)
    @rule()
    def save_and_resume(self):
        saved = self.columns.save()
        self.build(len(self.lanes))
        self.columns.load(saved)

    @invariant()
    def principal_is_conserved(self):
        balances = [lane.balance for lane in self.lanes]
        assert self.ring.balance.tolist() == self.ring.total.tolist() == balances

    @invariant()
    def the_treasury_sees_what_is_to_come(self):
        for ours, lane in zip(self.ring.ahead().tolist(), self.lanes, strict=True):
            exact = lane.ahead(self.today, self.window)
            assert abs(ours - exact) <= Decimal("0.500001")  # rounded once


TestLoans = Loans.TestCase
# Shrinking a history of loans takes minutes and makes it little shorter.
TestLoans.settings = settings(max_examples=150, stateful_step_count=20, phases=[Phase.generate])


class Bullets(Loans):
    """The same for loans that pay everything at maturity."""

    kind, borrower, repayments = BulletRing, BulletLane, ("bullet",)


TestBullets = Bullets.TestCase
TestBullets.settings = settings(TestLoans.settings, max_examples=100)


# --- by hand: what is moved to a later due day


def test_a_loan_moved_at_its_maturity_goes_on_with_monthly_interest():
    # 10,000.00 at 0.04 % a day from 1 March for a month; on 1 April (day 31) 6,000.00 move on by
    # two months at 0.05 %: 3.00 a day, 30 and 31 days.
    clock, made, _ = ring(dt.date(2024, 3, 1))
    draw(made, 1_000_000, 0.0004, months=1, repayment="interest_first")
    clock.run(31)
    assert made.due_now(0).tolist() == [1_000_000]
    made.postpone(np.array([0]), np.array([600_000]), np.array([0.0005]), group=0, months=2)
    assert made.balance.tolist() == made.total.tolist() == [1_000_000]
    assert instalments(clock, made, 100) == [
        (31, 400_000, 12_400), (61, 0, 9_000), (92, 600_000, 9_300),
    ]  # fmt: skip
    assert made.balance.tolist() == [0]


def test_a_bullet_pays_its_interest_at_maturity_beside_one_of_another_month():
    # Both fall due on the 1st: 10,000.00 for one month (31 days), 20,000.00 for two (61 days).
    clock = Clock(1_200)
    made = BulletRing("loan", Columns(1), clock, due_days(dt.date(2024, 3, 1), None, "actual"),
                      months=12, window=40)  # fmt: skip
    draw(made, 1_000_000, 0.0004, months=1, repayment="bullet")
    draw(made, 2_000_000, 0.0004, months=2, repayment="bullet")
    assert made.ahead().tolist() == [1_000_000 + 400 * 31]
    clock.run(31)
    # Renewed for a month: what it earned is paid, and it earns anew.
    made.postpone(np.array([0]), np.array([1_000_000]), np.array([0.0001]), group=0, months=1)
    assert instalments(clock, made, 100) == [(31, 0, 12_400), (61, 3_000_000, 48_800 + 3_000)]
