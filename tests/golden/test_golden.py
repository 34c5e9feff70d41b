"""A change of any draw, any day or any cent in an example is seen, and accepted with a reason.

No test of this folder says that an answer is right: it says that it is the one it was.
"""

import hashlib

import digests
import numpy as np
import pytest


@pytest.mark.parametrize("path", digests.EXAMPLES, ids=lambda path: path.stem)
def test_the_example_answers_as_recorded(path):
    file = digests.recorded(path)
    assert file, f"examples/{path.name} has no readable record: {digests.ACCEPT}"
    lines = digests.moved(file["parts"], digests.answer(path))
    if lines:
        elsewhere = digests.elsewhere(file, path)
        made = f"\nRecorded with {', '.join(elsewhere)}." if elsewhere else ""
        pytest.fail(
            f"examples/{path.name} answers otherwise than recorded, in {len(lines)} parts:\n  "
            + "\n  ".join(lines)
            + f"{made}\nIs that what you meant? Then accept it and give the reason:\n"
            f"  {digests.ACCEPT}\n"
            "and put a line into CHANGELOG.md. If not, you have found a bug.",
            pytrace=False,
        )


def test_each_file_is_of_an_example_and_gives_its_reason():
    files = sorted(digests.FOLDER.glob("*.toml"))
    assert [file.name for file in files] == [path.name for path in digests.EXAMPLES]
    for path in digests.EXAMPLES:
        file = digests.recorded(path)
        assert len(file["reason"].split()) > 2
        assert (file["seed"], file["replications"]) == (digests.SEED, digests.REPLICATIONS)


def test_a_cent_and_a_day_are_seen_and_named():
    amounts, days = np.arange(5), np.array([3, -1, 7])
    before = {"metric profit": digests._part(amounts), "outcome default": digests._part(days)}
    amounts[4] += 1
    days[[0, 1]] = days[[1, 0]]
    after = {"metric profit": digests._part(amounts), "outcome default": digests._part(days)}
    assert digests.moved(before, before) == []
    assert digests.moved(before, after) == [
        "metric profit: sum 10 -> 11",
        "outcome default: other replications, the same totals",
    ]


def test_a_digest_does_not_depend_on_the_kind_of_integer_and_takes_no_floats():
    # SHA-256 of the numbers 1 and 2 as little-endian 64-bit integers, by `sha256sum`.
    by_hand = b"\1" + 7 * b"\0" + b"\2" + 7 * b"\0"
    expected = hashlib.sha256(by_hand).hexdigest()[:16]
    for kind in ("<i4", ">i8", "uint16"):
        assert digests.digest(np.array([1, 2], kind)) == expected
    with pytest.raises(AssertionError, match="would not travel"):
        digests.digest(np.array([1.0]))
