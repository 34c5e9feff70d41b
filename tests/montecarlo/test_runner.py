import os
import signal
import threading
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest
import stand_in
from stand_in import WIDTH, StandIn

from cashstress.errors import ConservationError, ScenarioError, SimulationError
from cashstress.montecarlo import Staff, crews, replicate, runner

TWO = Staff(workers=2)


def first_days(run):
    return [record.first_day.tolist() for record in run.records]


@pytest.mark.parametrize("staff", [Staff(), Staff(1), TWO, Staff(3)], ids=repr)
def test_workers_change_no_bit(staff):
    scenarios = [StandIn(hazard=0.02), StandIn(hazard=0.01)]
    whole = replicate(scenarios, runs=5 * WIDTH + 7, seed=3, staff=staff)
    alone = replicate(scenarios, runs=5 * WIDTH + 7, seed=3, staff=Staff(1))
    assert first_days(whole) == first_days(alone)
    for one, other in zip(whole.records, alone.records, strict=True):
        assert (one.paths["cash"].counts == other.paths["cash"].counts).all()
        assert (one.amounts == other.amounts).all()
    assert not whole.interrupted


def test_the_first_n_of_a_longer_run_are_the_shorter_run():
    longer = replicate([StandIn()], runs=3 * WIDTH, seed=1)
    shorter = replicate([StandIn()], runs=WIDTH + 5, seed=1)
    assert (longer.records[0].first_day[:, : WIDTH + 5] == shorter.records[0].first_day).all()


@pytest.mark.parametrize("width", [7, 40, 1000])
def test_width_changes_no_bit(monkeypatch, width):
    expected = replicate([StandIn()], runs=90, seed=1).records[0]
    monkeypatch.setattr(runner.processes, "lanes_per_block", lambda *_, **__: width)
    got = replicate([StandIn()], runs=90, seed=1).records[0]
    assert (got.first_day == expected.first_day).all()
    assert (got.paths["cash"].counts == expected.paths["cash"].counts).all()
    assert (got.week_events["cash_out"] == expected.week_events["cash_out"]).all()


@pytest.mark.parametrize("executor", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_of_ones_own(executor):
    options = {"max_workers": 2}
    if executor is ProcessPoolExecutor:
        import multiprocessing

        options["mp_context"] = multiprocessing.get_context("spawn")
    with executor(**options) as own:
        run = replicate([StandIn()], runs=3 * WIDTH, seed=1, staff=Staff(executor=own))
    assert first_days(run) == first_days(replicate([StandIn()], runs=3 * WIDTH, seed=1))


def test_the_pool_stays_warm():
    replicate([StandIn()], runs=3 * WIDTH, seed=1, staff=TWO)
    pool = crews.warm_pool(2)
    replicate([StandIn()], runs=3 * WIDTH, seed=1, staff=TWO)
    assert crews.warm_pool(2) is pool
    assert crews.warm_pool(3) is not pool


def test_watching_sees_every_block_in_order_and_changes_nothing():
    seen = []
    run = replicate(
        [StandIn(), StandIn(hazard=0.5)],
        runs=2 * WIDTH + 1,
        seed=1,
        watch=lambda group: seen.append([record.lanes for record in group]),
    )
    # Three blocks, of equal width.
    assert seen == [[(2 * WIDTH + 1) // 3] * 2] * 3
    assert run.records[0].lanes == 2 * WIDTH + 1


@pytest.mark.parametrize("staff", [Staff(1), TWO], ids=repr)
@pytest.mark.parametrize(
    ("trouble", "error", "words"),
    [
        ("key error", SimulationError, "replications 40 to 79, seed 5, scenario 0123456789abcdef"),
        ("key error", SimulationError, r"KeyError: 'flour' \(block 1\)"),
        ("badly made", SimulationError, r"BadlyMadeError: 1 \(block 1\)"),
        ("simulation", SimulationError, r"\(block 1, day 7, process payroll\)"),
        ("conservation", ConservationError, "rings 5, books 4 .*seed 5.* block 1.*report"),
        ("scenario", ScenarioError, "firm.cash: one entry per replication"),
    ],
)
def test_a_failing_block_says_which(staff, trouble, error, words):
    with pytest.raises(error, match=words):
        replicate([StandIn(trouble=trouble)], runs=200, seed=5, staff=staff)


def test_a_plain_error_from_a_users_executor_names_the_block():
    class Refuses(ThreadPoolExecutor):
        def submit(self, work, job):
            future = Future()
            future.set_exception(ValueError("no"))
            return future

    with pytest.raises(SimulationError, match=r"seed 5.*ValueError: no \(block 0\)"):
        replicate([StandIn()], runs=200, seed=5, staff=Staff(executor=Refuses(1)))


def test_too_few_replications_are_never_silent():
    with pytest.raises(ConservationError, match="39 replications came back"):
        replicate([StandIn(trouble="short")], runs=200, seed=5)


def test_a_worker_killed_once_is_replaced_and_nothing_is_lost(tmp_path):
    scenario = StandIn(trouble="dies once", flag=str(tmp_path / "died"))
    run = replicate([scenario], runs=6 * WIDTH, seed=5, staff=TWO)
    assert (tmp_path / "died").exists()
    assert run.records[0].lanes == 6 * WIDTH
    assert first_days(run) == first_days(replicate([StandIn()], runs=6 * WIDTH, seed=5))


def test_a_block_that_kills_every_worker_is_named_and_leaves_no_broken_pool():
    words = r"seed 5, scenario 0123456789abcdef: the process computing it died.*\(block \d\)"
    with pytest.raises(SimulationError, match=words):
        replicate([StandIn(trouble="dies")], runs=6 * WIDTH, seed=5, staff=TWO)
    assert replicate([StandIn()], runs=6 * WIDTH, seed=5, staff=TWO).records[0].lanes == 6 * WIDTH


def test_a_pool_that_broke_between_runs_is_replaced():
    replicate([StandIn()], runs=3 * WIDTH, seed=5, staff=TWO)
    pool = crews.warm_pool(2)
    with pytest.raises(BrokenProcessPool):
        pool.submit(os._exit, 3).result()
    assert replicate([StandIn()], runs=3 * WIDTH, seed=5, staff=TWO).records[0].lanes == 3 * WIDTH


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_that_is_closed_says_so(kind):
    closed = kind(1)
    closed.shutdown()
    words = r"executor: takes no work: cannot schedule new futures after shutdown; accepted: one"
    with pytest.raises(ScenarioError, match=words):
        replicate([StandIn()], runs=200, seed=5, staff=Staff(executor=closed))


@pytest.mark.parametrize("error", [BrokenProcessPool("gone"), CancelledError()], ids=repr)
def test_a_users_executor_that_breaks_is_not_repaired(error):
    class Breaks(ThreadPoolExecutor):
        def submit(self, work, job):
            future = Future()
            future.set_exception(error)
            return future

    with pytest.raises(SimulationError, match="died"):
        replicate([StandIn()], runs=200, seed=5, staff=Staff(executor=Breaks(1)))


@pytest.mark.parametrize("count", [1, 2])
def test_ctrl_c_keeps_the_blocks_done(count):
    before = signal.getsignal(signal.SIGINT)
    scenarios = [StandIn(trouble="interrupts")] * count
    run = replicate(scenarios, runs=6 * WIDTH, seed=5, staff=Staff(1))
    whole = replicate([StandIn()] * count, runs=6 * WIDTH, seed=5)
    # The block under way is finished; one scenario of a pair without the other is dropped.
    lanes = 2 * WIDTH if count == 1 else WIDTH
    assert run.interrupted
    for short, full in zip(run.records, whole.records, strict=True):
        assert short.lanes == lanes
        assert (short.first_day == full.first_day[:, :lanes]).all()
        assert short.paths["cash"].n[0] == lanes
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_before_anything_is_done():
    class Never(ThreadPoolExecutor):
        def submit(self, work, job):
            os.kill(os.getpid(), signal.SIGINT)
            return Future()

    with pytest.raises(KeyboardInterrupt):
        replicate([StandIn()], runs=200, seed=5, staff=Staff(executor=Never(1)))


@pytest.mark.parametrize("count", [1, 2])
def test_ctrl_c_in_a_first_block_computed_here_does_not_wait_for_its_end(count, monkeypatch):
    """It would be thrown away where the other scenario of the pair is not done yet."""
    ended = []

    def slow(scenario, *, seed, first, lanes):
        os.kill(os.getpid(), signal.SIGINT)
        ended.append(first)
        return stand_in.record_of(scenario, seed, first, lanes)

    monkeypatch.setattr(stand_in, "run_block", slow)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        replicate([StandIn()] * count, runs=3 * WIDTH, seed=5, staff=Staff(1))
    assert ended == []
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_that_kills_the_workers_too():
    class Dies(ThreadPoolExecutor):
        def submit(self, work, job):
            future = Future()
            if job.block.index < 2:
                future.set_result(work(job))
            else:
                future.set_exception(BrokenProcessPool("killed by Ctrl-C"))
            if job.block.index == 2:  # the signal is noticed after the death it causes
                threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGINT)).start()
            return future

    with Dies(1) as own:
        run = replicate([StandIn()], runs=200, seed=5, staff=Staff(executor=own))
    assert run.interrupted
    assert run.records[0].lanes == 2 * WIDTH


def test_outside_the_main_thread_signals_are_left_alone():
    before = signal.getsignal(signal.SIGINT)
    with ThreadPoolExecutor(1) as thread:
        run = thread.submit(replicate, [StandIn()], runs=90, seed=5).result()
    assert run.records[0].lanes == 90
    assert signal.getsignal(signal.SIGINT) is before


def test_what_cannot_travel_runs_here_with_a_warning():
    with pytest.warns(UserWarning, match="cannot be sent to other processes"):
        run = replicate([StandIn(payload=lambda: 1)], runs=90, seed=5, staff=TWO)
    assert np.array_equal(
        run.records[0].first_day, replicate([StandIn()], runs=90, seed=5).records[0].first_day
    )


def test_what_is_defined_in_the_script_runs_here_with_a_warning(monkeypatch):
    monkeypatch.setattr(stand_in.StandIn, "__reduce__", lambda _: (print, ("__main__",)))
    with pytest.warns(UserWarning, match="script itself"):
        run = replicate([StandIn()], runs=90, seed=5, staff=TWO)
    assert run.records[0].lanes == 90


def test_a_forked_child_does_not_use_its_parents_pool():
    crews.warm_pool(2)
    crews._forget_in_child()
    assert crews._warm is None
