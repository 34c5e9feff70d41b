"""One replication, opened for an accountant: its journal, and the story of its first trouble.

replaying.py   runs one replication alone, watched
journal.py     its postings, dated and named, and every account's balance day by day
names.py       accounts under the names that accountants' tools take
formats.py     Beancount, hledger, CSV
events.py      what happened, as objects
diary.py       the observer that writes it down
watching.py    what it compares from one look to the next
invoices.py    which invoices had not come in
story.py       the same as plain text
words.py       words and figures for a reader
"""

from cashstress.replays.events import Day, Due, Event, Late, LineState
from cashstress.replays.formats import FORMATS
from cashstress.replays.journal import Journal, JournalEntry
from cashstress.replays.replaying import Replay, check_path, find, replay
from cashstress.replays.story import Story

__all__ = [
    "FORMATS",
    "Day",
    "Due",
    "Event",
    "Journal",
    "JournalEntry",
    "Late",
    "LineState",
    "Replay",
    "Story",
    "check_path",
    "find",
    "replay",
]
