from __future__ import annotations

import os
from decimal import Decimal

import pytest

from cashstress.errors import ScenarioError
from cashstress.scenario import Draw, PlatformLine, dump, dumps, load, loads
from cashstress.scenario.loading import MOST_BYTES


def test_a_good_file_has_typed_values(scenario):
    assert scenario.firm.cash == Draw(draw="lognormal", median=80_000, sigma=0.5)
    assert isinstance(scenario.channels["jiebei"], PlatformLine)
    assert scenario.suppliers["flour"].opening[0].amount == Decimal("12000.50")
    assert scenario.treasury.floor.days == 5.0
    assert scenario.payroll.staff == 8.0


def test_all_problems_of_a_file_together_with_full_keys(text):
    slips = {
        "start = 2025": "strt = 2025",
        "share = 0.7": "share = 70",
        "terms = 30\nsubst": "tems = 30\nsubst",
        "per_day = 0.0004": "per_day = 0.04",
        "staff = 8": "staff = nan",
        'amount = "12000.50"': "amount = true",
        'kind = "owner"': 'kind = "ownr"',
        'channels = ["jiebei"]': 'channels = ["jiebie"]',
        "on = 2025-03-01": "on = 2025-03-01T10:00:00",
    }
    for good, bad in slips.items():
        assert good in text
        text = text.replace(good, bad, 1)
    with pytest.raises(ScenarioError, match="problems in the text") as caught:
        loads(text)
    found = {problem.key: problem for problem in caught.value.problems}
    assert set(found) == {
        "strt",
        "start",
        "customers.shops.share",
        "suppliers.flour.tems",
        "suppliers.flour.terms",
        "suppliers.flour.opening[0].amount",
        "payroll.staff",
        "channels.jiebei.rate.per_day",
        "channels.owner.kind",
        "shocks.closure.channels",
        "shocks.fall.on",
    }
    assert found["strt"].nearest == "start"
    assert found["suppliers.flour.tems"].nearest == "terms"
    assert found["channels.owner.kind"].nearest == "owner"
    assert found["shocks.closure.channels"].nearest == "jiebei"
    assert "0.7, not 70" in found["customers.shops.share"].message
    assert "0.0004 (0.04 %)" in found["channels.jiebei.rate.per_day"].message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"name = ", "not valid TOML"),
        (b"name = 1\x00", "not valid TOML"),
        # What the parser means is a place: the line that stands there has the key.
        (b"staff = 1\nstaff = 2\nwage = 5", r"not valid TOML: .*\(at line 2.* is 'staff = 2'"),
        (b"staff = 1\nstaff = 2\n\n", r"not valid TOML: .*; the (last )?line is 'staff = 2'"),
        (b"staff = 1\nstaff = 2", r"not valid TOML: .*; the last line is 'staff = 2'"),
        (b"a = 1\r\nstart = 2025-02-30\r\n", r"not valid TOML: .* is 'start = 2025-02-30'"),
        (b"name = 'a\x1b[31m'", r"not valid TOML: .* line is .*\\x1b"),
        (b"name = '" + b"a" * 9_000 + b"\n", r"not valid TOML: .* line is .{,70}$"),
        (b"\nhorizon = " + b"9_9" * 2500, r"more than 4,300 digits \(line 2\)"),
        (b"horizon = 1e400", "horizon: must be finite"),
        (b"name = " + b"[" * 100_000, "nested too deeply"),
        (b"name = " + b"{a=" * 30_000, "nested too deeply"),
        (b"\na" + b".a" * 400_000 + b" = 1", r"nested too deeply.*line 2"),
        (b"[" + b"a . " * 200_000 + b"a]", "nested too deeply"),
        (b"x = {" + b"'a'." * 200_000 + b"a = 1}", "nested too deeply"),
        (b"x" + b".a" * 25 + b" = 1", "x: unknown key"),
        (b"#" * (MOST_BYTES + 1), "larger than 1,000,000"),
        (b"[[firm]]\ncash = 5", r"firm: .*write \[name\], not \[\[name\]\]"),
        (b"firm = 5", "firm: must be a table"),
        (b"channels = [1]", "channels: must be a table of named tables"),
        (b"[channels]\nlimit = 5", "channels.limit: must be a table with a kind"),
        (b"[channels.A]\nkind = 'owner'\nlimit = 1", "channels.A: must be a name"),
        (b"[channels.'a b']\nkind = 'owner'\nlimit = 1", "channels.'a b': must be a name"),
        (b"[channels.a]\nlimit = 1", "channels.a.kind: required key is missing"),
        (b"start = 2025-01-01T00:00:00Z", "start: must be a date without a time"),
        (b"start = 10:00:00", "start: must be a date without a time"),
        (b"start = '2025-02-30'", "start: must be a date"),
        (b"start = 0001-01-01", "start: year out of range"),
    ],
)
def test_hostile_files(tmp_path, content, message):
    path = tmp_path / "firm.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=message) as caught:
        load(path)
    assert caught.value.source == str(path)
    assert max(len(str(problem)) for problem in caught.value.problems) < 2000


def test_messages_stay_short():
    long = "k" * 100_000
    with pytest.raises(ScenarioError) as caught:
        loads(f"{long} = 1\nname = '{long}'\n[channels.{long}]\nkind = '{long}'")
    assert max(len(str(problem)) for problem in caught.value.problems) < 1000


def test_missing_file(tmp_path):
    with pytest.raises(ScenarioError, match="no such file"):
        load(tmp_path / "none.toml")


def test_directory(tmp_path):
    with pytest.raises(ScenarioError, match="is a directory"):
        load(tmp_path)


def test_a_100_mb_file_is_not_read(tmp_path):
    path = tmp_path / "big.toml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(ScenarioError, match="larger than"):
        load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ScenarioError, match="not a regular file"):
        load(tmp_path / "pipe")


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000, 5, None, b"x"])
def test_paths_that_are_none(path):
    with pytest.raises(ScenarioError, match=r"cannot be read|no such file"):
        load(path)


@pytest.mark.parametrize("given", [b"name = 'a'", 5, None])
def test_loads_wants_text(given):
    with pytest.raises(ScenarioError, match="must be a text"):
        loads(given)


def test_loads_has_the_same_limit():
    with pytest.raises(ScenarioError, match="larger than"):
        loads("#" * (MOST_BYTES + 1))


def test_a_thousand_unknown_keys_are_reported_in_part():
    with pytest.raises(ScenarioError, match="980 more unknown keys"):
        loads("\n".join(f"k{i} = 1" for i in range(1000)))


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("", r"problem in ''"),
        ("a\nb", r"problem in 'a\\nb'"),
        ("x" * 5000, r"problem in x+ \.\.\. x+:"),
    ],
    ids=["empty", "two lines", "endless"],
)
def test_a_path_is_named_on_one_line(path, named):
    with pytest.raises(ScenarioError, match=named) as caught:
        load(path)
    assert len(str(caught.value).splitlines()[0]) < 250


def test_of_20000_problems_the_first_hundred_are_shown_and_all_are_kept(text):
    wrong = ", ".join(["{ due = 2025-02-01, amount = -1 }"] * 20_000)
    with pytest.raises(ScenarioError, match=r"\n  \.\.\. and 19,9\d\d more$") as caught:
        loads(f"{text}\n[customers.other]\nshare = 0\nopening = [{wrong}]")
    assert len(caught.value.problems) >= 20_000
    assert len(str(caught.value).splitlines()) == 102


@pytest.mark.parametrize("given", [None, "firm.toml", {"name": "x"}], ids=str)
def test_only_a_scenario_is_dumped(given, tmp_path):
    for write in (dumps, lambda what: dump(what, tmp_path / "x.toml")):
        with pytest.raises(ScenarioError, match="scenario: is no scenario; given"):
            write(given)
    assert not (tmp_path / "x.toml").exists()
