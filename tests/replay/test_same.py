"""A replayed replication is the one of the run: draws, days, cents."""

import numpy as np
import pytest
from hypothesis import given
from lab import EXAMPLE_NAMES, example, plain

import cashstress as cs
from cashstress.kernel.record import Record
from cashstress.processes import run_block
from cashstress.replays import replay
from strategies import scenarios, some

quick = some(12)
PER_LANE = ("first_day", "episodes", "days_in_force", "amounts", "mark_days", "history", "chain")


def assert_same(ours, record, lane):
    for part in PER_LANE:
        assert np.array_equal(getattr(ours, part)[:, 0], getattr(record, part)[:, lane]), part


@pytest.mark.parametrize("name", [*EXAMPLE_NAMES, "wait_ask_or_repair", "rule_changes"])
def test_it_equals_the_replication_of_a_run(name):
    scenario = example(name)
    result = cs.simulate(scenario, runs=40, seed=5, workers=1)
    troubled = np.flatnonzero(result.chain().day >= 0)
    # One that went wrong, where there is one, and the last: its slot is far from the first.
    for k in {int(troubled[0]) if troubled.size else 0, 39}:
        one = cs.replay(scenario, seed=5, replication=k)
        assert_same(one.record, result.record, k)
        assert one.outcomes == {
            name: int(result.first_day(name)[k])
            for name in result.outcomes
            if result.first_day(name)[k] >= 0
        }
        assert one.metrics == {name: int(result.metric(name)[k]) for name in result.metrics}


def test_every_days_cash_adds_up_to_that_of_the_run():
    # Amounts of a day over replications are summed exactly in a run; living firms only, so a
    # replication that is wound up counts until it is.
    scenario = example("platform_closure")
    record = run_block(scenario, seed=3, first=6, lanes=3)
    ones = [replay(scenario, seed=3, replication=k) for k in (6, 7, 8)]
    cash = sum(one.journal.daily["Assets:Cash"] for one in ones)
    assert record.alive.tolist() == [3] * scenario.horizon
    assert np.array_equal(cash, record.paths["cash"].sums)
    days = np.array([[day.closing_cash for day in one.story.days] for one in ones])
    assert np.array_equal(days.sum(axis=0), cash)


def test_without_shocks_it_is_the_baseline_under_the_same_draws():
    scenario = example("platform_closure")
    calm = cs.simulate(scenario.without_shocks(), runs=8, seed=0, workers=1)
    one = cs.replay(scenario, replication=7, shocks=False)
    assert_same(one.record, calm.record, 7)
    assert not any(event.kind == "shock_struck" for event in one.story.events)


def test_the_journal_can_be_made_twice():
    ours, theirs = (cs.replay(plain(), replication=4).journal for _ in range(2))
    assert ours.entries == theirs.entries
    assert list(ours.daily) == list(theirs.daily)


@quick
@given(scenarios())
def test_whatever_the_firm_the_journal_holds_its_balances(scenario):
    # Three laws at once: watching changes nothing; the entries explain every balance of every day,
    # which is read from books and subledgers; what is due was paid or is left.
    one = cs.replay(scenario, seed=1, replication=2)
    assert_same(one.record, run_block(scenario, seed=1, first=2, lanes=1), 0)
    assert isinstance(one.record, Record)
    moved = {name: np.zeros(scenario.horizon, np.int64) for name in one.journal.accounts}
    for entry in one.journal.entries:
        assert entry.amount > 0
        moved[entry.debit][entry.day] += entry.amount
        moved[entry.credit][entry.day] -= entry.amount
    for name, amounts in moved.items():
        assert np.array_equal(np.cumsum(amounts), one.journal.daily[name]), name
    for day in one.story.days:
        assert day.opening_cash + day.received + day.borrowed - day.paid == day.closing_cash
        assert all(0 <= due.paid <= due.amount for due in day.due)
    assert one.story.text()
