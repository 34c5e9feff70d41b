from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

FILE = Path(__file__).with_name("platform.toml")


@pytest.fixture
def text():
    return FILE.read_text(encoding="utf-8")


@pytest.fixture
def data(text):
    return tomllib.loads(text)


@pytest.fixture
def scenario():
    from cashstress.scenario import load

    return load(FILE)
