import pytest

from cashstress.montecarlo.blocks import blocks


@pytest.mark.parametrize(("runs", "width"), [(1, 1), (1, 100), (10, 3), (9, 3), (4096, 4096)])
def test_blocks_cover_every_replication_once(runs, width):
    cut = blocks(runs, width)
    covered = [i for block in cut for i in range(block.first, block.first + block.lanes)]
    assert covered == list(range(runs))
    assert [block.index for block in cut] == list(range(len(cut)))
    assert all(block.lanes == width for block in cut[:-1])
