import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import stand_in
from click.testing import CliRunner

from cashstress import cli, processes
from cashstress import scenario as scenario_package
from cashstress.__main__ import main as command
from cashstress.errors import Problem, ScenarioError, SimulationError
from cashstress.montecarlo import runner
from cashstress.results import compare, simulate, version


def shell(*arguments):
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def test_run_prints_the_answer(scenario):
    done = shell("run", "firm.toml", "--runs", 300)
    assert done.exit_code == 0
    assert "300 runs of 120 days from 2025-01-01, seed 0" in done.stdout
    assert "The shock closure raises the probability that" in done.stdout
    assert "cash_out" in done.stdout
    assert "median first day" not in done.stdout


def test_run_prints_everything_on_request(scenario):
    done = shell("run", "firm.toml", "--runs", 300, "--all")
    assert done.exit_code == 0
    for words in (
        "median first day",
        "Amounts over the runs, CNY",
        "Weeks 8 to 13, CNY",
        "default",
    ):
        assert words in done.stdout


def test_json_on_the_screen_is_nothing_but_json(scenario, tmp_path):
    done = shell("run", "f", "--runs", 100, "--seed", 7, "--json", "-", "--plots", tmp_path)
    assert done.exit_code == 0
    expected = compare(scenario.without_shocks(), scenario, runs=100, seed=7)
    assert done.stdout_bytes == expected.to_json().encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cash.png", "survival.png"]


def test_an_answer_that_cannot_be_written_is_no_traceback(scenario, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "answer.json")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    done = shell("run", "f", "--runs", 100, "--json", tmp_path / "answer.json")
    assert done.exit_code == 1
    assert "could not be written: [Errno 28] No space left on device: 'answer.json'" in done.stderr
    # A long run is not lost for it: the answer stands on the screen.
    assert "100 runs" in done.stdout


def test_whoever_reads_the_output_may_stop(scenario, monkeypatch):
    def stopped(*_, **__):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(cli.click, "echo", stopped)
    done = shell("run", "f", "--runs", 100, "--json", "-")
    assert (done.exit_code, done.stderr) == (1, "")


@pytest.mark.parametrize("workers", [1, 2])
def test_json_in_a_file_beside_the_answer(scenario, tmp_path, workers):
    path = tmp_path / "answer.json"
    done = shell("run", "f", "--runs", 100, "--json", path, "--workers", workers)
    assert done.exit_code == 0
    assert "cash_out" in done.stdout
    assert path.read_text() == compare(scenario.without_shocks(), scenario, runs=100).to_json()


def test_without_the_baseline(scenario, tmp_path):
    done = shell("run", "f", "--runs", 100, "--no-baseline", "--json", "-")
    assert json.loads(done.stdout) == simulate(scenario, runs=100).to_dict()
    assert "With the shock closure" in shell("run", "f", "--runs", 100, "--no-baseline").stdout


def test_plots_are_named(scenario, tmp_path):
    done = shell("run", "f", "--runs", 50, "--plots", tmp_path / "new" / "folder")
    assert f"Wrote {tmp_path / 'new' / 'folder' / 'cash.png'}" in done.stdout


def test_ctrl_c_writes_the_partial_answer_and_leaves_with_130(monkeypatch, tmp_path):
    given = stand_in.StandIn(trouble="interrupts")
    monkeypatch.setattr(scenario_package, "load", lambda _: given)
    path = tmp_path / "answer.json"
    done = shell("run", "f", "--runs", 400, "--workers", 1, "--json", path)
    assert done.exit_code == 130
    assert "Stopped early: 80 of 400 runs were done." in done.stdout
    assert json.loads(path.read_text())["runs"] == 80


def test_ctrl_c_before_anything_was_done(monkeypatch, scenario):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(processes, "lanes_per_block", interrupted)
    done = shell("run", "f", "--runs", 400)
    assert (done.exit_code, done.stdout) == (130, "")
    assert "Stopped before anything was done" in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--runs", "0", "--seed", "-1"], "2 problems in the options"),
        (["--runs", "many"], "'many' is not a valid integer"),
        (["--wrokers", "2"], "--wrokers"),
        (["--workers", "0"], "workers: "),
        (["--json", "/no/such/folder/a.json"], "--json: cannot be written"),
        (["--json", "/"], "--json: cannot be written"),
        (["--plots", __file__], "--plots: cannot be made"),
    ],
)
def test_a_bad_option_leaves_with_2_and_a_plain_message(scenario, options, words):
    done = shell("run", "f", *options)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "check", "levers"])
def test_a_bad_scenario_leaves_with_2_and_every_problem(monkeypatch, command):
    def bad(_):
        raise ScenarioError([Problem("firm.cash", "bad"), Problem("name", "missing")], "f.toml")

    monkeypatch.setattr(scenario_package, "load", bad)
    done = shell(command, "f.toml")
    assert done.exit_code == 2
    assert done.stderr == "2 problems in f.toml:\n  - firm.cash: bad\n  - name: missing\n"


def test_a_run_that_fails_leaves_with_1_and_a_plain_message(monkeypatch, scenario):
    def fails(_):
        raise SimulationError("amount beyond 2**53", day=3)

    monkeypatch.setattr(runner, "run_job", fails)
    done = shell("run", "f", "--runs", 30)
    assert done.exit_code == 1
    assert "amount beyond 2**53 (block 0, day 3)" in done.stderr


def test_plots_without_matplotlib_are_refused_before_the_run(monkeypatch, scenario, tmp_path):
    from cashstress.report import plots

    monkeypatch.setattr(plots, "find_spec", lambda _: None)
    done = shell("run", "f", "--plots", tmp_path)
    assert done.exit_code == 2
    assert "--plots: plots need matplotlib: pip install 'cashstress[plot]'" in done.stderr


def test_a_good_scenario_shows_its_ratios(monkeypatch, scenario):
    from types import SimpleNamespace

    from cashstress.scenario import doubts, ratios

    monkeypatch.setattr(doubts, "doubts", lambda _: ())
    rows = SimpleNamespace(rows=lambda: (("net margin", 0.05, "share"),))
    monkeypatch.setattr(ratios, "ratios", lambda _: rows)
    done = shell("check", "f")
    assert done.exit_code == 0
    assert "no problems found" in done.stdout
    assert "5.0 %" in done.stdout
    assert "look again" not in done.stdout


def test_what_is_hardly_meant_is_asked_about(tmp_path):
    file = tmp_path / "firm.toml"
    flour = "flour = { share = 0.4, terms = 30, review_every = 7, stock_days = 3 }"
    file.write_text(
        f"""
        name = "thin stock"
        start = 2025-01-06
        firm = {{ cash = 1000 }}
        sales = {{ annual = 36500 }}
        customers = {{ shop = {{ share = 1, paid_at_once = 1 }} }}
        suppliers = {{ {flour} }}
        """
    )
    done = shell("check", file)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == (
        "Please look again: suppliers.flour.stock_days: stock is used up by the day of the next "
        "delivery, or before: output falls; given 3; accepted: at least half of review_every (3.5)"
    )


def test_levers_are_listed(monkeypatch, scenario):
    from types import SimpleNamespace

    given = [
        SimpleNamespace(
            name="jiebei.limit", unit="money", domain=(0.0, float("inf")), base="300,000.00"
        ),
        SimpleNamespace(name="jiebei.rate", unit="rate", domain=(0.0, 1.0), base="0.0004"),
        SimpleNamespace(name="flour.terms", unit="days", domain=(0, 75), base="45"),
    ]
    monkeypatch.setattr(processes, "levers", lambda _: given, raising=False)
    done = shell("levers", "f")
    assert done.exit_code == 0
    rows = [re.split(r" {2,}", line.strip()) for line in done.stdout.splitlines()]
    assert ["jiebei.limit", "300,000.00", "CNY", "0 or more"] in rows
    assert ["jiebei.rate", "0.0004", "per day, a fraction", "0 to 1"] in rows
    assert ["flour.terms", "45", "days", "0 to 75"] in rows


def test_examples_are_listed_with_their_first_line():
    done = shell("examples")
    assert done.exit_code == 0
    # A long comment goes on below itself, under no name.
    told = re.split(r"\n(?! )", done.stdout.strip())
    assert "platform_closure.toml" in [each.split()[0] for each in told]
    assert all(each.endswith((".", "?")) for each in told)
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_examples_are_copied_and_nothing_of_yours_is_overwritten(tmp_path):
    folder = tmp_path / "mine"
    assert shell("examples", "--copy", folder).exit_code == 0
    assert shell("examples", "--copy", folder).exit_code == 0  # the same again does no harm
    mine = folder / "platform_closure.toml"
    mine.write_text("mine")
    (folder / "platform_closure.py").unlink()
    done = shell("examples", "--copy", folder)
    assert done.exit_code == 2
    assert "a different file of that name is there and is kept" in done.stderr
    assert mine.read_text() == "mine"
    assert not (folder / "platform_closure.py").exists()


def test_examples_into_something_that_is_no_folder(tmp_path):
    done = shell("examples", "--copy", __file__)
    assert done.exit_code == 2
    assert "--copy: cannot be made" in done.stderr


def test_examples_of_an_installed_package_come_first(monkeypatch, tmp_path):
    (tmp_path / "_examples").mkdir()
    (tmp_path / "_examples" / "firm.toml").write_text("#!x\n# A firm.\n")
    (tmp_path / "_examples" / "silent.toml").write_text('name = "x"\n')
    monkeypatch.setattr(cli.resources, "files", lambda _: tmp_path)
    lines = shell("examples").stdout.splitlines()
    assert [line.split() for line in lines] == [["firm.toml", "A", "firm."], ["silent.toml"]]


def test_missing_examples_say_so(monkeypatch, tmp_path):
    monkeypatch.setattr(cli.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(cli, "__file__", str(tmp_path / "a" / "b" / "cli.py"))
    done = shell("examples")
    assert done.exit_code == 1
    assert "reinstall" in done.stderr


def test_an_empty_file_has_no_first_line():
    assert cli._first_comment("\n\n") == ""


#: A device on which nothing can be written.
FULL = Path("/dev/full")


def outside(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **environment):
    """Run Python in a process of its own."""
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.run(
        [sys.executable, *arguments],
        stdout=stdout,
        stderr=stderr,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": paths} | environment,
    )


def test_the_module_is_the_command():
    assert outside("-m", "cashstress", "--version").stdout.startswith("cashstress, version ")


def test_the_version():
    done = shell("--version")
    assert (done.exit_code, done.stdout) == (0, f"cashstress, version {version()}\n")


@pytest.mark.skipif(not FULL.exists(), reason="needs a full device")
@pytest.mark.parametrize("asked", [["--version"], ["--help"], ["run", "--help"], ["examples"]])
def test_a_full_disk_is_no_traceback(asked):
    with FULL.open("w") as full:
        done = outside("-m", "cashstress", *asked, stdout=full)
    assert done.returncode != 0
    assert "could not be written: [Errno 28]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="needs a full device")
def test_a_bad_scenario_leaves_with_2_even_where_nobody_can_be_told():
    with FULL.open("w") as full:
        done = outside("-m", "cashstress", "check", "missing.toml", stderr=full)
    assert (done.returncode, done.stdout) == (2, "")


def test_ctrl_c_in_the_first_half_second_finds_somebody_to_answer_it():
    # What takes long to import is imported where Ctrl-C is caught.
    code = "import sys, cashstress.cli; print([m for m in ('numpy', 'simpy') if m in sys.modules])"
    done = outside("-c", code)
    assert (done.stdout, done.returncode) == ("[]\n", 0)


class _Interrupted:
    """Ctrl-C while the command line is being imported."""

    def find_spec(self, name, *_):
        if name == "cashstress.cli":
            raise KeyboardInterrupt


def test_ctrl_c_while_the_command_line_is_imported(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "cashstress.cli")
    monkeypatch.setattr(sys, "meta_path", [_Interrupted(), *sys.meta_path])
    with pytest.raises(SystemExit) as left:
        command()
    assert left.value.code == 130
    assert capsys.readouterr().err == "Stopped before anything was done.\n"


FIRM = """
name = "小企业"
start = 2025-03-03
horizon = 5
firm.cash = 100
sales.annual = 3650
customers.walk_in = { share = 1, paid_at_once = 1 }
"""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_letters_that_a_terminal_lacks_are_replaced(tmp_path, encoding):
    file = tmp_path / "firm.toml"
    file.write_text(FIRM, encoding="utf-8")
    arguments = ("-m", "cashstress", "run", file, "--runs", "5", "--all")
    done = outside(*arguments, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("???\n")


def test_nobody_listens(tmp_path):
    file, path = tmp_path / "firm.toml", tmp_path / "answer.json"
    file.write_text(FIRM, encoding="utf-8")
    code = f"""
import sys
sys.stdout = sys.stderr = None
sys.argv = ["cashstress", "run", {str(file)!r}, "--runs", "5", "--json", {str(path)!r}]
from cashstress.cli import main
main()
"""
    assert outside("-c", code).returncode == 0
    assert json.loads(path.read_text())["runs"] == 5


def test_an_outcome_that_is_not_there_is_a_bad_option(tmp_path):
    file = tmp_path / "firm.toml"
    file.write_text(FIRM, encoding="utf-8")
    done = outside("-m", "cashstress", "replay", file, "--first", "cash_oot")
    assert done.returncode == 2
    assert "outcome of that name" in done.stderr
    assert "did you mean cash_out?" in done.stderr


def test_the_answer_never_overwrites_the_scenario(scenario, tmp_path):
    file = tmp_path / "firm.toml"
    file.write_text(FIRM, encoding="utf-8")
    done = shell("run", file, "--runs", 5, "--json", tmp_path / "." / "firm.toml")
    assert done.exit_code == 2
    assert "--json: would overwrite the scenario; given" in done.stderr
    assert file.read_text(encoding="utf-8") == FIRM
