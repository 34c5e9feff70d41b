"""Inputs that `attack/fuzz_loader.py` found to break the loader, each in a file of its own."""

from pathlib import Path

import pytest
from verdict import judged

FOUND = sorted(Path(__file__).with_name("found").iterdir())


@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.stem)
def test_what_was_found_is_mended(file, tmp_path):
    judged(file.read_bytes(), tmp_path / "scenario.toml")


def test_the_verdict_sees_what_it_should(tmp_path):
    good = Path(__file__).with_name("platform.toml").read_bytes()
    scratch = tmp_path / "scenario.toml"
    assert judged(good, scratch) is not None
    assert judged(b"\xef\xbb\xbf" + good.replace(b"\n", b"\r\n"), scratch) is not None
    assert judged(good + b"\xff", scratch) is None
    assert judged(b"", scratch) is None
