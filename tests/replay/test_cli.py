"""`cashstress replay`."""

import pytest
from click.testing import CliRunner
from lab import plain

import cashstress as cs
from cashstress.cli import main


@pytest.fixture
def file(tmp_path):
    """A firm that is short on day 9, with a shock on day 3 that changes nothing for it."""
    rent = {"rent": {"monthly": 4000, "day": 11}}
    shock = {"slump": {"kind": "sales_fall", "depth": 0.1, "on": "2025-06-05", "lasts": 2}}
    cs.dump(plain({"firm.cash": 2000}, costs=rent, shocks=shock), tmp_path / "firm.toml")
    return tmp_path / "firm.toml"


def shell(*arguments):
    return CliRunner().invoke(main, ["replay", *map(str, arguments)])


def test_it_prints_the_story(file):
    done = shell(file, "--replication", 4, "--seed", 2)
    assert done.exit_code == 0
    assert done.stdout == cs.replay(cs.load(file), seed=2, replication=4).story.text(100)
    assert done.stdout.startswith("Plain, seed 2, replication 4; amounts in CNY\n")
    assert 'The shock "slump"' in done.stdout


@pytest.mark.parametrize("ending", ["beancount", "hledger", "csv"])
def test_it_writes_the_journal(file, tmp_path, ending):
    path = tmp_path / f"books.{ending}"
    done = shell(file, "--replication", 0, "--journal", path)
    assert done.exit_code == 0
    assert done.stdout.endswith(f"\nWrote {path}\n")
    cs.replay(cs.load(file), replication=0).write(tmp_path / f"theirs.{ending}")
    assert path.read_bytes() == (tmp_path / f"theirs.{ending}").read_bytes()


def test_without_shocks(file):
    done = shell(file, "--replication", 0, "--no-shocks")
    assert done.exit_code == 0
    assert done.stdout.startswith("Plain, seed 0, replication 0, without shocks; amounts in CNY\n")
    assert "slump" not in done.stdout


def test_the_first_in_which_it_happens(file):
    # 2,000.00 and at most 1,000.00 by day 9 are too little in every replication.
    done = shell(file, "--first", "cash_out")
    assert done.exit_code == 0
    assert "replication 0;" in done.stdout
    assert "On Wed 11 Jun 2025 (day 9) a bill could not be paid when it was due." in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--replication: which one is not clear"),
        (["--replication", 1, "--first", "cash_out"], "--replication: which one is not clear"),
        (["--replication", -1], "replication: out of range or of the wrong kind"),
        (["--replication", 0, "--journal", "books.xls"], "--journal: the ending says no format"),
        (["--replication", 0, "--journal", "no/books.csv"], "--journal: cannot be written"),
    ],
)
def test_bad_options_are_said_before_anything_is_run(file, options, words):
    done = shell(file, *options)
    assert done.exit_code == 2
    assert words in done.stderr


def test_an_outcome_that_is_none(file):
    done = shell(file, "--first", "cash_in")
    assert done.exit_code == 2
    assert "there is no outcome of that name" in done.stderr
