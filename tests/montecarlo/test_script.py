"""A user's script in a process of its own: no guard needed, and Ctrl-C as a terminal sends it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPT = """
import sys
sys.path.insert(0, {here!r})
import stand_in
from cashstress import processes
from cashstress.montecarlo import runner
processes.run_block, runner.run_job = stand_in.run_block, stand_in.run_job
processes.lanes_per_block = stand_in.lanes_per_block
from cashstress.results import simulate
print("started", flush=True)
result = simulate(stand_in.StandIn(trouble={trouble!r}), runs={runs}, workers=2, progress=True)
print(result.runs, result.interrupted)
"""


def unmeasured():
    """The environment without coverage, which may warn on the stderr that must stay empty."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


def start(tmp_path, runs, trouble=""):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(here=str(HERE), runs=runs, trouble=trouble))
    return subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=unmeasured() | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )


def in_the_middle_of_a_run(tmp_path):
    """A script of which the first blocks are done and the last will never be."""
    script = start(tmp_path, 10_000_000, trouble="says so")
    assert script.stdout.readline() == "started\n"
    # Said by the worker that begins it; few blocks wait, so the first are home by then.
    assert script.stdout.readline() == "block 20\n"
    return script


def test_a_script_without_a_main_guard_runs_once(tmp_path):
    script = start(tmp_path, 400)
    out, err = script.communicate(timeout=60)
    assert (out.split(), err) == (["started", "400", "False"], "")


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are a POSIX idea")
def test_ctrl_c_in_a_terminal_gives_the_answer_so_far_without_tracebacks(tmp_path):
    script = in_the_middle_of_a_run(tmp_path)
    os.killpg(script.pid, signal.SIGINT)
    out, err = script.communicate(timeout=60)
    runs, interrupted = out.split()
    assert int(runs) > 0
    assert int(runs) % 40 == 0
    assert interrupted == "True"
    assert err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="inherited pipes are a POSIX idea")
def test_workers_do_not_outlive_a_killed_script(tmp_path):
    script = in_the_middle_of_a_run(tmp_path)
    script.kill()
    # The workers hold the pipes too: this returns when the last of them is gone.
    script.communicate(timeout=30)
    assert script.returncode == -signal.SIGKILL
