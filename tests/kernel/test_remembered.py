"""An answer is looked up once, and again when it was told to forget or the lanes were replaced."""

import numpy as np
import pytest

from cashstress.kernel.remembered import Remembered
from cashstress.kernel.world import World


@pytest.fixture
def world():
    made = World(seed=1, slots=np.arange(3), horizon=5)
    made.columns.add("owed", np.int64)[...] = [0, 7, 2]
    return made


def test_it_is_looked_up_once_until_it_is_told_to_forget(world):
    looked = []
    most = Remembered(world, lambda: looked.append(1) or int(world.columns["owed"].max()))
    assert [most(), most()] == [7, 7]
    world.columns["owed"][1] = 1
    assert most() == 7
    most.forget()
    assert [most(), most()] == [2, 2]
    assert len(looked) == 2


def test_an_answer_of_no_is_remembered_too(world):
    looked = []
    anybody = Remembered(world, lambda: bool(looked.append(1)))
    assert [anybody(), anybody()] == [False, False]
    assert len(looked) == 1


def test_lanes_that_are_replaced_are_looked_at_again(world):
    most = Remembered(world, lambda: int(world.columns["owed"].max()))
    saved = world.save()
    assert most() == 7
    world.take(np.array([0, 2, 2]))
    assert most() == 2
    world.load(saved)
    assert most() == 7
