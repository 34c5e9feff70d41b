"""Results as files: a zip of JSON, TOML and plain arrays.  Reading one runs no code.

``header.json`` says what it is, where it comes from and what each result holds; below the number
of each result lie its ``scenario.toml`` and its arrays (``.npy``, without pickled objects).
`numpy.load` opens the whole, and so does any program that knows zip and these three formats.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from cashstress.errors import CashstressError, ScenarioError
from cashstress.kernel.record import Record
from cashstress.kernel.sketch import Sketch
from cashstress.results.alternatives import Alternative, Alternatives
from cashstress.results.comparison import Comparison
from cashstress.results.estimate import Sampling
from cashstress.results.provenance import Environment, warn_if_elsewhere
from cashstress.results.result import Result
from cashstress.scenario import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    import numpy.typing as npt

__all__ = ["load_result", "save_result"]

_NAME: Final = "cashstress result"
#: Raised when what is written changes so that an older reader would misread it.
_FORMAT: Final = 1
_HEADER: Final = "header.json"
_SCENARIO: Final = "scenario.toml"
#: The same for the same result on any day.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_ARRAYS: Final = (
    *("first_day", "episodes", "days_in_force", "amounts", "mark_days", "history", "chain"),
    "alive",
)
_WORDS: Final = ("outcomes", "metrics", "marks", "histories", "links")
_SKETCHES: Final = ("paths", "weeks")
_PACKED: Final = ("sums", "n", "low", "high", "used", "packed")
_SAMPLING: Final = ("weights", "units")

Saved = Result | Comparison | Alternatives


def save_result(answer: Saved, path: str | PathLike[str]) -> None:
    """Write a result, a comparison or alternatives to a file that `load_result` reads.

    Parameters
    ----------
    answer : Result, Comparison or Alternatives
    path : str or path
        Overwritten.

    Raises
    ------
    ScenarioError
        When a scenario holds what no file can: arrays over replications, functions.
    """
    results = _results(answer)
    header = {
        "format": _NAME,
        "format_version": _FORMAT,
        "kind": type(answer).__name__.lower(),
        "names": list(answer.names) if isinstance(answer, Alternatives) else [],
        "results": [_described(result) for result in results],
    }
    members: dict[str, bytes] = {_HEADER: json.dumps(header, indent=2, ensure_ascii=False).encode()}
    for number, result in enumerate(results):
        members[f"{number}/{_SCENARIO}"] = dumps(result.scenario).encode()
        for name, array in _arrays(result).items():
            members[f"{number}/{name}.npy"] = _npy(array)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, content)


def _results(answer: Saved) -> list[Result]:
    if isinstance(answer, Comparison):
        return [answer.base, answer.other]
    if isinstance(answer, Alternatives):
        return [answer.base, *(item.result for item in answer.items)]
    return [answer]


def _described(result: Result) -> dict[str, Any]:
    record = result.record
    return {
        "provenance": result.provenance(),
        "requested": result.requested,
        "interrupted": result.interrupted,
        "earliest": dict(record.earliest),
        "words": {name: list(words) for name, words in record.words.items()},
        "week_events": list(record.week_events),
        "sampling": [name for name in _SAMPLING if getattr(result.sampling, name) is not None],
        **{name: list(getattr(record, name)) for name in _WORDS},
        **{
            kind: {name: sketch.bits for name, sketch in getattr(record, kind).items()}
            for kind in _SKETCHES
        },
    }


def _arrays(result: Result) -> dict[str, npt.NDArray[Any]]:
    record, sampling = result.record, result.sampling
    arrays = {name: getattr(record, name) for name in _ARRAYS}
    for kind in _SKETCHES:
        for name, sketch in getattr(record, kind).items():
            state = sketch.__getstate__()
            arrays |= {f"{kind}/{name}/{part}": state[part] for part in _PACKED}
    arrays |= {f"week_events/{name}": counts for name, counts in record.week_events.items()}
    given = {f"sampling/{name}": getattr(sampling, name) for name in _SAMPLING}
    return arrays | {name: array for name, array in given.items() if array is not None}


def _npy(array: npt.NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def load_result(path: str | PathLike[str]) -> Saved:
    """Read what `save` wrote; it answers the same questions.

    A result made with another version of cashstress, of a library it computes with, of Python, or
    on another platform gives a `ProvenanceWarning` that says which.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Result, Comparison or Alternatives
        What was saved.

    Raises
    ------
    CashstressError
        When the file is no saved result, is damaged, or is of a later format.

    Examples
    --------
    >>> import cashstress as cs
    >>> cs.load_result("answer.npz").probability("cash_out")  # doctest: +SKIP
    """
    try:
        with zipfile.ZipFile(path) as file:
            header = _checked_header(json.loads(file.read(_HEADER)))
            results = [_Reader(file, i, each).result() for i, each in enumerate(header["results"])]
            answer = _put_together(header, results)
    except ScenarioError as error:
        raise _unreadable(path, f"its scenario is not accepted here: {error}") from error
    except CashstressError as error:
        raise _unreadable(path, str(error)) from error
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError) as error:
        raise _unreadable(path, "it is damaged, or no saved result") from error
    warn_if_elsewhere(str(path), results[0].environment)
    return answer


def _unreadable(path: str | PathLike[str], reason: str) -> CashstressError:
    return CashstressError(f"{Path(path)} cannot be read as a result: {reason}")


def _checked_header(header: Mapping[str, Any]) -> Mapping[str, Any]:
    if header["format"] != _NAME:
        raise ValueError(header["format"])
    if header["format_version"] > _FORMAT:
        found = header["results"][0]["provenance"]["version"]
        raise CashstressError(f"it was written by cashstress {found}, in a later format")
    return header


def _put_together(header: Mapping[str, Any], results: Sequence[Result]) -> Saved:
    match header["kind"]:
        case "result":
            (result,) = results
            return result
        case "comparison":
            base, other = results
            return Comparison(base, other)
        case "alternatives":
            base, *others = results
            named = zip(header["names"], others, strict=True)
            items = (Alternative(name, Comparison(base, each)) for name, each in named)
            return Alternatives(base, tuple(items))
    raise ValueError(header["kind"])


@attrs.frozen
class _Reader:
    """One result in the file."""

    file: zipfile.ZipFile
    number: int
    described: Mapping[str, Any]

    def result(self) -> Result:
        about, provenance = self.described, self.described["provenance"]
        text = self.file.read(f"{self.number}/{_SCENARIO}").decode()
        return Result(
            scenario=loads(text),
            record=self._record(provenance["replications"]),
            seed=provenance["seed"],
            requested=about["requested"],
            interrupted=about["interrupted"],
            sampling=Sampling(**{n: self._array(f"sampling/{n}") for n in about["sampling"]}),
            environment=Environment.from_dict(provenance),
        )

    def _record(self, lanes: int) -> Record:
        about = self.described
        fields: dict[str, Any] = {name: tuple(about[name]) for name in _WORDS}
        fields |= {name: self._array(name) for name in _ARRAYS}
        fields |= {kind: self._sketches(kind) for kind in _SKETCHES}
        return Record(
            lanes=lanes,
            earliest=about["earliest"],
            words={name: tuple(words) for name, words in about["words"].items()},
            week_events={name: self._array(f"week_events/{name}") for name in about["week_events"]},
            **fields,
        )

    def _sketches(self, kind: str) -> dict[str, Sketch]:
        made = {}
        for name, bits in self.described[kind].items():
            state = {part: self._array(f"{kind}/{name}/{part}") for part in _PACKED}
            sketch = Sketch.__new__(Sketch)
            sketch.__setstate__(state | {"bits": bits})
            made[name] = sketch
        return made

    def _array(self, name: str) -> npt.NDArray[Any]:
        content = io.BytesIO(self.file.read(f"{self.number}/{name}.npy"))
        array: npt.NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
        return array
