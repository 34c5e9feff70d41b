import io
import sys

from stand_in import StandIn, record_of

from cashstress.montecarlo import progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_silent_without_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bar(100, lambda _: "", show=True) as watch:
        assert watch is None
    assert sys.stderr.getvalue() == ""


def test_silent_unless_asked(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(100, lambda _: "", show=False) as watch:
        assert watch is None
    assert sys.stderr.getvalue() == ""


def test_a_terminal_sees_runs_blocks_and_the_estimate(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "150")
    with progress_bar(80, lambda _: "cash_out 3.0 %", show=True) as watch:
        for first in (0, 40):
            watch((record_of(StandIn(), 0, first, 40),))
    shown = sys.stderr.getvalue()
    assert "0 of 80 runs, in the first block" in shown
    assert "80 of 80 runs, 2 blocks" in shown
    assert "cash_out 3.0 %" in shown


def test_one_block_is_no_blocks(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "150")
    with progress_bar(40, lambda _: "", show=True) as watch:
        watch((record_of(StandIn(), 0, 0, 40),))
    assert "40 of 40 runs, 1 block " in sys.stderr.getvalue()
