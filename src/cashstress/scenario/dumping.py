"""From a scenario to TOML: what is not at its default, in the order of the schema."""

from __future__ import annotations

from pathlib import Path

from cashstress.errors import Problem, ScenarioError, no_scenario
from cashstress.scenario.model import Scenario

__all__ = ["dump", "dumps"]


def dumps(scenario: Scenario) -> str:
    """Return the scenario as TOML text; the same scenario gives the same text.

    Parameters
    ----------
    scenario : Scenario
        Without arrays over replications.

    Returns
    -------
    str
        ``loads`` makes an equal scenario of it.

    Raises
    ------
    ScenarioError
        With the keys of arrays, which have no place in a file; or for what is no scenario.

    Examples
    --------
    >>> from cashstress.scenario import loads
    >>> text = '''
    ... name = "Stall"
    ... start = 2025-01-01
    ... firm.cash = 5000
    ... sales.annual = "90000.50"
    ... customers.walk_in = { share = 1, paid_at_once = 1 }
    ... '''
    >>> print(dumps(loads(text)).splitlines()[-3:])
    ['[customers.walk_in]', 'share = 1.0', 'paid_at_once = 1.0']
    """
    import tomli_w

    from cashstress.scenario.conversion import converter

    if not isinstance(scenario, Scenario):
        raise ScenarioError([no_scenario("scenario", scenario)], "the arguments")
    return tomli_w.dumps(converter().unstructure(scenario))


def dump(scenario: Scenario, path: str | Path) -> None:
    """Write the scenario to a TOML file.

    Parameters
    ----------
    scenario : Scenario
        Without arrays over replications.
    path : str or Path
        Overwritten.

    Raises
    ------
    ScenarioError
        When the scenario holds arrays, or the file cannot be written.

    Examples
    --------
    >>> dump(scenario, "copy.toml")  # doctest: +SKIP
    """
    text = dumps(scenario)
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError, TypeError) as error:
        raise ScenarioError([Problem("", f"cannot be written: {error}")], str(path)) from None
