"""What goes wrong is said plainly, with day and process; what is only large does not go wrong."""

import datetime as dt

import numpy as np
import pytest
from lab import START, day_by_day, firm_of, plain, run

from cashstress.errors import ScenarioError, SimulationError
from cashstress.kernel.clock import Phase
from cashstress.processes import levers, run_block
from cashstress.results import simulate

DAY_5 = dt.date.fromisoformat(START) + dt.timedelta(days=5)


# --- a user's own process


def raises(firm):
    yield firm.clock.at(5, Phase.DUE)
    raise ValueError("no such fair")


def pays_parts_of_cents(firm):
    yield firm.clock.at(5, Phase.DUE)
    firm.books.post("cash", "equity", np.full(firm.world.lanes, 1.5))


def sleeps(firm):
    yield firm.clock.at(5, Phase.DUE)
    yield firm.clock.env.timeout(3)


def goes_back(firm):
    yield firm.clock.at(5, Phase.DUE)
    yield firm.clock.at(4, Phase.DUE)


def spends_what_is_not_there(firm):
    yield firm.clock.at(5, Phase.DUE)
    firm.books.post("equity", "cash", np.full(firm.world.lanes, 10**9))


def posts_past_a_ledger(firm):
    yield firm.clock.at(5, Phase.DUE)
    firm.books.post("receivables", "equity", np.full(firm.world.lanes, 1))


def idles(firm):
    yield firm.clock.at(5, Phase.DUE)


def waits_for_ever(firm):
    yield firm.clock.env.event()


@pytest.mark.parametrize(
    ("process", "message"),
    [
        (raises, r"ValueError: no such fair \(day 5, process raises\)"),
        (pays_parts_of_cents, r"int64, not float64 \(day 5, process pays_parts_of_cents\)"),
        (sleeps, r"env.timeout\(3\) knows no phases; .* \(day 5, process sleeps\)"),
        (goes_back, r"day 4, .* is not after .* \(day 5, process goes_back\)"),
        (waits_for_ever, r"'waits_for_ever' waits for .* nothing will trigger"),
    ],
)
def test_an_error_names_day_and_process(process, message):
    with pytest.raises(SimulationError, match=message):
        run_block(plain({"processes": [process]}), seed=0, first=0, lanes=3)


async def later(firm):
    """A coroutine would never run."""


def returns_nothing(firm):
    """No yield: no generator."""


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("function", [later, returns_nothing, lambda _: [1]])
def test_a_function_without_a_yield_is_refused(function):
    with pytest.raises(SimulationError, match=r"process '.*' is no generator function"):
        simulate(plain({"processes": [function]}), runs=3)


class TakesNoFirm:
    """Called with the firm it fails before anything has run."""


def test_an_overdraft_by_a_users_posting_names_its_process():
    scenario = plain().replace({"processes": [idles, spends_what_is_not_there]})
    with pytest.raises(SimulationError, match=r"its posting: .*'cash' fell to -") as caught:
        run_block(scenario, seed=0, first=0, lanes=3)
    assert (caught.value.day, caught.value.process) == (5, "spends_what_is_not_there")
    assert "report" not in str(caught.value)


def test_books_past_a_ledger_ask_for_the_users_processes():
    scenario = plain().replace({"processes": [posts_past_a_ledger, idles]})
    words = (
        r"'receivables' holds 1, its subledger 0.*own processes \(.*posts_past_a_ledger, .*idles"
    )
    with pytest.raises(SimulationError, match=words):
        run_block(scenario, seed=0, first=0, lanes=3)


def test_a_process_that_cannot_be_called_is_no_error_of_another_kind():
    with pytest.raises(SimulationError, match=r"TypeError: TakesNoFirm\(\) takes no arguments"):
        simulate(plain({"processes": [TakesNoFirm]}), runs=3)


def test_the_levers_of_what_is_no_scenario():
    with pytest.raises(ScenarioError, match=r"scenario: is no scenario; given 'firm\.toml'"):
        levers("firm.toml")


# --- far before the start and far beyond the horizon


@pytest.mark.parametrize("cover", [{"stock_days": 3650}, {"lead_days": 3650, "stock_days": 0}])
def test_stock_for_years_is_ordered(cover):
    supplier = {"share": 0.5, "terms": 30, "lead_days": 1, "stock": 0, "critical": False}
    firm = run(plain(suppliers={"iron": supplier | cover}), until=1)
    lead, stock = (supplier | cover)["lead_days"], cover["stock_days"]
    # Half of 100.00 a day over lead, cover and half a review, rounded to even.
    assert firm.suppliers[0].on_order[0] == 50_00 * round(lead + stock + 7 / 2)


def test_an_invoice_may_be_waited_for_for_years():
    customer = {"share": 1, "terms": 30, "never_paid": 1.0, "write_off_after": 3650}
    firm = firm_of(plain({"customers.buyer": customer, "customers.walk_in.share": 0}))
    weeks = (3650 + 30 - 30) // 7 + 1  # one invoice a week before the terms, as far back as it goes
    owed = 100_00 * (30 + 7 * weeks)
    assert abs(int(firm.customers[-1].owed[0]) - owed) <= 7 * 100_00


def test_holidays_years_away_are_known_to_the_pattern():
    country = {"calendar.country": "CN", "sales.on_holidays": False}
    supplier = {"share": 0.5, "terms": 30, "stock_days": 3000, "critical": False}
    pattern = firm_of(plain(country, suppliers={"iron": supplier})).sales.pattern
    for year in (2025, 2026, 2030, 2033):
        day = (dt.date(year, 10, 1) - dt.date.fromisoformat(START)).days
        assert pattern.share(day) == 0
        assert pattern.share(day - 10) > 0


def test_a_day_that_is_not_planned_is_refused():
    # 400 days before and after a run of 60 are planned; a day before that was taken from the end.
    pattern = firm_of(plain()).sales.pattern
    assert pattern.share_between(-400, 460) == pytest.approx(860 / 365, rel=1e-12)
    assert pattern.share(-400) == pattern.share(459) == 1 / 365
    for days in [(-401, 0), (0, 461)]:
        with pytest.raises(IndexError, match=r"planned for days -400 to 460, not for (-401|461)"):
            pattern.share_between(*days)
    for day in (-401, 460):
        with pytest.raises(IndexError, match=rf"not for {day}"):
            pattern.share(day)


# --- amounts that would not fit


def test_a_planned_cost_that_would_wrap_stops_the_run():
    shock = {"kind": "lever", "lever": "rent.level", "operation": "set", "value": 1e14, "on": DAY_5}
    bank = {"kind": "revolver", "limit": 1000, "rate": {"per_day": 0.0004}, "delay_days": 1}
    costs = {"rent": {"monthly": 5000, "day": 10}}
    rising = plain(costs=costs, channels={"bank": bank}, shocks={"rise": shock})
    with pytest.raises(SimulationError, match=r"beyond 2\*\*53; .* \(day 5, process settling"):
        run_block(rising, seed=0, first=0, lanes=1)


def test_a_limit_that_would_wrap_stops_the_run():
    line = {"kind": "platform", "limit": 1000, "rate": {"per_day": 0.0004}}
    shock = {"kind": "lever", "lever": "line.limit", "operation": "scale", "value": 1e14}
    shocks = {"one": shock | {"on": DAY_5}, "two": shock | {"on": DAY_5}}
    rising = plain(channels={"line": line}, shocks=shocks)
    with pytest.raises(SimulationError, match=r"lever 'line.limit': .* beyond 2\*\*53; .* \(day 5"):
        run_block(rising, seed=0, first=0, lanes=1)
    assert day_by_day(rising.without_shocks(), lambda firm: int(firm.headroom()[0]), until=6)
