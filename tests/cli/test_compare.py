import io
import json

import attrs
import pytest
from click.testing import CliRunner
from rich.console import Console
from stand_in import OUTCOMES, StandIn

from cashstress import cli, processes
from cashstress import scenario as scenario_package
from cashstress.report import show_alternatives
from cashstress.report.alternatives import alternatives_headline
from cashstress.results import compare

BASE = StandIn(hazard=0.02, shocks={"closure": None})
FILES = {
    "base.toml": BASE,
    "safer.toml": attrs.evolve(BASE, hazard=0.005, premium=100_000),
    "same.toml": BASE,
    "worse.toml": attrs.evolve(BASE, hazard=0.05),
    "short.toml": attrs.evolve(BASE, horizon=60),
    "other/safer.toml": attrs.evolve(BASE, hazard=0.001),
}


@pytest.fixture(autouse=True)
def _files(monkeypatch):
    monkeypatch.setattr(scenario_package, "load", lambda name: FILES[name])
    monkeypatch.setattr(processes, "outcome_names", lambda _: OUTCOMES)


def shell(*arguments):
    return CliRunner().invoke(cli.main, ["compare", *(str(argument) for argument in arguments)])


def shown(answer, width, **options):
    out = io.StringIO()
    show_alternatives(answer, Console(file=out, width=width, highlight=False), **options)
    return out.getvalue()


def test_alternatives_are_ranked_by_name():
    done = shell("base.toml", "same.toml", "worse.toml", "safer.toml", "--runs", 300)
    assert done.exit_code == 0
    assert done.stdout.startswith("A stand-in and 3 alternatives\n300 runs of 120 days")
    assert "safer comes first: it lowers the probability that a bill cannot be paid" in done.stdout
    places = [done.stdout.index(f"\n {name} ") for name in ("base", "safer", "same", "worse")]
    assert places == sorted(places)
    assert "no difference seen" in done.stdout
    assert "raises it" in done.stdout
    assert "Every outcome" not in done.stdout


def test_another_outcome_and_day_and_everything():
    options = ("--outcome", "missed_payroll", "--by", 60, "--all", "--runs", 100)
    done = shell("base.toml", "safer.toml", *options)
    assert "missed_payroll by day 60" in done.stdout
    assert "Every outcome: safer" in done.stdout
    assert "default" in done.stdout


@pytest.mark.parametrize("workers", [1, 2])
def test_json_is_the_answer(tmp_path, workers):
    path = tmp_path / "answer.json"
    options = ("--runs", 100, "--seed", 3, "--by", 30, "--workers", workers)
    assert shell("base.toml", "safer.toml", "worse.toml", *options, "--json", path).exit_code == 0
    others = {name: FILES[f"{name}.toml"] for name in ("safer", "worse")}
    expected = compare(BASE, others, runs=100, seed=3).to_json(by=30)
    assert path.read_text() == expected
    done = shell("base.toml", "safer.toml", "worse.toml", *options, "--json", "-")
    assert done.stdout == expected


def test_files_of_one_name_go_by_their_path():
    done = shell("base.toml", "safer.toml", "other/safer.toml", "--runs", 50, "--json", "-")
    names = {entry["name"] for entry in json.loads(done.stdout)["alternatives"]}
    assert names == {"safer.toml", "other/safer.toml"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["base.toml"], "Missing argument 'ALTERNATIVES...'"),
        (["base.toml", "short.toml"], "short: horizon: differs, so days cannot be compared"),
        (["base.toml", "safer.toml", "safer.toml"], "ALTERNATIVES: the same file twice"),
        (
            ["base.toml", "safer.toml", "--outcome", "cash_uot", "--by", "121"],
            "2 problems in the options:\n  - --by: out of range",
        ),
        (["base.toml", "safer.toml", "--outcome", "cash_uot"], "did you mean cash_out?"),
        (["base.toml", "safer.toml", "--json", "/no/such/folder/a"], "--json: cannot be written"),
        (["base.toml", "safer.toml", "--runs", "0"], "runs: out of range"),
    ],
)
def test_a_bad_option_leaves_with_2(arguments, words):
    done = shell(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_no_alternative_is_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(scenario_package, "load", lambda _: BASE)
    (tmp_path / "b.toml").write_text("mine")
    done = shell("a.toml", tmp_path / "b.toml", "--json", tmp_path / "b.toml")
    assert done.exit_code == 2
    assert "would overwrite the scenario" in done.stderr


def test_ctrl_c_leaves_with_130():
    FILES["interrupted.toml"] = attrs.evolve(BASE, trouble="interrupts")
    done = shell("base.toml", "interrupted.toml", "--runs", 400, "--workers", 1)
    assert done.exit_code == 130
    assert "Stopped early: " in done.stdout


def test_headlines():
    same = compare(BASE, {"a": BASE}, runs=50)
    assert alternatives_headline(same, "cash_out").startswith("No difference seen: no alternative")
    worse = compare(BASE, {"a": FILES["worse.toml"]}, runs=300)
    assert alternatives_headline(worse, "cash_out").endswith("120 days; 1 raise it.")
    assert alternatives_headline(same, "default", 30) == (
        "Within 30 days it is not possible that the firm defaults on a loan."
    )
    free = compare(BASE, {"a": attrs.evolve(BASE, hazard=0.005)}, runs=300)
    assert alternatives_headline(free, "cash_out").endswith(", and costs nothing in net assets.")


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_screen_and_no_interval_is_torn(width):
    answer = compare(BASE, {"safer": FILES["safer.toml"], "[b]x": BASE}, runs=200)
    text = shown(answer, width, outcome="cash_out")
    assert max(map(len, text.splitlines())) <= width
    assert "[b]x" in text
    table = text[text.index("cash_out by day") : text.index("In brackets")]
    assert all(line.count("(") == line.count(")") for line in table.splitlines())
