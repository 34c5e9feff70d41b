import io
import re

import attrs
import numpy as np
import pytest
from rich.console import Console
from stand_in import StandIn

from cashstress.report import draw_plots, show_answer, show_ratios
from cashstress.report.answer import headline
from cashstress.report.plots import _bottom
from cashstress.report.tables import columns_that_fit
from cashstress.report.words import and_list, cell, in_words, points
from cashstress.results import Comparison, Estimate, compare, simulate
from cashstress.results.estimate import proportion

SHOCKED = StandIn(hazard=0.02, shocks={"closure": None}, name="A [bold]firm[/]")


def shown(answer, width=120, **options):
    out = io.StringIO()
    show_answer(answer, Console(file=out, width=width, highlight=False), **options)
    return out.getvalue()


@pytest.fixture
def comparison():
    return compare(SHOCKED.without_shocks(), SHOCKED, runs=200)


def without_outcomes(result, names=()):
    rows = [result.outcomes.index(name) for name in names]
    days = {
        name: getattr(result.record, name)[rows]
        for name in ("first_day", "episodes", "days_in_force")
    }
    return attrs.evolve(result, record=attrs.evolve(result.record, outcomes=tuple(names), **days))


def never(result):
    record = result.record
    days = {"first_day": record.first_day * 0 - 1, "earliest": dict.fromkeys(result.outcomes, 999)}
    return attrs.evolve(result, record=attrs.evolve(record, **days))


def test_the_sentence_names_the_shock_the_change_and_the_days(comparison):
    sentence = headline(comparison)
    assert sentence.startswith("The shock closure raises the probability that ")
    assert "within 90 days from " in sentence
    assert "percentage points" in sentence
    turned = headline(Comparison(comparison.other, comparison.base))
    assert turned.startswith("The change lowers the probability")


def test_the_sentence_says_when_no_difference_is_seen():
    same = compare(SHOCKED, attrs.evolve(SHOCKED, shocks={"a": 1, "b": 2}), runs=50)
    assert headline(same).startswith(
        "No difference seen: within 120 days the shocks a and b make no"
    )


def test_the_sentence_looks_to_the_horizon_when_nothing_shows_sooner(comparison):
    def late(result):
        days = np.where(result.record.first_day < 90, -1, result.record.first_day)
        return attrs.evolve(result, record=attrs.evolve(result.record, first_day=days))

    base = never(comparison.base)
    assert "within 120 days" in headline(Comparison(base, late(comparison.other)))


def test_the_sentence_of_a_single_run():
    sentence = headline(simulate(StandIn(horizon=20), runs=50))
    assert sentence.startswith("Without any shock, the probability that ")
    assert "within 20 days" in sentence


def test_the_sentence_where_nothing_can_happen(comparison):
    sides = [
        never(without_outcomes(side, ["default"])) for side in (comparison.base, comparison.other)
    ]
    assert headline(Comparison(*sides)) == "Within 120 days none of the main outcomes is possible."
    assert "no outcomes" in headline(without_outcomes(comparison.base))


def test_names_are_shown_as_they_are(comparison):
    assert "A [bold]firm[/]" in shown(comparison)


def test_impossible_cells_say_so(comparison):
    text = shown(comparison, everything=True)
    assert "not possible yet" in text
    assert re.search(r"^ cash_out +without +runs +\d+\.\d %", text, re.MULTILINE)


def test_names_of_outcomes_are_said_in_words(comparison):
    text = " ".join(shown(comparison).split())
    assert "missed_payroll: wages are not paid on pay day; " in text
    # Only what is in the table is explained.
    assert "the firm defaults on a loan" not in text
    assert "default: the firm defaults on a loan" in " ".join(
        shown(comparison, everything=True).split()
    )


@pytest.mark.parametrize("width", [80, 100, 120])
def test_nothing_is_cut_off_or_torn_apart(comparison, width):
    # Rich marks what it had to cut with an ellipsis, and breaks a line where it has to.
    text = shown(comparison, width, everything=True)
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    assert max(map(len, text.splitlines())) <= width
    intervals = re.findall(r"\([-+][^)]*\)?", text)
    assert intervals
    assert not [each for each in intervals if not re.fullmatch(r"\(.* to .*\)", each)]


def test_weeks_are_as_many_as_fit(comparison):
    wide, slim = (re.findall(r"^Weeks? .*?,", shown(comparison, w, everything=True), re.MULTILINE)
                  for w in (120, 80))  # fmt: skip
    assert wide == ["Weeks 1 to 7,", "Weeks 8 to 13,"]
    assert slim[0] == "Weeks 1 to 3,"
    assert slim[-1] == "Week 13,"


def test_a_narrow_screen_shows_the_most_telling_statistics():
    # 7 + 3 and 2 + 3 columns are 15; the third would make it 21.
    assert columns_that_fit([["1,234,5", "-5", "999"]], room=20) == 2
    assert columns_that_fit([["1,234,567"]], room=3) == 1


def test_balances_at_a_default_are_shown_where_there_was_one(comparison):
    def with_balance(result, balance):
        record = result.record
        row = np.full((1, record.lanes), balance)
        record = attrs.evolve(
            record,
            metrics=(*record.metrics, "balance_at_default:bank"),
            amounts=np.concatenate([record.amounts, row]),
        )
        return attrs.evolve(result, record=record)

    quiet = [with_balance(side, 0) for side in (comparison.base, comparison.other)]
    assert "balance at default" not in shown(Comparison(*quiet), everything=True)
    one = Comparison(quiet[0], with_balance(comparison.other, 12_345_00))
    row = re.search(r"balance at default: bank +with +(.*)", shown(one, everything=True))
    assert row is not None
    assert row[1].split() == ["12,345"] * 8


def test_an_outcome_that_never_happens_has_no_median():
    assert "0 in 50: below" in shown(simulate(StandIn(hazard=1e-12), runs=50), everything=True)


def test_outcomes_only_one_side_knows(comparison):
    base = without_outcomes(comparison.base, ["cash_out", "default"])
    text = shown(Comparison(base, comparison.other), everything=True)
    assert "missed_payroll" in text


def test_words():
    assert in_words("cash_out") == "a bill cannot be paid when it is due"
    assert in_words("channel_closed:jiebei") == "the channel jiebei is closed"
    assert in_words("my_outcome") == "my outcome"
    assert and_list(["a"]) == "a"
    assert cell(Estimate.not_possible(3), last=True) == "not possible"
    assert cell(proportion(0, 10_000), last=False) == "0 in 10,000: below 0.04 %"
    assert points(Estimate.not_possible(3), last=False) == "not possible yet"
    assert points(Estimate(0.1, 0.05, 0.15, 9), last=False) == "+10.0 (+5.0 to +15.0)"
    assert points(Estimate(0.0, -0.05, 0.05, 9), last=True).endswith("none seen)")


def test_ratios_are_shown_in_their_units():
    class Ratios:
        def rows(self):
            return (
                ("net margin", 0.0512, "share"),
                ("DSO", 41.26, "days"),
                ("peak need", 120_000.4, "money"),
                ("cover", 1.5, "times"),
                ("DPO", None, "days"),
            )

    out = io.StringIO()
    show_ratios(SHOCKED, Ratios(), Console(file=out, width=100, highlight=False))
    for words in ("5.1 %", "41.3 days", "120,000 CNY", "1.50", "no meaning here", "A [bold]firm"):
        assert words in out.getvalue()


@pytest.mark.parametrize("everything", [True, False])
def test_plots_are_png_files(comparison, tmp_path, everything):
    answer = comparison if everything else without_outcomes(comparison.other, ["default"])
    for path in draw_plots(answer, tmp_path):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_a_shock_at_a_random_time_has_no_line(comparison, tmp_path):
    days = comparison.other.record.mark_days.copy()
    days[0, 0] = -1
    record = attrs.evolve(comparison.other.record, mark_days=days)
    assert draw_plots(attrs.evolve(comparison.other, record=record), tmp_path)


def test_the_scale_of_survival_begins_where_all_curves_are_above(comparison):
    sides = {"baseline": comparison.base, "stressed": comparison.other}
    assert _bottom(sides, ["cash_out"]) == 0.0
    calm = {"baseline": never(comparison.base)}
    # 0 in 200: the Wilson interval reaches down to 1 - 1.96^2 / (200 + 1.96^2) = 98.1 %.
    assert _bottom(calm, ["cash_out"]) == 0.9
    assert _bottom({}, ["cash_out"]) == 0.0
