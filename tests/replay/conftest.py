import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
for folder in (str(TESTS / "processes"), str(TESTS)):
    if folder not in sys.path:
        sys.path.insert(0, folder)
