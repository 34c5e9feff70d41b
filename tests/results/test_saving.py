"""Results as files: the same answers, open formats, and a word where they come from elsewhere."""

import io
import json
import sys
import tomllib
import warnings
import zipfile
from pathlib import Path

import attrs
import numpy as np
import pytest

import cashstress as cs
from cashstress.errors import CashstressError, ProvenanceWarning, ScenarioError
from cashstress.results import Environment, Sampling, load_result, provenance, save_result

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _stand_in_blocks():
    """Whole firms, not the stand-in of this folder."""


@pytest.fixture(scope="module")
def firm():
    return cs.load(ROOT / "examples" / "closed_by_risk_control.toml").replace(
        {"horizon": 100, "costs.machine": None}
    )


@pytest.fixture(scope="module")
def result(firm):
    return cs.simulate(firm, runs=60, seed=9, workers=1)


@pytest.fixture
def path(result, tmp_path):
    result.save(tmp_path / "answer.npz")
    return tmp_path / "answer.npz"


def assert_same_record(ours, theirs):
    for field in attrs.fields(type(ours)):
        a, b = getattr(ours, field.name), getattr(theirs, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype, field.name
            assert np.array_equal(a, b), field.name
        elif field.name in {"paths", "weeks"}:
            assert list(a) == list(b)
            for name in a:
                for part in ("bits", "counts", "sums", "n", "low", "high"):
                    assert np.array_equal(getattr(a[name], part), getattr(b[name], part)), name
        elif field.name == "week_events":
            assert {n: v.tolist() for n, v in a.items()} == {n: v.tolist() for n, v in b.items()}
        else:
            assert a == b, field.name


def test_a_loaded_result_answers_the_same_questions(result, path):
    loaded = cs.load_result(path)
    assert loaded.scenario == result.scenario
    assert (loaded.seed, loaded.requested, loaded.interrupted) == (9, 60, False)
    assert_same_record(result.record, loaded.record)
    assert loaded.to_json() == result.to_json()
    assert loaded.probability("cash_out", by=60) == result.probability("cash_out", by=60)
    assert np.array_equal(loaded.first_day("cash_out"), result.first_day("cash_out"))
    assert np.array_equal(loaded.metric("lowest_cash"), result.metric("lowest_cash"))
    assert np.array_equal(loaded.path("cash").quantile(0.1), result.path("cash").quantile(0.1))
    assert not loaded.first_day("cash_out").flags.writeable


def test_a_comparison_and_alternatives_come_back_whole(firm, tmp_path):
    richer = firm.replace({"firm.cash": 300_000})
    both = cs.compare(firm, richer, runs=30, seed=2, workers=1)
    both.save(tmp_path / "both.npz")
    assert cs.load_result(tmp_path / "both.npz").to_json() == both.to_json()
    several = cs.compare(firm, {"more cash": richer, "base": firm}, runs=30, seed=2, workers=1)
    several.save(tmp_path / "several.npz")
    loaded = cs.load_result(tmp_path / "several.npz")
    assert loaded.names == ("more cash", "base")
    assert loaded.to_json() == several.to_json()


def test_weights_come_back(result, tmp_path):
    sampling = Sampling(np.linspace(1.0, 2.0, 60), np.arange(60) // 10)
    save_result(attrs.evolve(result, sampling=sampling), tmp_path / "weighted.npz")
    loaded = load_result(tmp_path / "weighted.npz")
    assert np.array_equal(loaded.sampling.weights, sampling.weights)
    assert np.array_equal(loaded.sampling.units, sampling.units)


def test_any_program_can_read_it(result, path):
    with zipfile.ZipFile(path) as file:
        names = file.namelist()
        header = json.loads(file.read("header.json"))
        assert tomllib.loads(file.read("0/scenario.toml").decode())["horizon"] == 100
        for name in names:
            if name.endswith(".npy"):
                np.lib.format.read_array(io.BytesIO(file.read(name)), allow_pickle=False)
    assert {name.rpartition(".")[2] for name in names} == {"json", "toml", "npy"}
    assert header["results"][0]["provenance"] == result.provenance()
    with np.load(path, allow_pickle=False) as arrays:
        assert np.array_equal(arrays["0/first_day"], result.record.first_day)


def test_the_same_result_is_the_same_file(result, path, tmp_path):
    result.save(tmp_path / "again.npz")
    assert path.read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_provenance_says_all_there_is(result):
    told = result.provenance()
    assert (told["digest"], told["seed"], told["replications"]) == (result.scenario.digest, 9, 60)
    assert told["libraries"]["numpy"] == np.__version__
    assert set(told["libraries"]) == {"numpy", "scipy", "simpy", "attrs", "cattrs", "holidays"}
    assert told["python"] == ".".join(map(str, sys.version_info[:3]))
    assert told["platform"].split()
    assert told["processor_features"]
    table = result.to_dict()
    assert table["provenance"] == {"baseline": told} or table["provenance"] == {"stressed": told}
    assert table["version"] == told["version"]


def _changed(path, change):
    """The same file with another header."""
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    header = json.loads(members["header.json"])
    change(header)
    members["header.json"] = json.dumps(header).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": "0.0.1"}, r"cashstress 0\.0\.1 \(here "),
        ({"libraries": {"numpy": "1.26.4"}}, rf"numpy 1\.26\.4 \(here {np.__version__}\)"),
        ({"platform": "Plan9 mips"}, r"the platform Plan9 mips \(here "),
        ({"python": "3.99.0"}, r"Python 3\.99\.0 \(here "),
        ({"processor_features": "SSE"}, r"processor features SSE \(here "),
    ],
)
def test_a_result_from_elsewhere_says_so(path, result, change, words):
    _changed(path, lambda header: header["results"][0]["provenance"].update(change))
    with pytest.warns(ProvenanceWarning, match=words) as seen:
        loaded = cs.load_result(path)
    assert len(seen) == 1
    assert seen[0].filename == __file__
    assert_same_record(result.record, loaded.record)
    # Written again, it still says where it was made.
    loaded.save(path)
    with pytest.warns(ProvenanceWarning, match=words):
        cs.load_result(path)


def test_a_result_from_here_says_nothing(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cs.load_result(path)


def test_a_file_without_libraries_is_from_elsewhere():
    told = Environment.from_dict({"version": "1"}).differences(provenance.here())
    assert any(line.startswith("numpy unknown (here ") for line in told)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "something else"}, "it is damaged, or no saved result"),
        ({"format_version": 2}, r"it was written by cashstress .*, in a later format"),
        ({"kind": "survey"}, "it is damaged, or no saved result"),
        ({"results": []}, "it is damaged, or no saved result"),
        ({"names": 3, "kind": "alternatives"}, "it is damaged, or no saved result"),
    ],
)
def test_a_file_that_is_none_is_refused(path, change, words):
    _changed(path, lambda header: header.update(change))
    with pytest.raises(CashstressError, match=rf"answer\.npz cannot be read as a result: {words}"):
        cs.load_result(path)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(CashstressError, match=r"cannot be read as a result: No such file"):
        cs.load_result(tmp_path / "missing.npz")
    (tmp_path / "text.npz").write_text("hello", encoding="utf-8")
    with pytest.raises(CashstressError, match="it is damaged, or no saved result"):
        cs.load_result(tmp_path / "text.npz")
    np.savez(tmp_path / "arrays.npz", a=np.zeros(3))
    with pytest.raises(CashstressError, match="it is damaged, or no saved result"):
        cs.load_result(tmp_path / "arrays.npz")


def test_pickled_objects_are_never_read(path):
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.array([{}], dtype=object), allow_pickle=True)
    members["0/alive.npy"] = buffer.getvalue()
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    with pytest.raises(CashstressError, match="it is damaged, or no saved result"):
        cs.load_result(path)


def test_a_scenario_of_another_version_is_named(path):
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    members["0/scenario.toml"] += b"\n[of_tomorrow]\nx = 1\n"
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    with pytest.raises(CashstressError, match=r"(?s)is not accepted here: .*of_tomorrow"):
        cs.load_result(path)


def test_what_no_file_can_hold_is_refused(firm, tmp_path):
    varied = firm.replace({"firm.cash": np.array([1000.0, 2000.0])})
    result = cs.simulate(varied, runs=2, workers=1)
    with pytest.raises(ScenarioError, match=r"firm\.cash"):
        result.save(tmp_path / "answer.npz")
    assert not (tmp_path / "answer.npz").exists()
