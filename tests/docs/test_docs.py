"""Every page of the documentation is run: its code, its commands, its scenarios and its links."""

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest

import cashstress as cs

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def _module(name):
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    # attrs looks the module of a class up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


docs, keys = _module("pages"), _module("keys")
PAGES = docs.pages()
#: Enough for every outcome of the pages to be possible, few enough to be quick.
RUNS = 48


def _name(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_code_and_commands_run(page, tmp_path):
    statuses = []
    for block, output, status in docs.Session(page, tmp_path, most_runs=RUNS).run():
        wanted = int(block.value) if block.note == "status" else 0
        assert status == wanted, f"{block.text}\n{output}"
        statuses.append(status)
    assert len(statuses) == len(list(docs.blocks(page.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_toml_is_toml_and_whole_scenarios_load(page):
    for block in docs.blocks(page.read_text(encoding="utf-8")):
        if block.kind == "toml" and block.value != "slips.toml":
            table = tomllib.loads(block.text)
            if {"name", "start", "firm", "sales"} <= set(table):
                assert cs.loads(block.text).name == table["name"]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_runs_say_how_many(page):
    # A page without --runs would take the 10,000 of the default, and its figures could change.
    for block in docs.blocks(page.read_text(encoding="utf-8")):
        for words in docs.commands(block) if block.is_run else []:
            assert words[0] != "run" or {"--runs", "--seed"} <= set(words)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page):
    text = re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if target.startswith("http"):
            continue
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in _anchors(file), target


def _anchors(page):
    """Anchors as the common Markdown viewers make them from headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_is_reached_from_the_index():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    for page in PAGES[1:]:
        if page != DOCS / "README.md":
            assert f"({page.relative_to(DOCS)})" in index, page


@pytest.mark.parametrize(
    "example", sorted((ROOT / "examples").glob("*.toml")), ids=lambda p: p.stem
)
def test_every_example_says_what_it_asks_and_has_its_page(example):
    text = example.read_text(encoding="utf-8")
    assert re.search(r"^# Question: .+\?$", text, flags=re.MULTILINE)
    found = re.search(r"^# Page: (docs/\S+\.md)\.$", text, flags=re.MULTILINE)
    assert found is not None
    page = ROOT / found[1]
    assert f"examples/{example.name}" in page.read_text(encoding="utf-8")
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    row = next(line for line in index.splitlines() if f"`{example.stem}`" in line)
    assert f"({page.relative_to(DOCS)})" in row


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.*")), ids=lambda e: e.name)
def test_examples_with_figures_of_a_licence_name_it(example):
    # Examples are copied one by one, so a line in the README is not enough.
    text = example.read_text(encoding="utf-8")
    if "0.298" in text or "37.07" in text:  # UK payment practices: paid late, mean days to pay
        assert "under the Open Government Licence" in text


def test_tutorial_ends_with_the_file_beside_it(tmp_path):
    list(docs.Session(DOCS / "tutorial/1-build-a-firm.md", tmp_path, most_runs=RUNS).run())
    assert cs.load(tmp_path / "bakery.toml") == cs.load(DOCS / "tutorial/bakery.toml")


def test_every_public_name_is_in_the_reference():
    text = (DOCS / "reference/api.md").read_text(encoding="utf-8")
    missing = [name for name in cs.__all__ if f"`cs.{name}`" not in text]
    assert not missing


def test_every_key_is_in_the_reference_with_its_default():
    text = (DOCS / "reference/scenario-file.md").read_text(encoding="utf-8")
    shown = re.findall(r"^<!-- keys: (\w+)( own)? -->\n((?:\|.*\n)+)", text, flags=re.MULTILINE)
    written = {name: (bool(own), table) for name, own, table in shown}
    assert set(written) == set(keys.tables())
    for name, (own, table) in written.items():
        for key, (_, default, level, meaning) in keys.rows(name, own=own).items():
            assert meaning, f"{name}.{key} has no meaning"
            line = next((row for row in table.splitlines() if row.startswith(f"| `{key}` ")), "")
            assert f"| {default} | {level} |" in line, f"{name}.{key}: run docs/make_outputs.py"


def test_every_outcome_and_metric_has_its_meaning(tmp_path):
    text = (DOCS / "reference/meanings.md").read_text(encoding="utf-8")
    scenario = cs.load(DOCS / "tutorial/bakery.toml")
    result = cs.simulate(scenario, runs=RUNS)
    for name in (*result.outcomes, *result.metrics):
        plain = re.sub(r":\w+", ":NAME", name)
        assert f"| `{plain}` |" in text, name
    for shock in (cls for name, cls in keys.tables().items() if issubclass(cls, cs.scenario.Shock)):
        assert not shock.kind or f"| `{shock.kind}` |" in text, shock.kind


def test_json_reference_shows_the_keys_that_are_there():
    text = (DOCS / "reference/json.md").read_text(encoding="utf-8")
    scenario = cs.load(DOCS / "tutorial/bakery.toml")
    answer = cs.compare(scenario.without_shocks(), scenario, runs=RUNS).to_dict()
    parts = [answer, answer["stressed"]["cash_out"], answer["metrics"], answer["weeks"][0]]
    parts += [answer["weeks"][0]["stressed"], answer["metrics"]["episodes"]["cash_out"]["stressed"]]
    for key in (key for part in parts for key in part):
        assert f'"{re.sub(r":.*", "", key)}' in text, key
