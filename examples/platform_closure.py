"""The same workshop as platform_closure.toml, built from Python classes.

Run it with `python platform_closure.py [RUNS]`. It builds the scenario, shows that it equals the
file beside it, runs it with and without its shock and prints the answer. Where each figure comes
from stands in the file.

Customers' delays contain public sector information licensed under the Open Government Licence
v3.0: UK payment-practices reports, 2017-2020.
"""

import datetime as dt
import sys
from pathlib import Path

import cashstress as cs
from cashstress import scenario as sc

TOML = Path(__file__).with_suffix(".toml")
OUTCOMES = ("missed_payroll", "supplier_hold", "supply_disruption", "cash_out")


def customers() -> dict[str, sc.Customer]:
    """One large buyer, shops and fitters, and a counter."""
    return {
        "anchor": sc.Customer(
            share=0.45,
            terms=60,
            lateness=sc.Lateness(probability=0.298, mean_days=21, shape=1.0),
            spread=0.471,
            economy=0.2,
        ),
        "trade": sc.Customer(
            share=0.40,
            days_to_pay=sc.DaysToPay(mean=37.07, shape=12.7),
            spread=0.471,
            economy=0.2,
            never_paid=0.03,
            write_off_after=180,
        ),
        "counter": sc.Customer(share=0.15, paid_at_once=1.0, consumer=True),
    }


def suppliers() -> dict[str, sc.Supplier]:
    """Steel on longer terms, fittings with a substitute, packing that is not critical."""
    return {
        "steel": sc.Supplier(
            share=0.44, terms=45, lead_days=5, review_every=7, stock_days=17.4, cod_days=30
        ),
        "fittings": sc.Supplier(
            share=0.10,
            terms=30,
            lead_days=3,
            review_every=7,
            stock_days=17.4,
            substitute=sc.Substitute(delay_days=7, price_factor=1.2),
        ),
        "packing": sc.Supplier(
            share=0.04,
            terms=30,
            lead_days=2,
            review_every=7,
            stock_days=10,
            critical=False,
            tolerance=45,
        ),
    }


def costs() -> dict[str, sc.Cost]:
    """What the workshop pays besides material and wages."""
    return {
        "rent": sc.Cost(monthly=16_000, day=1, pay_class="rent"),
        "utilities": sc.Cost(monthly=8_000, day=20, pay_class="rent"),
        "freight": sc.Cost(share_of_sales=0.04, terms=30, pay_class="other", vat=0.09),
        "marketing": sc.Cost(monthly=8_000, day=25, pay_class="discretionary"),
        "repairs": sc.Cost(claims=sc.Claims(per_day=0.1, amount=2_400), pay_class="other"),
        "machine": sc.Cost(once=60_000, on=dt.date(2025, 9, 10), pay_class="capital"),
    }


def channels() -> dict[str, sc.PlatformLine | sc.RevolvingLine | sc.OwnerLoan]:
    """The platform line, a bank line, and the family's savings."""
    return {
        "jiebei": sc.PlatformLine(
            limit=200_000,
            rate=sc.Rate(per_day=0.0004),
            tenor_months=12,
            repayment="equal_instalment",
            due_day=20,
            penalty=1.5,
            drawn=72_000,
            opening_months=8,
            record="owner",
        ),
        "bank": sc.RevolvingLine(
            limit=100_000,
            drawn=80_000,
            delay_days=5,
            rate=sc.Rate(per_year=0.0478, basis="ACT/360"),
            approval=0.54,
        ),
        "owner": sc.OwnerLoan(limit=60_000, delay_days=1),
    }


def workshop() -> cs.Scenario:
    """The workshop, with the closure of its platform line."""
    return cs.Scenario(
        name="platform_closure",
        note="A metal workshop's platform credit line is closed by risk control",
        start=dt.date(2025, 3, 3),
        horizon=365,
        calendar=sc.Calendar(country="CN"),
        firm=sc.Firm(cash=sc.Draw(draw="uniform", low=0, high=425_000), other_assets=350_000),
        economy=sc.Economy(half_life=90),
        sales=sc.Sales(
            annual=4_800_000,
            weekly=[1, 1, 1, 1, 1, 1, 0],
            on_holidays=False,
            volatility=0.30,
            economy=0.05,
            spring_festival=sc.SpringFestival(
                before_days=14, before_factor=1.3, closed_days=10, after_days=14, after_factor=0.6
            ),
        ),
        customers=customers(),
        suppliers=suppliers(),
        payroll=sc.Payroll(
            staff=11,
            wage=5_500,
            pay_day=15,
            withheld=0.12,
            employer=0.20,
            bonus_months=1.0,
            leave_per_week=0.05,
            stoppage=sc.Stoppage(minimum_wage=1_900, share=0.8, after_days=30),
        ),
        costs=costs(),
        taxes=sc.Taxes(
            vat="general", rate=0.13, input_rate=0.13, surcharge=0.06, income_tax=0.05, day=15
        ),
        treasury=sc.Treasury(
            floor="2 days",
            ceiling="14 days",
            draw_order=("bank", "jiebei", "owner"),
            austerity_days=5,
        ),
        channels=channels(),
        shocks={
            "closure": sc.PlatformClosure(
                channels=("jiebei",), on=dt.date(2025, 4, 1), lasts=sc.MeanDays(mean_days=60)
            )
        },
    )


def answer(comparison: cs.Comparison, name: str) -> str:
    """One outcome by 90 days, without and with the closure."""
    before = comparison.base.probability(name, by=90)
    after = comparison.other.probability(name, by=90)
    return f"{name:18s}{before.value:8.1%}{after.value:8.1%}"


def main(runs: int = 2_000) -> None:
    """Build, compare with the file, run, print."""
    scenario = workshop()
    print("equal to the file:", scenario == cs.load(TOML))
    comparison = cs.compare(scenario.without_shocks(), scenario, runs=runs, seed=7)
    print(f"by 90 days, {runs} replications: without and with the closure")
    for name in OUTCOMES:
        print(answer(comparison, name))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
