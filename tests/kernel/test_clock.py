from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashstress.errors import SimulationError
from cashstress.kernel.clock import Clock, Phase

MOMENTS = list(product(range(3), Phase, range(3)))
HORIZON = 400


def note(clock, seen, moment, name=None):
    """Write the moment down when it happens."""
    day, phase, rank = moment
    seen_as = moment if name is None else name
    moment = clock.at(day, phase, rank=rank)
    moment.callbacks.append(lambda _: seen.append(seen_as))


def wait(clock, seen, days, phase, name):
    for day in days:
        yield clock.at(day, phase)
        seen.append((day, name))


# --- the total order


def test_a_day_has_the_seven_phases_of_the_meanings_in_their_order():
    # The table of "The day" in docs/reference/meanings.md.
    names = ["SHOCK", "RECEIPT", "OPERATE", "DUE", "SETTLE", "LEND", "OBSERVE"]
    assert [phase.name for phase in Phase] == names
    assert sorted(Phase) == list(Phase)
    assert Clock(HORIZON).horizon == HORIZON


def test_waiting_for_nothing_is_no_wait():
    clock, seen = Clock(2), []

    def process():
        yield clock.at(1, Phase.DUE)
        yield clock.env.timeout()
        seen.append((clock.today, clock.phase))

    clock.start(process(), 0)
    clock.run(2)
    assert seen == [(1, Phase.DUE)]


@given(st.permutations(MOMENTS))
def test_the_order_of_scheduling_never_matters(moments):
    clock, seen = Clock(3), []
    for moment in moments:
        note(clock, seen, moment)
    clock.run(3)
    assert seen == MOMENTS  # product() gives them in lexicographic order: day, phase, rank


@pytest.mark.parametrize("first", ["early", "late"])
def test_of_two_processes_in_one_phase_the_lower_rank_comes_first(first):
    clock, seen = Clock(3), []
    ranks = {"early": 1, "late": 2}
    for name in sorted(ranks, key=lambda n: n != first):
        clock.start(wait(clock, seen, [0, 1, 2], Phase.DUE, name), ranks[name])
    clock.run(3)
    assert seen == [(day, name) for day in range(3) for name in ("early", "late")]


@pytest.mark.parametrize("days", [[2], [1, 2], [0, 1, 2]])
def test_skipping_idle_days_changes_no_order(days):
    # SimPy alone would let whoever scheduled first go first: the one who skipped days 0 and 1.
    clock, seen = Clock(3), []
    clock.start(wait(clock, seen, days, Phase.DUE, "sleeper"), 2)
    clock.start(wait(clock, seen, [0, 1, 2], Phase.DUE, "daily"), 1)
    clock.run(3)
    assert seen[-2:] == [(2, "daily"), (2, "sleeper")]


def test_a_process_lends_its_rank_to_its_moments_unless_they_name_their_own():
    clock, ranks = Clock(2), []

    def process():
        first = clock.at(0, Phase.SHOCK)
        ranks.append(first.rank)
        yield first
        own = clock.at(0, Phase.SHOCK, rank=9)
        ranks.append(own.rank)
        yield own

    clock.start(process(), 7)
    clock.run(1)
    assert ranks == [7, 9]
    assert clock.at(1, Phase.SHOCK).rank == 0  # outside any process


def test_a_process_of_simpy_s_own_has_rank_0():
    clock, ranks = Clock(1), []

    def child():
        ranks.append(clock.at(0, Phase.DUE).rank)
        yield clock.env.timeout()

    def process():
        yield clock.at(0, Phase.SHOCK)
        yield clock.env.process(child())

    clock.start(process(), 7)
    clock.run(1)
    assert ranks == [0]


def test_the_largest_rank_stays_inside_its_phase():
    clock, seen = Clock(1), []
    note(clock, seen, (0, Phase.RECEIPT, 0))
    note(clock, seen, (0, Phase.SHOCK, 2**16 - 1))
    clock.run(1)
    assert seen == [(0, Phase.SHOCK, 2**16 - 1), (0, Phase.RECEIPT, 0)]


@pytest.mark.parametrize("rank", [-1, 2**16])
def test_a_rank_that_would_leave_its_phase_is_refused(rank):
    with pytest.raises(SimulationError, match=f"rank {rank} .*0 to 65535"):
        Clock(1).at(0, Phase.SHOCK, rank=rank)


# --- time does not run backwards


def refused_in(now, wanted):
    """Whether `at(wanted)` is refused at the moment `now`."""
    clock, answers = Clock(5), []

    def process():
        yield clock.at(now[0], now[1], rank=now[2])
        try:
            clock.at(wanted[0], wanted[1], rank=wanted[2])
        except SimulationError as error:
            answers.append(error)
        else:
            answers.append(None)

    clock.start(process(), 0)
    clock.run(5)
    return answers[0] is not None


@given(st.sampled_from(MOMENTS), st.sampled_from(MOMENTS))
def test_only_a_moment_after_the_current_one_is_accepted(now, wanted):
    assert refused_in(now, wanted) == (wanted <= now)


def test_the_refusal_says_what_was_asked_and_when_it_is():
    clock = Clock(10)

    def process():
        yield clock.at(4, Phase.SETTLE)
        yield clock.at(4, Phase.DUE)

    clock.start(process(), 3)
    message = r"day 4, DUE, rank 3 is not after the current moment \(day 4, SETTLE\) \(day 4\)"
    with pytest.raises(SimulationError, match=message) as caught:
        clock.run(10)
    assert caught.value.day == 4


def test_a_past_day_is_refused_after_a_run():
    clock = Clock(10)
    clock.run(5)
    with pytest.raises(SimulationError, match=r"day 4, .* \(day 5, start\)"):
        clock.at(4, Phase.OBSERVE)
    assert clock.at(5, Phase.SHOCK).day == 5


def test_running_to_a_day_that_is_over_is_refused():
    clock = Clock(200)
    clock.run(100)
    with pytest.raises(SimulationError, match=r"cannot run until day 50: it is day 100 already"):
        clock.run(50)
    clock.run(100)  # nothing to do, and no error
    assert clock.today == 100


@pytest.mark.parametrize("day", [1.5, float("nan")])
def test_days_are_whole(day):
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        Clock(3).at(day, Phase.DUE)


# --- running in pieces


def busy(clock, seen):
    """Moments in every phase of every day, and on each some that SimPy orders by itself."""
    for day in range(clock.today, HORIZON):
        for phase in Phase:
            yield clock.at(day, phase)
            seen.append((clock.today, clock.phase))
            yield clock.env.timeout(0)
            seen.append((clock.today, "at once"))


@pytest.mark.parametrize("stops", [[100], [1, 2, 100, 199], list(range(200)), [0, 0, 200]])
def test_a_run_in_pieces_equals_a_whole_run(stops):
    traces = []
    for pieces in ([], stops):
        clock, seen = Clock(HORIZON), []
        clock.start(busy(clock, seen), 1)
        for phase in Phase:  # exactly on the days where it stops, before and after the process
            for day in (99, 100, 101, 199):
                note(clock, seen, (day, phase, 0), ("before", day, phase))
                note(clock, seen, (day, phase, 2), ("after", day, phase))
        for stop in pieces:
            clock.run(stop)
        clock.run(200)
        traces.append(seen)
    whole, split = traces
    assert split == whole
    assert len(whole) == 200 * len(Phase) * 2 + 4 * len(Phase) * 2


def test_a_stop_day_is_not_run():
    clock, seen = Clock(10), []
    for phase in Phase:
        note(clock, seen, (4, phase, 0))
        note(clock, seen, (5, phase, 0))
    clock.run(5)
    assert seen == [(4, phase, 0) for phase in Phase]
    assert (clock.today, clock.phase) == (5, None)


def test_a_clock_may_start_on_a_later_day():
    clock, seen = Clock(10, today=6), []
    clock.start(wait(clock, seen, range(6, 10), Phase.SHOCK, "late"), 0)
    clock.run(10)
    assert [day for day, _ in seen] == [6, 7, 8, 9]


def test_a_process_started_between_two_runs_begins_on_that_day():
    clock, days = Clock(10), []

    def process():
        days.append(clock.today)
        yield clock.at(clock.today, Phase.SHOCK)
        days.append(clock.today)

    clock.run(7)  # the last event lies before day 7, so SimPy's own time is still 0
    clock.start(process(), 0)
    clock.run(10)
    assert days == [7, 7]


# --- SimPy's own events run inside the phase that caused them


@pytest.mark.parametrize("phase", [Phase.SHOCK, Phase.DUE])  # the first phase is nearest to SimPy's
def test_what_simpy_orders_runs_inside_the_phase_that_caused_it(phase):
    clock, seen = Clock(1), []
    bell = clock.env.event()

    def say(what):
        seen.append((what, clock.phase.name))

    def sleeper():
        yield bell
        say("woken")

    def child():
        say("started")
        yield clock.env.timeout(0)
        say("timeout")

    def either():
        yield bell | clock.env.event()
        say("condition")

    def parent():
        yield clock.at(0, phase)
        clock.start(child(), 5)
        bell.succeed()
        say("caused")

    def rival():
        yield clock.at(0, phase)
        say("rival")

    for rank, process in enumerate([parent(), rival(), sleeper(), either()]):
        clock.start(process, rank)
    clock.run(1)
    assert seen[-1] == ("rival", phase.name)
    assert {what for what, _ in seen[:-1]} == {"caused", "started", "woken", "timeout", "condition"}
    assert {when for _, when in seen} == {phase.name}


def test_an_interrupt_arrives_inside_the_phase_that_caused_it():
    clock, seen = Clock(1), []
    simpy_interrupt = pytest.importorskip("simpy").Interrupt

    def patient():
        try:
            yield clock.env.event()
        except simpy_interrupt:
            seen.append(("interrupted", clock.phase))

    def caller(process):
        yield clock.at(0, Phase.RECEIPT)
        process.interrupt()
        yield clock.at(0, Phase.OPERATE)
        seen.append(("later", clock.phase))

    process = clock.start(patient(), 0)
    clock.start(caller(process), 1)
    clock.run(1)
    assert seen == [("interrupted", Phase.RECEIPT), ("later", Phase.OPERATE)]


@pytest.mark.parametrize("delay", [1, 3.5, 10**9])
def test_a_wait_that_knows_no_phases_is_refused(delay):
    def sleeper(clock):
        yield clock.at(2, Phase.DUE)
        yield clock.env.timeout(delay)

    clock = Clock(HORIZON)
    clock.start(sleeper(clock), 0)
    with pytest.raises(SimulationError, match=r"env\.timeout\(.*use: yield firm\.clock\.at\(day"):
        clock.run(HORIZON)
    assert clock.failed() == "sleeper"


def test_no_process_has_failed_in_a_run_that_goes_well():
    clock = Clock(3)
    clock.start(wait(clock, [], [0, 1], Phase.DUE, "good"), 0)
    clock.run(3)
    assert clock.failed() is None


# --- the audit of stuck processes (K8)


def test_the_audit_names_a_process_that_waits_for_nothing():
    clock = Clock(5)

    def waits_for_ever():
        yield clock.at(2, Phase.DUE)
        yield clock.env.event()

    clock.start(waits_for_ever(), 0)
    clock.run(2)
    clock.audit()  # still waits for day 2
    clock.run(5)
    with pytest.raises(SimulationError, match=r"'waits_for_ever' waits .* nothing") as caught:
        clock.audit()
    assert (caught.value.process, caught.value.day) == ("waits_for_ever", 5)


def test_the_audit_accepts_the_finished_and_those_that_wait_beyond_the_end():
    clock = Clock(5)
    clock.start(wait(clock, [], [0, 1], Phase.DUE, "finished"), 0)
    clock.start(wait(clock, [], [0, 9], Phase.DUE, "beyond"), 1)
    clock.run(5)
    clock.audit()
    assert [generator.__name__ for generator in clock.generators()] == ["wait"]


def test_an_error_in_a_process_comes_out_of_run():
    clock = Clock(5)

    def fails():
        yield clock.at(3, Phase.DUE)
        raise SimulationError("out of flour", day=clock.today)

    clock.start(fails(), 0)
    with pytest.raises(SimulationError, match=r"out of flour \(day 3\)"):
        clock.run(5)
