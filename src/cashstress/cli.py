"""The command line: a thin shell over the public functions.

Exit status: 0; 1 when a run fails; 2 for a bad scenario or option; 130 after Ctrl-C.
"""

from __future__ import annotations

import difflib
import errno
import itertools
import os
import sys
import textwrap
from importlib import resources
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cashstress.errors import CashstressError, Problem, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from cashstress.results import Comparison, Result
    from cashstress.scenario import Scenario

__all__ = ["main"]

_FAILED: Final = 1
_BAD_INPUT: Final = 2
_INTERRUPTED: Final = 130
#: Wide enough for the widest table when the output is a file or a pipe.
_WIDTH: Final = 120
#: Columns for the names of examples in their list.
_NAME: Final = 31
#: Longer lines of prose are hard to read.
_READABLE: Final = 100


class _Shell(click.Group):
    """A group whose commands end in one plain message, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        _print_what_can_be_printed()
        try:
            return super().invoke(ctx)
        except ScenarioError as error:
            _leave(ctx, str(error), _BAD_INPUT)
        except CashstressError as error:
            # A name that is not there: what was asked for is wrong, not the run.
            _leave(ctx, str(error), _BAD_INPUT if isinstance(error, KeyError) else _FAILED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read the output has seen enough: click ends quietly
            _leave(ctx, f"The answer could not be written: {error}", _FAILED)
        except KeyboardInterrupt:
            _leave(ctx, "Stopped before anything was done.", _INTERRUPTED)
        return None

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the options; --help and --version print here."""
        try:
            return super().make_context(*arguments, **options)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            click.echo(f"The answer could not be written: {error}", err=True)
            raise click.exceptions.Exit(_FAILED) from None


def _print_what_can_be_printed() -> None:
    """Let a terminal without, say, Chinese letters show a ? in their place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _leave(ctx: click.Context, message: str, status: int) -> None:
    try:
        click.echo(message, err=True)
    except OSError:  # nobody can be told, but the status still says it
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 -- what is left is not tried again
    ctx.exit(status)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 -- click calls it
    if wanted:
        # Late, as all of the library: Ctrl-C in the first half second finds somebody to answer it.
        from cashstress.results.provenance import version

        click.echo(f"cashstress, version {version()}")
        ctx.exit()


@click.group(cls=_Shell, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Say how likely it is that payroll is missed, a supplier stops shipping, or cash runs out.

    A scenario is a TOML file. Begin with `cashstress examples --copy DIR`, then
    `cashstress run DIR/platform_closure.toml`.
    """


@main.command(short_help="Run a scenario with and without its shocks.")
@click.argument("file")
@click.option("--runs", type=int, default=10_000, show_default=True, help="Replications.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same answer.")
@click.option("--workers", type=int, help="Processes. [default: one per processor]")
@click.option("--json", "json_path", metavar="PATH|-", help="Write the answer as JSON.")
@click.option("--plots", "plot_folder", metavar="DIR", help="Write plots as PNG files.")
@click.option("--no-baseline", is_flag=True, help="Do not run the firm without its shocks.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Print all outcomes and dates, what led to trouble, amounts and the 13-week table.",
)
@click.pass_context
def run(  # noqa: PLR0913 -- one argument per option
    ctx: click.Context,
    file: str,
    *,
    runs: int,
    seed: int,
    workers: int | None,
    json_path: str | None,
    plot_folder: str | None,
    no_baseline: bool,
    everything: bool,
) -> None:
    """Run the scenario in FILE, with and without its shocks, and print how likely trouble is."""
    _check_outputs((file,), json_path, plot_folder)
    scenario = _load(file)
    options = {"runs": runs, "seed": seed, "workers": workers, "progress": True}
    answer = _answer(scenario, options, alone=no_baseline or not scenario.shocks)
    try:
        if json_path is not None:
            _write(answer.to_json(), json_path)
    finally:  # a full disk must not cost the answer of a long run
        if json_path != "-":
            from cashstress.report import show_answer

            show_answer(answer, _console(), everything=everything)
    if plot_folder is not None:
        _plot(answer, plot_folder, quiet=json_path == "-")
    if answer.interrupted:
        ctx.exit(_INTERRUPTED)


@main.command(short_help="Rank alternatives of a scenario.")
@click.argument("base")
@click.argument("alternatives", nargs=-1, required=True)
@click.option("--outcome", default="cash_out", show_default=True, help="What to rank by.")
@click.option("--by", type=int, metavar="DAY", help="By which day. [default: the horizon]")
@click.option("--runs", type=int, default=10_000, show_default=True, help="Replications of each.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same answer.")
@click.option("--workers", type=int, help="Processes. [default: one per processor]")
@click.option("--json", "json_path", metavar="PATH|-", help="Write the answer as JSON.")
@click.option("--all", "everything", is_flag=True, help="Print every outcome by every date.")
@click.pass_context
def compare(  # noqa: PLR0913 -- one argument per option
    ctx: click.Context,
    base: str,
    alternatives: tuple[str, ...],
    *,
    outcome: str,
    by: int | None,
    runs: int,
    seed: int,
    workers: int | None,
    json_path: str | None,
    everything: bool,
) -> None:
    """Run the scenario in BASE and its ALTERNATIVES under the same draws, and rank them.

    They are ranked by the cost of each percentage point by which they lower the probability.
    """
    _check_outputs((base, *alternatives), json_path, None)
    ours, others = _load(base), _load_all(base, alternatives)
    _check_ranking(ours, list(others.values()), outcome, by)
    from cashstress import results

    answer = results.compare(ours, others, runs=runs, seed=seed, workers=workers, progress=True)
    try:
        if json_path is not None:
            _write(answer.to_json(outcome, by), json_path)
    finally:  # as above
        if json_path != "-":
            from cashstress.report import show_alternatives

            show_alternatives(answer, _console(), outcome=outcome, by=by, everything=everything)
    if answer.interrupted:
        ctx.exit(_INTERRUPTED)


def _load_all(base: str, files: tuple[str, ...]) -> dict[str, Scenario]:
    """Return scenarios by the names of their files, or by their paths where two files share one."""
    stems = [Path(file).stem for file in (base, *files)]
    names = stems[1:] if len(set(stems)) == len(stems) else list(files)
    if len(set(names)) < len(names):
        problem = Problem("ALTERNATIVES", "the same file twice", ", ".join(files), "each file once")
        raise ScenarioError([problem], "the options")
    return {name: _load(file) for name, file in zip(names, files, strict=True)}


def _check_ranking(base: Scenario, others: list[Scenario], outcome: str, by: int | None) -> None:
    """Find out before a long run, not after it, that there is nothing to rank by."""
    from cashstress import processes
    from cashstress.results.names import not_whole

    known = [processes.outcome_names(scenario) for scenario in (base, *others)]
    shared = [name for name in known[0] if all(name in names for names in known)]
    problems = [] if by is None else not_whole("--by", by, 1, base.horizon)
    if outcome not in shared:
        near = difflib.get_close_matches(outcome, shared, n=1)
        message = "there is no outcome of that name in every scenario"
        accepted, nearest = ", ".join(shared), near[0] if near else ""
        problems.append(Problem("--outcome", message, outcome, accepted, nearest))
    if problems:
        raise ScenarioError(problems, "the options")


def _answer(scenario: Scenario, options: dict[str, Any], *, alone: bool) -> Result | Comparison:
    from cashstress.results import compare, simulate

    if alone:
        return simulate(scenario, **options)
    return compare(scenario.without_shocks(), scenario, **options)


def _load(file: str) -> Scenario:
    from cashstress.scenario import load

    return load(file)


def _console() -> Console:
    from rich.console import Console

    # There is no standard output at all in a process that closed it.
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return Console(width=None if terminal else _WIDTH, highlight=False)


def _check_outputs(files: Iterable[str], json_path: str | None, plot_folder: str | None) -> None:
    """Find out before a long run, not after it, that its answer cannot be written."""
    problems = []
    if json_path is not None and json_path != "-":
        problems += _file_problems("--json", [Path(file) for file in files], Path(json_path))
    if plot_folder is not None:
        problems += _plot_problems() or _folder_problems("--plots", plot_folder)
    if problems:
        raise ScenarioError(problems, "the options")


def _file_problems(option: str, files: Iterable[Path], path: Path) -> list[Problem]:
    accepted = "a file in a folder that exists and can be written"
    accepted += ", or - for the screen" if option == "--json" else ""
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        return [Problem(option, "cannot be written", str(path), accepted)]
    if path.exists() and any(file.exists() and path.samefile(file) for file in files):
        return [Problem(option, "would overwrite the scenario", str(path), "another file")]
    return []


def _plot_problems() -> list[Problem]:
    from cashstress.report import require_matplotlib

    try:
        require_matplotlib()
    except CashstressError as error:
        return [Problem("--plots", str(error))]
    return []


def _folder_problems(option: str, folder: str) -> list[Problem]:
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"cannot be made: {error.strerror}"
        return [Problem(option, reason, folder, "a folder that can be made or is there")]
    return []


def _write(text: str, path: str) -> None:
    content = text.encode()
    if path == "-":
        click.echo(content, nl=False)  # bytes: the same on every platform
    else:
        Path(path).write_bytes(content)


def _plot(answer: Result | Comparison, folder: str, *, quiet: bool) -> None:
    from cashstress.report import draw_plots

    for path in draw_plots(answer, folder):
        if not quiet:
            click.echo(f"Wrote {path}")


@main.command(short_help="Run one replication alone, tell its story.")
@click.argument("file")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the run.")
@click.option("--replication", type=int, help="Which replication of the run, from 0.")
@click.option("--first", metavar="OUTCOME", help="The first one in which this happens, instead.")
@click.option("--journal", "path", metavar="PATH", help="Write it: .beancount, .hledger or .csv.")
@click.option("--no-shocks", is_flag=True, help="Replay the firm without its shocks.")
def replay(
    file: str,
    *,
    seed: int,
    replication: int | None,
    first: str | None,
    path: str | None,
    no_shocks: bool,
) -> None:
    """Run one replication of FILE alone and tell what led to its first trouble.

    It is the same to the cent as in a run of any size with this seed. With --journal its books are
    written for accountants' tools.
    """
    _check_replay(file, replication, first, path)
    scenario = _load(file)
    from cashstress.replays import find, replay

    if replication is None:
        replication = find(scenario, str(first), seed=seed, shocks=not no_shocks)
    one = replay(scenario, seed=seed, replication=replication, shocks=not no_shocks)
    click.echo(one.story.text(min(_console().width, _READABLE)), nl=False)
    if path is not None:
        one.write(path)
        click.echo(f"\nWrote {path}")


def _check_replay(file: str, replication: int | None, first: str | None, path: str | None) -> None:
    problems = []
    if (replication is None) == (first is None):
        accepted = "one of the two: --replication 12, or --first cash_out"
        problems.append(Problem("--replication", "which one is not clear", accepted=accepted))
    if path is not None:
        from cashstress.replays import check_path

        problems += check_path("--journal", Path(path)) or _file_problems(
            "--journal", [Path(file)], Path(path)
        )
    if problems:
        raise ScenarioError(problems, "the options")


@main.command(short_help="Check a scenario, print its ratios.")
@click.argument("file")
def check(file: str) -> None:
    """Check the scenario in FILE and print the ratios it implies."""
    scenario = _load(file)
    from cashstress.report import show_doubts, show_ratios
    from cashstress.scenario.doubts import doubts
    from cashstress.scenario.ratios import ratios

    console = _console()
    show_ratios(scenario, ratios(scenario), console)
    show_doubts(doubts(scenario), console)


@main.command(short_help="List what shocks can adjust.")
@click.argument("file")
def levers(file: str) -> None:
    """List the levers of the scenario in FILE: what shocks and what-ifs can adjust."""
    scenario = _load(file)
    from cashstress import processes
    from cashstress.report import show_levers

    show_levers(processes.levers(scenario), _console(), currency=scenario.currency)


@main.command(short_help="List or copy the examples.")
@click.option("--copy", "folder", metavar="DIR", help="Copy the examples to a folder.")
def examples(folder: str | None) -> None:
    """List the examples that come with cashstress, or copy them."""
    found = _example_files()
    if folder is not None:
        _copy_examples(found, folder)
        return
    for name, text in found.items():
        words = f"{name:{_NAME}} {_first_comment(text)}".rstrip()
        after = " " * (_NAME + 1)
        click.echo(textwrap.fill(words, _console().width, subsequent_indent=after))


def _example_files() -> dict[str, str]:
    """Return the examples by file name: of the installed package, or of a source checkout."""
    packaged = resources.files("cashstress") / "_examples"
    checkout = Path(__file__).parents[2] / "examples"
    for folder in (packaged, checkout):
        if folder.is_dir():
            files = sorted(folder.iterdir(), key=lambda file: file.name)
            return {
                file.name: file.read_text(encoding="utf-8")
                for file in files
                if file.name.endswith((".toml", ".py"))
            }
    raise CashstressError("the examples are missing from this installation: reinstall cashstress")


def _first_comment(text: str) -> str:
    """Return the first paragraph of the comment or docstring that a file begins with."""
    lines = [line for line in text.splitlines() if not line.startswith("#!")]
    if not lines or not lines[0].startswith(("#", '"""')):
        return ""
    words = (line.strip('#" ') for line in lines)
    return " ".join(itertools.takewhile(bool, words))


def _copy_examples(found: dict[str, str], folder: str) -> None:
    problems = _folder_problems("--copy", folder) or [
        Problem("--copy", "a different file of that name is there and is kept", str(path))
        for path in _changed(found, Path(folder))
    ]
    if problems:
        raise ScenarioError(problems, "the options")
    for name, text in found.items():
        (Path(folder) / name).write_text(text, encoding="utf-8")
        click.echo(f"Wrote {Path(folder) / name}")


def _changed(found: dict[str, str], folder: Path) -> Iterable[Path]:
    for name, text in found.items():
        path = folder / name
        if path.exists() and (not path.is_file() or path.read_bytes() != text.encode()):
            yield path
