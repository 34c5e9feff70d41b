"""K1-K9: what the kernel and the actors promise together, on whole firms.

Random firms come from `strategies`; every property is also run on the examples.
"""

from __future__ import annotations

import pickle
from contextlib import contextmanager

import numpy as np
import pytest
from calm import assert_base_where_calm, lanes_calm
from hypothesis import given
from hypothesis import strategies as st
from lab import (
    EXAMPLE_NAMES,
    days_of,
    differences,
    example,
    facts,
    firm_of,
    plain,
    soiled_buffers,
)

from cashstress.conformance import DailyLaws
from cashstress.errors import ConservationError, SimulationError
from cashstress.kernel.clock import Phase
from cashstress.kernel.record import Record
from cashstress.kernel.streams import Streams
from cashstress.processes import Firm, outcome_names, run_block
from cashstress.processes.effects import Closure
from strategies import scenarios, some

LIMIT = 2**53
LANES = 8
#: A whole firm takes minutes to shrink; as it is found, it says enough.


#: The main example without what happens later than a short run.
CALM = {"shocks": {}, "costs.machine": None}


def marks_of(horizon):
    """Days on which two runs are compared."""
    return sorted({1, horizon // 3, 2 * horizon // 3, horizon} - {0})


def history(firm):
    """Facts at some days of a run."""
    kept = {}
    for day in marks_of(firm.scenario.horizon):
        firm.run(day)
        kept[day] = facts(firm)
    return kept


def assert_same(ours, theirs, *, lanes=None):
    wrong = {day: differences(ours[day], theirs[day], lanes=lanes) for day in theirs}
    assert not any(wrong.values()), {day: names for day, names in wrong.items() if names}


# -- K1: no leak --------------------------------------------------------------------------------


def check_every_day(scenario, lanes=LANES):
    firm = firm_of(scenario, lanes)
    DailyLaws(firm)
    money = [name for name in firm.columns.names if name.startswith("books:")]
    for _ in days_of(firm):
        firm.audit()
        assert firm.cash.min() >= 0
        assert all(np.abs(firm.columns[name]).max() <= LIMIT for name in money)


@some(35)
@given(scenarios())
def test_k1_books_equal_subledgers_every_day(scenario):
    check_every_day(scenario)


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_k1_in_the_examples(name):
    check_every_day(example(name), lanes=32)


@pytest.mark.parametrize("account", ["receivables", "stock", "prepaid", "loan:jiebei", "cash"])
def test_k1_sees_a_leak_of_one_cent(account):
    firm = firm_of(example("platform_closure"), 4)
    firm.run(5)
    firm.columns[f"books:{account}"][2] += 1
    with pytest.raises(ConservationError, match=r"lane 2"):
        firm.audit()


# -- K2: lanes are independent ------------------------------------------------------------------


def assert_lanes_alone(scenario, parts, lanes=LANES):
    whole = history(firm_of(scenario, lanes))
    for part in parts:
        assert_same(whole, history(firm_of(scenario, slots=part)), lanes=part)


@some(25)
@given(scenarios(), st.data())
def test_k2_no_lane_sees_another(scenario, data):
    slots = list(range(LANES))
    subset = data.draw(st.lists(st.sampled_from(slots), min_size=1, unique=True))
    alone = [data.draw(st.sampled_from(slots))]
    assert_lanes_alone(scenario, [subset, alone, data.draw(st.permutations(slots))])


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_k2_in_the_examples(name):
    assert_lanes_alone(example(name), [[11], [3, 9, 10], list(range(15, -1, -1))], lanes=16)


# -- K3: same (scenario, seed, replication), same bits ------------------------------------------


PER_LANE = ("first_day", "episodes", "days_in_force", "amounts", "mark_days", "history")


def assert_width_does_not_matter(scenario, widths):
    whole = run_block(scenario, seed=5, first=0, lanes=sum(widths))
    starts = np.cumsum([0, *widths[:-1]]).tolist()
    with soiled_buffers():
        parts = [
            run_block(scenario, seed=5, first=start, lanes=width)
            for start, width in zip(starts, widths, strict=True)
        ]
    joined = Record.concat(parts)
    for name in PER_LANE:
        assert np.array_equal(getattr(whole, name), getattr(joined, name)), name
        assert np.array_equal(getattr(whole, name)[:, : widths[0]], getattr(parts[0], name)), name
    assert np.array_equal(whole.alive, joined.alive)
    for kind in ("paths", "weeks"):
        for name, sketch in getattr(whole, kind).items():
            other = getattr(joined, kind)[name]
            assert np.array_equal(sketch.counts, other.counts), name
            assert np.array_equal(sketch.sums, other.sums), name
    for name, days in whole.week_events.items():
        assert np.array_equal(days, joined.week_events[name])


@some(15)
@given(scenarios(), st.lists(st.integers(1, 6), min_size=2, max_size=4))
def test_k3_any_width_gives_the_same_record(scenario, widths):
    assert_width_does_not_matter(scenario, widths)


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_k3_in_the_examples(name):
    assert_width_does_not_matter(example(name), [7, 1, 24])


def test_k3_holds_where_invoices_are_paid_early_from_the_first_day():
    # What is paid on the first day may have earned its discount before the start.
    early = {"discount": 0.02, "days": 1, "take_up": 0.5}
    customer = {"share": 1, "terms": 10, "early_payment": early}
    scenario = plain(customers={"trade": customer}, horizon=20)
    assert_width_does_not_matter(scenario, [4, 4])


def test_k3_the_seed_matters_and_nothing_else_does():
    scenario = example("platform_closure")
    one = run_block(scenario, seed=1, first=0, lanes=8)
    again = run_block(scenario, seed=1, first=0, lanes=8)
    other = run_block(scenario, seed=2, first=0, lanes=8)
    assert np.array_equal(one.amounts, again.amounts)
    assert not (one.amounts == other.amounts).all(axis=0).any()


@some(15)
@given(scenarios())
def test_k3_no_lane_at_all_is_a_run(scenario):
    record = run_block(scenario, seed=1, first=0, lanes=0)
    assert record.first_day.shape == (len(outcome_names(scenario)), 0)
    assert not record.alive.any()


# -- K4: common random numbers ------------------------------------------------------------------


@contextmanager
def logged_draws():
    """Keep what each stream gives on each day."""
    log, plainly = {}, Streams._draw

    def draw(self, name, dtype, *, once):
        values = plainly(self, name, dtype, once=once)
        log[name, "once" if once else self._today()] = np.array(values)
        return values

    Streams._draw = draw
    try:
        yield log
    finally:
        Streams._draw = plainly


def draws_of(scenario):
    with logged_draws() as log:
        firm_of(scenario, LANES).run()
    return log


def assert_same_draws(base, other):
    """Whatever both drew is the same; draws of what is not there any more may be missing.

    These are approvals of requests not made, levels that are no draw now, invoices not open then,
    and what shocks draw on the day they strike, which may be the firm's doing.
    """
    for key in base.keys() & other.keys():
        assert np.array_equal(base[key], other[key]), key
    gone = {name for name, _ in base.keys() - other.keys()}
    assert all(
        name.endswith(
            (".approval", ".again", ".follows", ".lasts", ".roll_over", ".withdrawn", ".renewal")
        )
        or name.startswith("input.")
        or ".opening." in name
        for name in gone
    ), gone


def fair(firm):
    for day in firm.days():
        yield firm.clock.at(day, Phase.DUE)
        firm.streams.uniform("fair")


EXTRA_SHOCK = {"kind": "sales_fall", "depth": 0.5, "after": {"mean_days": 10}}
EXTRA_CHANNEL = {
    "kind": "platform",
    "limit": 5000,
    "rate": {"per_day": 0.0004},
    "approval": 0.5,
}
EXTRA_COST = {"claims": {"per_day": 0.5, "amount": 10}}


@some(10)
@given(scenarios())
def test_k4_nothing_added_moves_another_draw(scenario):
    base = draws_of(scenario)
    assert_same_draws(base, draws_of(scenario.replace({"shocks.more": EXTRA_SHOCK})))
    assert_same_draws(base, draws_of(scenario.replace({"channels.more": EXTRA_CHANNEL})))
    assert_same_draws(base, draws_of(scenario.replace({"costs.more": EXTRA_COST})))
    assert_same_draws(base, draws_of(scenario.replace({"processes": [fair]})))


def numbered_draws_of(scenario):
    """What each lane met under each number of each stream of numbered draws."""
    log, plainly = {}, Streams.numbered

    def numbered(self, name, numbers, lanes):
        values = plainly(self, name, numbers, lanes)
        keys = zip(np.broadcast_to(numbers, len(lanes)), self.slots[lanes], values, strict=True)
        for number, slot, value in keys:
            assert log.setdefault((name, int(number), int(slot)), value) == value
        return values

    Streams.numbered = numbered
    try:
        firm_of(scenario, LANES).run()
    finally:
        Streams.numbered = plainly
    return log


@some(10)
@given(scenarios())
def test_k4_nothing_added_moves_a_numbered_draw(scenario):
    extra = EXTRA_CHANNEL | {"fault": {"mean_days": 5}, "risk_control": {"mean_days": 9}}
    base = numbered_draws_of(scenario)
    for change in ({"shocks.more": EXTRA_SHOCK}, {"channels.more": extra}):
        other = numbered_draws_of(scenario.replace(change))
        for key in base.keys() & other.keys():
            assert base[key] == other[key], key
        assert "channels.more" not in change or other.keys() - base.keys()


@pytest.mark.parametrize(
    "changes",
    [
        {"firm.cash": 10},
        {"sales.annual": 100_000},
        {"customers.anchor.terms": 5},
        {"suppliers.steel.terms": 0},
        {"payroll.wage": 9000},
        {"channels.jiebei.limit": 0},
    ],
    ids=str,
)
def test_k4_no_level_moves_a_draw(changes):
    scenario = example("platform_closure").replace({"horizon": 120} | CALM)
    base, other = draws_of(scenario), draws_of(scenario.replace(changes))
    assert len(base) > 500
    assert_same_draws(base, other)


@some(20)
@given(scenarios(), st.data())
def test_k4_a_shock_changes_nothing_before_it_comes(scenario, data):
    calm, day = scenario.without_shocks(), data.draw(st.integers(1, scenario.horizon - 1))
    kinds = st.sampled_from(["sales_fall", "customers_pay_later", "platform_closure"])
    shock = {
        "sales_fall": {"depth": 0.9},
        "customers_pay_later": {"days_add": 9},
        "platform_closure": {"channels": list(scenario.channels)},
    }
    kind = data.draw(kinds.filter(lambda kind: scenario.channels or kind != "platform_closure"))
    date = firm_of(calm, 1).calendar.date(day)
    hit = calm.replace({"shocks.hit": {"kind": kind, "on": date, **shock[kind]}})
    ours, theirs = firm_of(calm, LANES), firm_of(hit, LANES)
    for until in sorted({1, day}):
        ours.run(until)
        theirs.run(until)
        assert differences(facts(ours), facts(theirs)) == []


# -- K5: n replications are n -------------------------------------------------------------------


def test_k5_replications_are_distinct():
    firm = firm_of(example("platform_closure"), 512)
    firm.run(60)
    assert len(set(firm.books.balance("receivables").tolist())) == 512


def test_k5_streams_are_distinct_by_name_and_day():
    log = draws_of(example("platform_closure").replace({"horizon": 90} | CALM))
    words = [values.tobytes() for values in log.values() if values.dtype == np.uint32]
    assert len(set(words)) == len(words)
    # Eight 16-bit draws are the same by chance once in 2**128.
    short = [values.tobytes() for values in log.values() if values.dtype == np.uint16]
    assert len(set(short)) == len(short)


# -- K6: levers reverse exactly -----------------------------------------------------------------


@some(20)
@given(scenarios())
def test_k6_levers_are_at_their_base_without_a_shock(scenario):
    firm = firm_of(scenario, LANES)
    for day in days_of(firm):
        assert_base_where_calm(firm, day)
    for strike in firm.strikes:
        if isinstance(strike.effect, Closure):
            over = (strike.end <= firm.clock.today - 1) | (strike.start >= firm.clock.today)
            for channel in strike.effect._channels:
                row = channel._column("causes")
                assert (row[:3].max(axis=0)[over & lanes_calm(firm, day)] <= day).all()


def test_k6_overlapping_shocks_end_in_any_order():
    # Scales whose product is no round number; the first to start ends in the middle.
    falls = {
        f"fall_{i}": {
            "kind": "sales_fall",
            "depth": depth,
            "on": f"2025-06-{on:02}",
            "lasts": lasts,
        }
        for i, (depth, on, lasts) in enumerate([(0.2, 5, 12), (0.3, 8, 3), (0.1, 10, 20)])
    }
    firm = firm_of(plain(shocks=falls))
    seen = [firm.levers["sales.level"].value for _ in days_of(firm)]
    assert seen[2] == 1.0
    assert seen[3:6] == [0.8] * 3
    assert seen[6:8] == [0.8 * 0.7] * 2
    assert seen[8] == 0.8 * 0.7 * 0.9
    assert seen[9:15] == [0.8 * 0.9] * 6
    assert seen[15:28] == [0.9] * 13
    assert seen[28:] == [1.0] * 32


# -- K7: take -----------------------------------------------------------------------------------


@some(15)
@given(scenarios(), st.data())
def test_k7_take_identity_and_permutation(scenario, data):
    day = data.draw(st.integers(0, scenario.horizon - 1))
    order = np.array(data.draw(st.permutations(range(LANES))))
    whole, same, moved = (firm_of(scenario, LANES) for _ in range(3))
    for firm in (whole, same, moved):
        firm.run(day)
    same.world.take(np.arange(LANES))
    moved.world.take(order)
    for firm in (whole, same, moved):
        firm.run()
        firm.audit()
    assert differences(facts(whole), facts(same)) == []
    assert differences(facts(whole), facts(moved), lanes=order) == []


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_k7_in_the_examples(name):
    order = np.random.default_rng(1).permutation(16)
    whole, moved = firm_of(example(name), 16), firm_of(example(name), 16)
    whole.run()
    moved.run(40)
    moved.world.take(order)
    moved.run()
    moved.audit()
    assert differences(facts(whole), facts(moved), lanes=order) == []


@some(12)
@given(scenarios(), st.integers(1, 19))
def test_k7_kept_clones_stay_equal(scenario, day):
    whole, cloned = firm_of(scenario, LANES), firm_of(scenario, LANES)
    clones = np.array([3, 3, 0, 3, 5])
    whole.run()
    cloned.run(day)
    cloned.world.take(clones)
    cloned.run()
    cloned.audit()
    assert differences(facts(whole), facts(cloned), lanes=clones) == []


def test_k7_fresh_clones_differ_only_later():
    scenario = example("platform_closure")
    whole, cloned = firm_of(scenario, LANES), firm_of(scenario, LANES)
    for firm in (whole, cloned):
        firm.run(50)
    clones = np.repeat([2, 6], 50)
    cloned.world.take(clones, draws="fresh")
    assert differences(facts(whole), facts(cloned), lanes=clones) == []
    cloned.run(120)
    cloned.audit()
    assert len(set(cloned.cash.tolist())) == 100


def test_k7_a_random_shock_that_waits_may_wait_anew():
    shock = {
        "kind": "sales_fall",
        "depth": 0.5,
        "after": {"mean_days": 30},
        "lasts": {"mean_days": 9},
    }
    firm = firm_of(plain(shocks={"fall": shock}), 200)
    firm.run(20)
    before = facts(firm)["shock.fall.start"]
    struck = before <= 20
    firm.world.take(np.arange(200), draws="fresh")
    strike = firm.strikes[0]
    assert struck.any()
    assert not struck.all()
    assert np.array_equal(strike.start[struck], before[struck])
    assert (strike.start[~struck] > 20).all()
    # Exp(30) again: its mean over about 100 lanes is 30 within 4 x 30 / 10.
    assert abs((strike.start[~struck] - 20).mean() - 30) < 12
    firm.run()
    firm.audit()


def test_k7_a_process_that_holds_an_array_is_refused():
    def hoarder(firm):
        cash = firm.cash  # noqa: F841 - the mistake under test
        for day in firm.days():
            yield firm.clock.at(day, Phase.DUE)

    firm = firm_of(plain(), 2)
    firm.add_process(hoarder)
    firm.run(3)
    with pytest.raises(SimulationError, match=r"'hoarder' holds the array 'cash' over a yield"):
        firm.world.take(np.array([1, 0]))


# -- K8: nothing is stuck -----------------------------------------------------------------------


@some(12)
@given(scenarios())
def test_k8_at_the_end_every_process_is_over(scenario):
    firm = firm_of(scenario, 2)
    firm.run()
    firm.audit()
    assert firm.clock.generators() == []


def test_k8_a_stuck_process_is_named():
    def waits_for_ever(firm):
        yield firm.clock.env.event()

    firm = firm_of(plain(), 1)
    firm.add_process(waits_for_ever)
    firm.run()
    with pytest.raises(
        SimulationError, match=r"'waits_for_ever' waits for .* nothing will trigger"
    ):
        firm.audit()


# -- K9: save and resume ------------------------------------------------------------------------


def resumed(scenario, state):
    firm = Firm.resume(scenario, pickle.loads(pickle.dumps(state)))  # noqa: S301 - our own
    firm.run()
    firm.audit()
    return firm


def assert_resumes(scenario, days, lanes=LANES):
    whole = firm_of(scenario, lanes)
    states = {}
    for day in days:
        whole.run(day)
        states[day] = whole.world.save()
    whole.run()
    expected = facts(whole)
    for day, state in states.items():
        again = resumed(scenario, state)
        assert (day, differences(expected, facts(again))) == (day, [])
        assert np.array_equal(whole.reporter.record().amounts, again.reporter.record().amounts)


@some(18)
@given(scenarios(), st.data())
def test_k9_resuming_is_going_on(scenario, data):
    days = data.draw(
        st.lists(st.integers(0, scenario.horizon), min_size=1, max_size=3, unique=True)
    )
    assert_resumes(scenario, sorted(days))


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_k9_in_the_examples(name):
    horizon = example(name).horizon
    assert_resumes(example(name), [0, 1, 28, 29, 60, 91, 92, horizon - 1, horizon])


def test_k9_every_day_of_a_short_run():
    scenario = example("platform_closure").replace({
        "horizon": 40,
        "costs.machine": None,
        "firm.cash": 30_000,
        "shocks": {
            "closed": {"kind": "platform_closure", "channels": ["jiebei"], "on": "2025-03-14",
                       "lasts": 9, "notice_days": 3},
            "fall": {"kind": "sales_fall", "depth": 0.4, "between": ["2025-03-06", "2025-03-20"],
                     "lasts": {"mean_days": 5}, "recovery_days": 8},
        },
    })  # fmt: skip
    assert_resumes(scenario, range(41), lanes=4)


@some(12)
@given(scenarios(), st.lists(st.integers(0, 120), max_size=6))
def test_k9_running_in_pieces_is_running(scenario, stops):
    whole, pieces = firm_of(scenario, LANES), firm_of(scenario, LANES)
    whole.run()
    for stop in sorted(min(stop, scenario.horizon) for stop in stops):
        pieces.run(stop)
    pieces.run()
    assert differences(facts(whole), facts(pieces)) == []


def test_k9_run_100_then_200_is_run_200():
    scenario = example("platform_closure")
    whole, pieces = firm_of(scenario, 16), firm_of(scenario, 16)
    whole.run(200)
    pieces.run(100)
    pieces.run(200)
    assert whole.clock.today == pieces.clock.today == 200
    assert differences(facts(whole), facts(pieces)) == []


def test_k9_resuming_with_another_process_added():
    scenario, seen = plain(), []

    def watcher(firm):
        for day in firm.days():
            yield firm.clock.at(day, Phase.OBSERVE)
            seen.append((day, int(firm.cash[0])))

    firm = firm_of(scenario)
    firm.run(57)
    resumed(scenario.replace({"processes": [watcher]}), firm.world.save())
    # 1,000.00 at the start and 100.00 a day.
    assert seen == [(57, 680_000), (58, 690_000), (59, 700_000)]
