"""Slips of the borrowing world, each a file that `cashstress check` refuses, naming both places."""

import pytest
from click.testing import CliRunner

from cashstress.cli import main

FIRM = """
name = "slip"
start = 2025-01-06
horizon = 365
[firm]
cash = 100_000
[sales]
annual = 1_200_000
[suppliers.flour]
share = 0.5
terms = 30
[customers.small]
share = 0.4
terms = 30
[customers.big]
share = 0.6
terms = 30
"""
RATE = 'rate = { per_year = 0.05, basis = "ACT/365" }\n'
LINE = '[channels.jiebei]\nkind = "platform"\nlimit = 100_000\nrate = { per_day = 0.0004 }\n'
LOAN = '[channels.loan]\nkind = "term_loan"\nlimit = 100_000\n'
ANCHOR = f'[channels.voucher]\nkind = "reverse_factoring"\nlimit = 9\nadvance_rate = 0.9\n{RATE}'


def fall(name, after):
    return (
        f'[shocks.{name}]\nkind = "lever"\nlever = "sales.level"\noperation = "scale"\n'
        f'value = 0.5\nlasts = 9\nafter_shock = {{ shock = "{after}", days = 3 }}\n'
    )


def sets(name, lever, value, on="2025-03-01"):
    return (
        f'[shocks.{name}]\nkind = "lever"\nlever = "{lever}"\noperation = "set"\nvalue = {value}\n'
        f"on = {on}\nlasts = 30\n"
    )


SLIPS = {
    "instalments that cannot repay": (
        LOAN + 'rate = { per_year = 0.99, basis = "ACT/365" }\ntenor_months = 360\n'
        'repayment = "equal_instalment"\n',
        ["channels.loan.tenor_months: instalments that cannot repay", "the whole limit (100,000)",
         "the rate of 0.00271 a day"],
    ),
    "a tenor of 0": (
        LINE + "tenor_months = 0\n",
        ["channels.jiebei.tenor_months: must be at least 1"],
    ),
    "a tenor set to 0": (
        LINE + sets("short", "jiebei.tenor_months", 0),
        ["shocks.short.value: no instalment", "jiebei.tenor_months of channels.jiebei"],
    ),
    "a rate of 4": (
        LOAN + 'rate = { per_year = 4, basis = "ACT/365" }\n',
        ["channels.loan.rate.per_year: above 100 % a year; did you mean 0.04 (4 %)?"],
    ),
    "a rate set to 4 %": (
        LINE + sets("dear", "jiebei.rate", 0.04),
        ["shocks.dear.value: above 100 % a year; did you mean 0.0004 (0.04 %)?",
         "jiebei.rate of channels.jiebei"],
    ),
    "a chance set to 90": (
        LINE + sets("sure", "jiebei.approval", 90),
        ["shocks.sure.value: above 1; did you mean 0.9 (90 %)?", "of channels.jiebei"],
    ),
    "a limit set below 0": (
        LINE + sets("owing", "jiebei.limit", -1),
        ["shocks.owing.value: below 0, for jiebei.limit of channels.jiebei"],
    ),
    "bills without terms": (
        "paid_by_bill = 0.5\n",
        ["customers.big.bill: required", "paid_by_bill says that 0.5 of each invoice"],
    ),
    "an anchor that is nobody": (
        ANCHOR + 'anchor = "bigg"\n',
        ["channels.voucher.anchor: unknown customer", "no customers.bigg", "did you mean big?"],
    ),
    "an anchor that is a supplier": (
        ANCHOR + 'anchor = "flour"\n',
        ["channels.voucher.anchor: unknown customer", "suppliers.flour is none"],
    ),
    "a shock that waits for itself": (
        fall("a", "a"),
        ["shocks.a.after_shock.shock: waits for itself"],
    ),
    "two that wait for each other": (
        fall("a", "b") + fall("b", "a"),
        ["shocks.a.after_shock.shock: waits for shocks.b, which waits for shocks.a"],
    ),
    "two dated sets that overlap": (
        sets("x", "sales.level", 0.5) + sets("y", "sales.level", 0.4, on="2025-03-20"),
        ["shocks.y: sets sales.level while shocks.x sets it too"],
    ),
}  # fmt: skip


def check(folder, text):
    path = folder / "slip.toml"
    path.write_text(FIRM + text, encoding="utf-8")
    return CliRunner().invoke(main, ["check", str(path)])


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_refused_and_names_its_places(tmp_path, slip):
    text, places = SLIPS[slip]
    result = check(tmp_path, text)
    assert result.exit_code != 0
    words = " ".join(result.output.split())
    assert "1 problem in" in words
    assert [place for place in places if place not in words] == []


def test_without_its_slip_the_firm_is_accepted(tmp_path):
    apart = sets("x", "jiebei.rate", 0.001) + sets("y", "jiebei.rate", 0.002, on="2025-04-20")
    result = check(tmp_path, LINE + apart)
    assert result.exit_code == 0, result.output
