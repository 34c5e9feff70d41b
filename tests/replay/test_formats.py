"""Journals opened by the real tools: Beancount, hledger, and a spreadsheet's CSV."""

import csv
import os
import shutil
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from lab import example, plain

import cashstress as cs
from cashstress.errors import ScenarioError
from cashstress.kernel.clock import Phase
from cashstress.replays.formats import exact

#: `.ci/run` sets this, so that there the tests of hledger cannot be skipped.
REQUIRED = "CASHSTRESS_NEEDS_HLEDGER"
HLEDGER = shutil.which("hledger") or "hledger"
needs_hledger = pytest.mark.skipif(
    shutil.which("hledger") is None and REQUIRED not in os.environ,
    reason="hledger is not installed here; .ci/run installs it",
)
#: Receivables by customer; advances with recourse; a loan repaid and lent again; a wound-up firm.
SOLD = "slow_customers_factoring"
CASES = [("platform_closure", 2), (SOLD, 3), ("roll_over_refused", 15), ("lending_tightening", 2)]


def own_books(firm):
    """A user's own process, with accounts of its own whose names are no account names."""
    fair = firm.books.account("trade fair: 展会", "expense")
    for day in firm.days():
        yield firm.clock.at(day, Phase.SETTLE)
        if day == 3:
            amount = np.full(firm.world.lanes, 12_345, np.int64)
            firm.books.post(fair, "cash", amount, memo='a "stand"; at | the\nfair', party="展会")


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case[0])
def one(request):
    name, replication = request.param
    return cs.replay(example(name), replication=replication)


@pytest.fixture(scope="module")
def odd():
    """Names and notes with signs that mean something in the formats."""
    scenario = plain().replace({"name": 'a "firm"; of | all', "processes": (own_books,)})
    return cs.replay(scenario, replication=0)


def bean_check(path):
    command = [sys.executable, "-m", "beancount.scripts.check", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def ledger_balances(path, *options):
    """Balances of all accounts as hledger has them."""
    command = [HLEDGER, "-f", str(path), "balance", "--flat", "--empty", "--no-total"]
    form = ["--format", "%(account)|%(total)", *options]
    text = subprocess.run([*command, *form], capture_output=True, text=True, check=True).stdout
    rows = (line.rpartition("|") for line in text.splitlines())
    return {name: _minor(total) for name, _, total in rows}


def _minor(total):
    # "-1200.05 CNY", or plain 0.
    number = total.strip().split(" ")[0]
    major, _, minor = number.lstrip("-").partition(".")
    return (-1 if number.startswith("-") else 1) * (int(major) * 100 + int(minor or 0))


def written(journal_of, path):
    journal_of.write(path)
    return path


def test_bean_check_passes(one, tmp_path):
    done = bean_check(written(one, tmp_path / "books.beancount"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_beancount_has_our_balances(one, tmp_path):
    from beancount import loader
    from beancount.core import realization

    entries, errors, options = loader.load_file(written(one, tmp_path / "books.beancount"))
    assert errors == []
    assert options["operating_currency"] == ["CNY"]
    found = {
        account.account: sum(position.units.number for position in account.balance) * 100
        for account in realization.iter_children(realization.realize(entries))
        if account.txn_postings
    }
    ours = one.balances(one.journal.days - 1)
    assert {name: int(amount) for name, amount in found.items()} == ours


@pytest.mark.parametrize("cents", [1, -1])
def test_bean_check_sees_a_lost_cent(one, tmp_path, cents):
    path = written(one, tmp_path / "books.beancount")
    lines = path.read_text(encoding="utf-8").splitlines()
    at = max(i for i, line in enumerate(lines) if " balance Assets:Cash " in line)
    wrong = exact(one.balances(one.journal.days - 1)["Assets:Cash"] + cents)
    words = lines[at].split()
    lines[at] = " ".join([*words[:3], wrong, *words[4:]])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = bean_check(path)
    assert done.returncode == 1
    assert "Balance failed for 'Assets:Cash'" in done.stderr
    assert f"{'0.01 too little' if cents > 0 else '0.01 too much'}" in done.stderr


@needs_hledger
def test_hledger_has_our_balances_and_passes_its_checks(one, tmp_path):
    path = written(one, tmp_path / "books.hledger")
    # Strict: accounts and commodities are declared, assertions hold, every entry balances.
    subprocess.run([HLEDGER, "-f", str(path), "check", "--strict", "ordereddates"], check=True)
    journal = one.journal
    for day in (0, 31, journal.days - 1):
        # hledger's end is the first day not counted.
        found = ledger_balances(path, "--end", str(journal.date(day + 1)))
        ours = one.balances(day)
        assert {name: found.get(name, 0) for name in ours} == ours
        assert set(found) <= set(ours)


@needs_hledger
def test_hledger_sees_a_lost_cent(one, tmp_path):
    path = written(one, tmp_path / "books.hledger")
    text = path.read_text(encoding="utf-8")
    cash = exact(one.balances(one.journal.days - 1)["Assets:Cash"])
    wrong = exact(one.balances(one.journal.days - 1)["Assets:Cash"] + 1)
    head, _, tail = text.rpartition(f"Assets:Cash  0.00 CNY = {cash} CNY")
    path.write_text(f"{head}Assets:Cash  0.00 CNY = {wrong} CNY{tail}", encoding="utf-8")
    done = subprocess.run(
        [HLEDGER, "-f", str(path), "balance"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "balance assertion" in done.stderr


def test_the_table_holds_every_entry(one, tmp_path):
    path = written(one, tmp_path / "books.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    head = ["date", "payee", "narration", "debit account", "credit account", "amount"]
    assert list(rows[0]) == head
    totals = Counter()
    for row in rows:
        totals[row["debit account"]] += _minor(row["amount"])
        totals[row["credit account"]] -= _minor(row["amount"])
    ours = one.balances(one.journal.days - 1)
    assert {name: totals[name] for name in ours} == ours
    assert set(totals) <= set(ours)


def test_odd_names_and_notes_pass(odd, tmp_path):
    done = bean_check(written(odd, tmp_path / "books.beancount"))
    assert (done.returncode, done.stderr) == (0, "")
    assert odd.balances(3)["Expenses:Trade-Fair:N--展会"] == 12_345
    fair = next(entry for entry in odd.journal.entries if entry.amount == 12_345)
    assert (fair.payee, fair.day, fair.credit) == ("展会", 3, "Assets:Cash")
    with written(odd, tmp_path / "b.csv").open(encoding="utf-8", newline="") as file:
        notes = {row["narration"] for row in csv.DictReader(file)}
    assert 'a "stand"; at | the\nfair' in notes


@needs_hledger
def test_odd_names_and_notes_pass_in_hledger(odd, tmp_path):
    path = written(odd, tmp_path / "books.hledger")
    assert ledger_balances(path)["Expenses:Trade-Fair:N--展会"] == 12_345
    show = [HLEDGER, "-f", str(path), "print", "amt:123.45"]
    text = subprocess.run(show, capture_output=True, text=True, check=True).stdout
    assert '* 展会 | a "stand", at / the fair' in text


def test_balances_are_asserted_at_month_ends_and_at_the_end():
    # 2 June 2025 and 60 days: the last is 31 July.
    journal = cs.replay(plain(), replication=0).journal
    assert [str(journal.date(day)) for day in journal.closing_days()] == [
        "2025-06-30",
        "2025-07-31",
    ]
    short = cs.replay(plain({"horizon": 45}), replication=0).journal
    assert [str(short.date(day)) for day in short.closing_days()] == ["2025-06-30", "2025-07-16"]


def test_a_name_that_says_no_format_is_refused(odd, tmp_path):
    with pytest.raises(ScenarioError, match=r"the ending says no format.*\.beancount, \.hledger"):
        odd.write(tmp_path / "books.xls")


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0.00"), (-5, "-0.05"), (2**53, "90071992547409.92")]
)
def test_amounts_are_exact(amount, text):
    assert exact(amount) == text
