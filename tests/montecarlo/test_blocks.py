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


@pytest.mark.parametrize(
    ("runs", "shared", "lanes"),
    [
        (4_095, False, [4_095]),  # done soon as it is
        (10_000, False, [2_048, 7_952]),
        (10_000, True, [2_048, 7_952]),
        (52_048, False, [2_048, 25_000, 25_000]),
        (52_048, True, [2_048, 12_500, 12_500, 12_500, 12_500]),
    ],
)
def test_who_waits_has_a_narrow_block_first(runs, shared, lanes):
    cut = blocks(runs, width=25_600, shared=shared, soon=True)
    assert [block.lanes for block in cut] == lanes
    assert [block.index for block in cut] == list(range(len(cut)))
    assert [block.first for block in cut] == [sum(lanes[:i]) for i in range(len(lanes))]


def test_a_narrow_block_first_is_no_wider_than_others():
    assert [block.lanes for block in blocks(9_000, width=3_000, soon=True)] == [
        2_048,
        *[2_318] * 2,
        2_316,
    ]
    assert [block.lanes for block in blocks(9_000, width=1_000, soon=True)] == [1_000] * 9
