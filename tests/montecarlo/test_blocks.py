import pytest

from cashstress.montecarlo.blocks import blocks


@pytest.mark.parametrize(("runs", "width"), [(1, 1), (1, 100), (10, 3), (9, 3), (4096, 4096)])
def test_blocks_cover_every_replication_once(runs, width):
    cut = blocks(runs, width)
    covered = [i for block in cut for i in range(block.first, block.first + block.lanes)]
    assert covered == list(range(runs))
    assert [block.index for block in cut] == list(range(len(cut)))
    assert len({block.lanes for block in cut[:-1]}) <= 1
    assert all(block.lanes <= width for block in cut)


@pytest.mark.parametrize(
    ("runs", "lanes"),
    [
        (10_000, [10_000]),
        (20_000, [10_000] * 2),
        (50_000, [12_500] * 4),
        # As wide as one worker's, so that several lose nothing.
        (200_000, [25_000] * 8),
        # One of two would have nothing to do while the other computes the last of 7.
        (179_200, [22_400] * 8),
    ],
)
def test_several_workers_share_a_long_run(runs, lanes):
    assert [block.lanes for block in blocks(runs, width=25_600, shared=True)] == lanes


def test_round_numbers_of_runs_are_cut_alike():
    widest = {max(block.lanes for block in blocks(10**n, width=25_600)) for n in (5, 6)}
    assert widest == {25_000}


def test_one_worker_computes_as_few_blocks_as_fit():
    assert [block.lanes for block in blocks(20_000, width=20_480)] == [20_000]
    assert [block.lanes for block in blocks(20_481, width=20_480)] == [10_241, 10_240]
