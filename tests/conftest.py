from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine and every run, and no failure because a machine is slow.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")

#: Tests of whole firms or programs: folders, and modules of laws over random firms.  They say that
#: answers are right, and coverage, which nearly doubles their time, has nothing to learn from them:
#: `.ci/run` runs them without it.
WHOLE = {
    *("docs", "golden", "speed", "twin", "verification"),
    *("test_bill_laws.py", "test_contracts.py", "test_factoring_laws.py", "test_more_credit.py"),
}


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if not WHOLE.isdisjoint(item.path.relative_to(here).parts):
            item.add_marker(pytest.mark.slow)
