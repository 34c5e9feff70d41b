"""What lanes say is the same from memory and from a file; the file leaves nothing behind."""

import pickle
import tempfile

import numpy as np
import pytest

from cashstress.errors import SimulationError
from cashstress.kernel import shelf
from cashstress.kernel.shelf import Shelf


@pytest.fixture(params=["memory", "file"])
def place(request, monkeypatch):
    monkeypatch.setattr(shelf, "_LITTLE", 2**40 if request.param == "memory" else -1)
    return request.param


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files that holds nothing else."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def block(first, lanes):
    """Numbers that say which lane, row and array they belong to."""
    numbers = np.arange(first, first + lanes)
    return {
        "days": np.array([numbers, -numbers], np.int32),
        "amounts": np.array([numbers * 2**40 + row for row in range(3)], np.int64),
        "none": np.zeros((0, lanes), np.int32),
    }


def filled(room, *widths):
    made, first = Shelf(block(0, widths[0]), lanes=room), 0
    for width in widths:
        made.put(block(first, width))
        first += width
    return made


@pytest.mark.parametrize("widths", [(6,), (1, 5), (3, 1, 2), (0, 6, 0)])
def test_blocks_lie_behind_each_other(place, widths):
    made = filled(6, *widths)
    assert made.in_file == (place == "file")
    for name, expected in block(0, 6).items():
        array = made.arrays()[name]
        assert array.dtype == expected.dtype
        assert type(array) is np.ndarray
        np.testing.assert_array_equal(array, expected)


def test_lanes_that_did_not_come_are_not_there(place):
    # Ctrl-C: room for 10, of which 5 came.
    arrays = filled(10, 2, 3).arrays()
    for name, expected in block(0, 5).items():
        np.testing.assert_array_equal(arrays[name], expected)


def test_a_shelf_that_was_read_takes_more(place):
    made = filled(5, 2)
    assert made.arrays()["days"].shape == (2, 2)
    made.put(block(2, 3))
    np.testing.assert_array_equal(made.arrays()["days"], block(0, 5)["days"])


def test_arrays_are_read_only(place):
    with pytest.raises(ValueError, match="read-only"):
        filled(2, 2).arrays()["days"][0, 0] = 1


def test_blocks_are_not_changed_and_not_kept(place):
    made, given = Shelf(block(0, 3), lanes=3), block(0, 3)
    made.put(given)
    given["days"][:] = 99
    np.testing.assert_array_equal(made.arrays()["days"], block(0, 3)["days"])


def test_parts_of_wider_arrays_are_taken(place):
    # Columns of a block that is not contiguous in memory.
    wide = block(0, 8)
    made = Shelf(wide, lanes=4)
    made.put({name: array[:, ::2] for name, array in wide.items()})
    np.testing.assert_array_equal(made.arrays()["days"][0], [0, 2, 4, 6])


def test_more_lanes_than_room_are_refused(place):
    made = filled(4, 3)
    with pytest.raises(ValueError, match="5 lanes; there is room for 4"):
        made.put(block(3, 2))


def test_arrays_outlive_the_shelf_and_travel(place):
    arrays = filled(4, 4).arrays()
    travelled = pickle.loads(pickle.dumps(arrays))  # noqa: S301 - our own
    np.testing.assert_array_equal(travelled["days"], arrays["days"])


def test_little_stays_in_memory_and_much_goes_to_a_file(monkeypatch):
    # 2 rows of 4 bytes and 3 rows of 8: 32 bytes a lane.
    monkeypatch.setattr(shelf, "_LITTLE", 320)
    assert not Shelf(block(0, 1), lanes=10).in_file
    assert Shelf(block(0, 1), lanes=11).in_file


def test_the_file_leaves_nothing_behind(monkeypatch, temporary):
    monkeypatch.setattr(shelf, "_LITTLE", -1)
    made = filled(4, 4)
    arrays = made.arrays()
    del made
    assert list(temporary.iterdir()) == []
    np.testing.assert_array_equal(arrays["days"], block(0, 4)["days"])


def test_a_full_disk_says_what_to_do(monkeypatch, temporary):
    class Full:
        def truncate(self, size):
            pass

        def close(self):
            pass

        def seek(self, place):
            pass

        def write(self, data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf, "_LITTLE", -1)
    monkeypatch.setattr(shelf, "TemporaryFile", lambda **_: Full())
    made = Shelf(block(0, 1), lanes=2**20)
    # 32 bytes a lane, as above.
    message = r"1,048,576 replications take 32 MB in a file in .*No space left.*TMPDIR"
    with pytest.raises(SimulationError, match=message):
        made.put(block(0, 1))


def test_no_folder_for_the_file_says_what_to_do(monkeypatch):
    def refuse(**_):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(shelf, "_LITTLE", -1)
    monkeypatch.setattr(shelf, "TemporaryFile", refuse)
    with pytest.raises(SimulationError, match="No usable temporary directory found; use fewer"):
        Shelf(block(0, 1), lanes=1)


def test_what_is_written_in_parts_is_written_whole(monkeypatch):
    # A file may take less than it is given.
    real = tempfile.TemporaryFile

    class Slow:
        def __init__(self, **options):
            self._file = real(**options)

        def __getattr__(self, name):
            return getattr(self._file, name)

        def write(self, data):
            return self._file.write(data[:3])

    monkeypatch.setattr(shelf, "_LITTLE", -1)
    monkeypatch.setattr(shelf, "TemporaryFile", Slow)
    np.testing.assert_array_equal(filled(5, 2, 3).arrays()["amounts"], block(0, 5)["amounts"])
