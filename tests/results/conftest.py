import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parents[1] / "montecarlo")
if HERE not in sys.path:  # worker processes get the same path, and import the stand-in by it
    sys.path.insert(0, HERE)


@pytest.fixture(autouse=True)
def _stand_in_blocks(monkeypatch):
    import stand_in

    from cashstress import processes
    from cashstress.montecarlo import runner

    monkeypatch.setattr(processes, "run_block", stand_in.run_block, raising=False)
    monkeypatch.setattr(processes, "lanes_per_block", stand_in.lanes_per_block, raising=False)
    monkeypatch.setattr(runner, "run_job", stand_in.run_job)
