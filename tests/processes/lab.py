"""A bench for single firms: a plain scenario to change, what a lane booked, what a run drew."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from cashstress.kernel.clock import Phase
from cashstress.processes import Firm
from cashstress.scenario import Scenario, load

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE_NAMES = (
    "platform_closure",
    "lending_tightening",
    "restaurant_six_weeks",
    "roll_over_refused",
    "four_lines",
    "slow_customers_factoring",
)
#: A Monday; day 29 is Tuesday 2025-07-01.
START = "2025-06-02"
#: Raw rings keep amounts of days long gone until a row is used again, and `oldest` and `head` mean
#: nothing where nothing is owed: what they say is compared instead.
_RAW = (".ring", ".oldest", ".head", ".receipts", ".write_offs", ".coming", ".transit")
_RAW += (".paid_for", ".substituted", ".prepaid_net", ".since")


@functools.cache
def example(name):
    return load(EXAMPLES / f"{name}.toml")


def plain(changes=None, **tables):
    """A firm that sells 100.00 a day for cash, every day, and nothing else."""
    plan = {
        "name": "plain",
        "start": START,
        "horizon": 60,
        "firm": {"cash": 1000},
        "sales": {"annual": 36_500},
        "customers": {"walk_in": {"share": 1, "paid_at_once": 1}},
    }
    scenario = Scenario(**(plan | tables))
    return scenario.replace(changes) if changes else scenario


def firm_of(scenario, lanes=1, *, seed=0, slots=None):
    slots = np.arange(lanes) if slots is None else np.asarray(slots)
    return Firm(scenario, seed=seed, slots=slots.astype(np.int64))


def days_of(firm, until=None):
    """Run day by day; after each day its number."""
    first = firm.clock.today
    for day in range(first, firm.scenario.horizon if until is None else until):
        firm.run(day + 1)
        yield day


def run(scenario, lanes=1, *, seed=0, until=None, slots=None):
    """A firm that has lived until the end, checked every day."""
    firm = firm_of(scenario, lanes, seed=seed, slots=slots)
    for _ in days_of(firm, until):
        firm.audit()
    return firm


def traced(scenario, *, until=None, lanes=1, lane=0):
    """A firm with the journal of one lane, the opening not in it."""
    firm = firm_of(scenario, lanes)
    firm.books.traced = lane
    firm.run(scenario.horizon if until is None else until)
    firm.audit()
    return firm


def entries(firm, debit=None, credit=None):
    """(day, amount) of the postings between two accounts."""
    return [
        (entry.day, entry.amount)
        for entry in firm.books.journal
        if debit in (None, entry.debit) and credit in (None, entry.credit)
    ]


def first(firm, outcome):
    return firm.outcomes.watches[outcome].first.tolist()


def watch(firm, outcome):
    """First day, episodes and days in force in lane 0."""
    seen = firm.outcomes.watches[outcome]
    return int(seen.first[0]), int(seen.episodes[0]), int(seen.days[0])


def day_by_day(scenario, look, *, lanes=1, until=None):
    """What `look(firm)` says after each day."""
    firm = firm_of(scenario, lanes)
    return [look(firm) for _ in days_of(firm, until)]


def at(firm, moment, action, *, days=None):
    """Call `action(firm, day)` at one phase of days, after everybody else."""

    def process(firm):
        for day in firm.days() if days is None else days:
            yield firm.clock.at(day, moment)
            action(firm, day)

    firm.add_process(process)
    return firm


def seen_at(scenario, moment, look, *, until=None):
    """What `look(firm)` says at a phase of each day, by day."""
    firm, seen = firm_of(scenario), {}
    at(firm, moment, lambda firm, day: seen.update({day: look(firm)}))
    firm.run(scenario.horizon if until is None else until)
    return seen


def spying(post, look):
    """A `Books.post`, bound or not, after which `look(words, posted, lanes)` is called.

    `words` are what it was called with: the books if it is not bound, debit, credit, amount.
    """

    @functools.wraps(post)
    def spied(*words, lanes=None, **more):
        posted = post(*words, lanes=lanes, **more)
        look(words, posted, lanes)
        return posted

    return spied


def facts(firm):
    """All that can be known of each lane, as arrays with the lanes on the last axis."""
    columns = firm.columns
    known = {name: columns[name] for name in columns.names if not name.endswith(_RAW)}
    for payable in firm.payables:
        ledger = payable.ledger
        known[f"{payable.name} total"] = ledger.total
        known[f"{payable.name} age"] = ledger.days_past_due()
    for customer in firm.customers:
        known[f"{customer.name} owed"] = customer.owed
    for supplier in firm.suppliers:
        known[f"{supplier.name} prepaid"] = supplier.prepaid
    for channel in firm.channels.values():
        known[f"{channel.name} coming"] = channel._coming.total
    for lever in firm.levers:
        known[f"lever {lever.name}"] = np.broadcast_to(lever.value, firm.world.lanes)
    # A copy: the buffers go on changing.
    return {name: np.array(values) for name, values in known.items()}


def differences(ours, theirs, *, lanes=None):
    """Names of facts that are not the same to the bit; `lanes` says where theirs stand in ours."""
    pick = slice(None) if lanes is None else np.asarray(lanes)
    return [
        name
        for name, values in theirs.items()
        if name in ours
        and values.tobytes() != np.ascontiguousarray(ours[name][..., pick]).tobytes()
    ]


__all__ = [name for name in dir() if not name.startswith("_")]
assert Phase
