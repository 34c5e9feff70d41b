import hashlib
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cashstress.errors import SimulationError
from cashstress.kernel.streams import ONCE, TABLE_CELLS, Streams

WORD = 2**64
ALL = 2**256 - 1


class Day:
    """A day that tests move by hand."""

    def __init__(self, day=0):
        self.day = day

    def __call__(self):
        return self.day


def streams(slots, seed=7, day=0):
    return Streams(seed, np.asarray(slots, np.int64), Day(day))


def bits16(slots, **where):
    return streams(slots, **where).bits16("sales")


def uniform(slots, **where):
    return streams(slots, **where).uniform("sales")


DRAWS = pytest.mark.parametrize("draw", [bits16, uniform], ids=["bits16", "uniform"])


def philox(counter, key):
    """Philox4x64-10, written from Salmon et al. 2011, in plain integers."""
    x = [counter >> 64 * i & WORD - 1 for i in range(4)]
    k = [key >> 64 * i & WORD - 1 for i in range(2)]
    for _ in range(10):
        a, b = 0xD2E7470EE14C6C93 * x[0], 0xCA5A826395121157 * x[2]
        x = [b // WORD ^ x[1] ^ k[0], b % WORD, a // WORD ^ x[3] ^ k[1], a % WORD]
        k = [(k[0] + 0x9E3779B97F4A7C15) % WORD, (k[1] + 0xBB67AE8584CAA73B) % WORD]
    return x


def words_of(seed, name, width, counter):
    """The four 64-bit words that a stream has at a counter: numpy steps once before it gives."""
    digest = hashlib.sha256(f"{seed}/{name}/{width}".encode()).digest()
    return philox(counter + 1, int.from_bytes(digest[:16], "little"))


def field(words, width, index):
    """The field of `width` bits at `index`, low bits first, of four 64-bit words."""
    whole = sum(word << 64 * i for i, word in enumerate(words))
    return whole >> width * index & 2**width - 1


# --- known answers


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [  # Random123's kat_vectors, philox4x64 with 10 rounds
        (0, 0, "16554d9eca36314c db20fe9d672d0fdc d7e772cee186176b 7e68b68aec7ba23b"),
        (ALL, 2**128 - 1, "87b092c3013fe90b 438c3c67be8d0224 9cc7d7c69cd777b6 a09caebf594f0ba0"),
        (
            0x082EFA98EC4E6C89_A4093822299F31D0_13198A2E03707344_243F6A8885A308D3,
            0xBE5466CF34E90C6C_452821E638D01377,
            "a528f45403e61d95 38c72dbd566e9788 a5a1610e72fd18b5 57bd43b5e52b7fe6",
        ),
    ],
)
def test_the_reference_and_numpy_give_the_published_answers(counter, key, answer):
    published = [int(word, 16) for word in answer.split()]
    assert philox(counter, key) == published
    numpys = np.random.Philox(key=key, counter=(counter - 1) & ALL).random_raw(4)
    assert numpys.tolist() == published


@pytest.mark.parametrize("slot", [0, 1, 7, 8, 15, 16, 17, 4_095, 2**40 + 3])
@pytest.mark.parametrize(("day", "epoch"), [(0, 0), (364, 0), (3, 2)])
def test_a_draw_is_philox_at_epoch_day_and_slot(slot, day, epoch):
    # The counter of 64-bit words: slot group, day, epoch; one step of it gives 256 bits.
    ours = streams([slot], seed=11, day=day)
    ours.address(np.array([slot]), epoch)
    for width in (16, 32):
        per_step = 256 // width
        counter = epoch << 128 | day << 64 | slot // per_step
        expected = field(words_of(11, "flour", width, counter), width, slot % per_step)
        if width == 16:
            assert ours.bits16("flour").tolist() == [expected]
        else:
            ours = streams([slot], seed=11, day=day)  # one draw of a name a day
            ours.address(np.array([slot]), epoch)
            assert ours.uniform("flour").tolist() == [(expected + 0.5) / 2**32]


def test_a_whole_block_equals_numpys_own_generator():
    digest = hashlib.sha256(b"7/sales/16").digest()
    key = int.from_bytes(digest[:16], "little")
    raw = np.random.Philox(key=key, counter=5 << 64).random_raw(4096 * 16 // 64)
    np.testing.assert_array_equal(bits16(range(4096), day=5), raw.view(np.uint16))


def test_draws_once_per_replication_stand_on_a_day_of_their_own():
    slot = 21
    expected = field(words_of(7, "effect", 32, ONCE << 64 | slot // 8), 32, slot % 8)
    ours = streams([slot], day=40).uniform("effect", once=True)
    assert ours.tolist() == [(expected + 0.5) / 2**32]


# --- a draw belongs to its slot


@DRAWS
@given(slots=st.lists(st.integers(0, 99), min_size=1, max_size=40))
def test_any_lanes_in_any_order_get_what_the_whole_block_gives_them(draw, slots):
    np.testing.assert_array_equal(draw(slots), draw(range(100))[slots])


@DRAWS
@given(first=st.integers(0, 70), lanes=st.integers(1, 30))
def test_a_part_of_a_block_draws_its_part(draw, first, lanes):
    part = draw(range(first, first + lanes))
    np.testing.assert_array_equal(part, draw(range(100))[first : first + lanes])


@DRAWS
def test_blocks_side_by_side_are_the_run(draw):
    blocks = [draw(range(first, min(first + 33, 100))) for first in range(0, 100, 33)]
    np.testing.assert_array_equal(np.concatenate(blocks), draw(range(100)))


@DRAWS
def test_no_lanes_draw_nothing(draw):
    assert draw([]).shape == (0,)


def test_lanes_that_got_other_slots_get_the_draws_of_those():
    whole, ours = uniform(range(64)), streams(range(64))
    ours.address(np.array([5, 5, 63, 0]))
    np.testing.assert_array_equal(ours.uniform("sales"), whole[[5, 5, 63, 0]])


def test_the_slots_given_are_not_held_on_to():
    slots = np.arange(8)
    ours = Streams(7, slots, Day())
    slots[...] = 99
    assert ours.slots.tolist() == list(range(8))
    np.testing.assert_array_equal(ours.uniform("sales"), uniform(range(8)))


# --- nothing is consumed


@given(drawn=st.lists(st.integers(0, 40), unique=True, max_size=12), last=st.integers(0, 40))
def test_other_days_change_nothing_skipped_or_drawn_in_any_order(drawn, last):
    day = Day()
    ours = Streams(7, np.arange(20), day)
    for day.day in (d for d in drawn if d != last):
        ours.uniform("sales")
    day.day = last
    np.testing.assert_array_equal(ours.uniform("sales"), uniform(range(20), day=last))


def test_other_streams_and_other_kinds_of_draw_change_nothing():
    ours = streams(range(20))
    ours.bits16("lateness")
    ours.uniform("flour", once=True)
    ours.exponential("hazard")
    np.testing.assert_array_equal(ours.uniform("sales"), uniform(range(20)))


@pytest.mark.parametrize("again", ["uniform", "bits16", "exponential"])
def test_a_name_drawn_twice_on_one_day_is_refused(again):
    ours = streams(range(4), day=3)
    ours.uniform("sales")
    with pytest.raises(SimulationError, match="'sales' is drawn twice on day 3") as caught:
        getattr(ours, again)("sales")
    assert caught.value.day == 3


def test_a_name_drawn_once_is_never_drawn_again():
    day = Day()
    ours = Streams(7, np.arange(4), day)
    ours.uniform("effect", once=True)
    day.day = 9
    ours.uniform("effect")  # the draw of day 9 is another draw
    with pytest.raises(SimulationError, match="'effect' is drawn twice"):
        ours.uniform("effect", once=True)


def test_a_draw_for_good_does_not_hide_that_a_day_is_drawn_twice():
    ours = streams(range(4), day=3)
    ours.uniform("effect")
    ours.uniform("effect", once=True)
    with pytest.raises(SimulationError, match="'effect' is drawn twice on day 3"):
        ours.uniform("effect")


def test_draws_are_counted():
    ours = streams(range(4))
    ours.uniform("a")
    ours.bits16("b")
    assert ours.draws == 2


# --- distinct streams (K5)


def test_n_replications_are_n_distinct_streams():
    # 4,096 lanes x 3 days of 32 bits: two equal among 2**96 have chance 1e-22.
    day, rows = Day(), []
    ours = Streams(0, np.arange(4096), day)
    for day.day in range(3):
        rows.append(ours.uniform("sales"))
    assert len(np.unique(np.array(rows), axis=1).T) == 4096


def test_seeds_names_days_and_epochs_are_distinct_streams():
    def draw(seed=0, name="sales", day=0, epoch=0):
        ours = streams(range(16), seed=seed, day=day)
        ours.address(np.arange(16), epoch)
        return ours.bits16(name).tobytes()

    others = [{"seed": 1}, {"name": "sales2"}, {"day": 1}, {"epoch": 1}, {"seed": 2**64 - 1}]
    assert draw() == draw()  # seed 0 is a seed like any other
    assert len({draw(), *(draw(**other) for other in others)}) == 6


def test_the_two_widths_of_a_name_are_unrelated():
    # The correlation of n independent pairs has sd 1/sqrt(n).
    n = 65_536
    assert abs(np.corrcoef(bits16(range(n)), uniform(range(n)))[0, 1]) < 5 / np.sqrt(n)


def test_an_epoch_stays_until_another_is_named():
    ours = streams(range(8))
    ours.address(np.arange(8), 3)
    ours.address(np.arange(8)[::-1])
    assert ours.epoch == 3
    again = streams(range(8))
    again.address(np.arange(8), 3)
    np.testing.assert_array_equal(ours.uniform("sales"), again.uniform("sales")[::-1])


# --- distributions


def test_uniforms_lie_strictly_inside_zero_and_one(monkeypatch):
    # The smallest and the largest word: half a cell inside either end.
    ours = streams(range(2))
    ends = np.array([0, 2**32 - 1], np.uint32)
    monkeypatch.setattr(ours, "_draw", lambda *_, **__: ends)
    assert ours.uniform("sales").tolist() == [2.0**-33, 1 - 2.0**-33]
    assert np.isfinite(ours.exponential("sales")).all()
    assert (ours.exponential("sales") > 0).all()


def test_every_16_bit_cell_is_equally_likely():
    # Pearson: with 256 cells and a level of 1e-6 the statistic stays below the chi-square quantile.
    counts = np.bincount(bits16(range(262_144)) >> 8, minlength=256)
    assert stats.chisquare(counts).pvalue > 1e-6
    low = np.bincount(bits16(range(262_144), day=1) & 255, minlength=256)
    assert stats.chisquare(low).pvalue > 1e-6


@pytest.mark.parametrize(
    ("kind", "law"), [("uniform", stats.uniform.cdf), ("exponential", stats.expon.cdf)]
)
def test_the_law_of_the_draws(kind, law):
    draws = getattr(streams(range(100_000)), kind)("sales")
    assert stats.kstest(draws, law).pvalue > 1e-6


def test_days_and_neighbouring_slots_are_unrelated():
    n = 65_536
    today, tomorrow = uniform(range(n)), uniform(range(n), day=1)
    limit = 5 / np.sqrt(n)  # five standard deviations of an independent pair's correlation
    assert abs(np.corrcoef(today, tomorrow)[0, 1]) < limit
    assert abs(np.corrcoef(today[:-1], today[1:])[0, 1]) < limit


def test_exponentials_are_the_inverse_transform_of_the_uniforms():
    waiting = streams(range(100)).exponential("sales")
    np.testing.assert_array_equal(waiting, -np.log(uniform(range(100))))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_table_is_read_at_the_16_bit_draw(dtype):
    # float32 holds every whole number up to 2**24, so tripled cells are exact in both.
    table = (np.arange(TABLE_CELLS) * 3).astype(dtype)
    values = streams(range(500)).table("sales", table)
    np.testing.assert_array_equal(values, bits16(range(500)).astype(np.float64) * 3)
    assert values.dtype == np.float64


def test_resuming_draws_what_an_uninterrupted_run_draws():
    fresh = partial(streams, range(16), day=50)
    day = Day()
    ours = Streams(7, np.arange(16), day)
    for day.day in range(50):
        ours.bits16("sales")
    day.day = 50
    np.testing.assert_array_equal(ours.bits16("sales"), fresh().bits16("sales"))


# --- draws by number


def test_numbered_draws_go_by_number_and_not_by_day():
    ours, later = streams([4, 5, 6]), streams([4, 5, 6], day=90)
    lanes, numbers = np.array([0, 2]), np.array([3, 1])
    drawn = ours.numbered("spell", numbers, lanes)
    assert drawn.tolist() == later.numbered("spell", numbers, lanes).tolist()
    # Asked for again it is the same, and asked for alone.
    assert ours.numbered("spell", numbers[1:], lanes[1:]).tolist() == drawn[1:].tolist()
    moved = streams([6, 4]).numbered("spell", np.array([1, 3]), np.array([0, 1]))
    assert moved.tolist() == drawn[::-1].tolist()


def test_numbered_draws_are_those_of_the_reference():
    # Slot 5 is field 5 of the eight 32-bit fields under (epoch 0, number 3, step 0).
    word = field(words_of(7, "spell#", 32, 3 << 64), 32, 5)
    drawn = streams([5]).numbered("spell", np.array([3]), np.array([0]))
    assert drawn.tolist() == [(word + 0.5) * 2.0**-32]


def test_numbered_draws_are_none_of_the_days():
    one = streams([1], day=2)
    numbered = one.numbered("sales", np.array([2]), np.array([0]))
    assert numbered[0] != one.uniform("sales")[0]
    numbers = np.arange(1000)
    many = streams([1]).numbered("sales", numbers, np.zeros(1000, np.intp))
    assert len(set(many.tolist())) == 1000
    assert stats.kstest(many, "uniform").pvalue > 1e-3


def test_numbered_draws_of_nobody():
    none = np.zeros(0, np.intp)
    assert streams([]).numbered("spell", none, none).tolist() == []


def test_numbered_draws_begin_anew_in_a_new_epoch():
    one = streams([1])
    before = one.numbered("spell", np.array([0]), np.array([0]))
    one.address(np.array([1]), 1)
    assert one.numbered("spell", np.array([0]), np.array([0])) != before
