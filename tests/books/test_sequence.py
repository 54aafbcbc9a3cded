"""The order of one subscription: each rule of continuity, and all of them against a naive model."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firstprint.books.sequence import REMEMBERED, Sequencer, Verdict


def offer(order: Sequencer[int], *numbers: int, doubt: bool = False) -> list[tuple[str, int, int]]:
    """Offer frames whose bytes follow from their number; give verdict, first and last number of each step."""
    steps = [step for n in numbers for step in order.offer(n, str(n).encode(), n, doubt=doubt)]
    return [(step.verdict.value, step.seq, step.seq_to) for step in steps]


def test_the_number_due_is_in_order() -> None:
    """Rule 1: numbers that rise by one are taken as they come."""
    assert offer(Sequencer(), 1, 2, 3) == [("in_order", 1, 1), ("in_order", 2, 2), ("in_order", 3, 3)]


def test_the_first_number_is_no_gap_unless_the_start_was_seen() -> None:
    """Rule 2: a recording may begin in the middle; after a seen start number 1 is due."""
    assert offer(Sequencer(), 7) == [("in_order", 7, 7)]
    assert offer(Sequencer(1), 3) == [("gap", 1, 2), ("in_order", 3, 3)]


def test_a_number_one_ahead_waits_for_its_neighbour() -> None:
    """Rule 3: two frames that changed places are taken in their right order, and that is counted."""
    order = Sequencer[int](1)
    assert offer(order, 1, 3) == [("in_order", 1, 1)]
    assert (order.holds, order.due) == (True, None)
    assert offer(order, 2) == [("in_order", 2, 2), ("in_order", 3, 3)]
    assert (order.reordered, order.due) == (1, 4)


def test_what_waits_is_taken_after_a_gap_when_the_next_is_not_the_missing_one() -> None:
    """Rule 3: the hole before a held frame is a gap as soon as anything later comes."""
    assert offer(Sequencer(1), 2, 3) == [("gap", 1, 1), ("in_order", 2, 2), ("in_order", 3, 3)]


def test_a_number_further_ahead_is_a_gap_at_once() -> None:
    """Rule 4: more than one missing number is not waited for."""
    assert offer(Sequencer(1), 1, 5) == [("in_order", 1, 1), ("gap", 2, 4), ("in_order", 5, 5)]


def test_nothing_is_held_in_doubt() -> None:
    """After an unreadable frame a hole is its place, and nothing is waited for."""
    assert offer(Sequencer(1), 2, doubt=True) == [("gap", 1, 1), ("in_order", 2, 2)]


def test_a_number_taken_before_is_a_duplicate_or_a_contradiction() -> None:
    """Rule 5: the same bytes are a repetition, other bytes cannot both be true; a held frame is no exception."""
    order = Sequencer[int](1)
    assert offer(order, 1, 2, 2, 4, 4)[2:] == [("duplicate", 2, 2), ("duplicate", 4, 4)]
    assert [step.verdict for step in order.offer(2, b"other", 2)] == [Verdict.DIFFERS]
    assert [step.verdict for step in order.offer(4, b"other", 4)] == [Verdict.DIFFERS]


def test_number_one_with_other_bytes_is_a_restart() -> None:
    """Rule 6: the subscription began again, and 2 is due."""
    order = Sequencer[int](1)
    offer(order, 1, 2, 3)
    assert [step.verdict for step in order.offer(1, b"new", 1)] == [Verdict.RESTART, Verdict.IN_ORDER]
    assert order.next_seq == 2


def test_number_one_right_after_a_first_number_two_is_no_restart() -> None:
    """Rule 6: where the start was not seen, the first two frames may have changed places: the late one is STALE."""
    assert offer(Sequencer(), 2, 1, 3) == [("in_order", 2, 2), ("stale", 1, 1), ("in_order", 3, 3)]


def test_a_number_from_inside_a_gap_is_late_and_a_forgotten_one_stale() -> None:
    """Rule 7: what a gap row names cannot be applied any more; what is too old cannot be judged."""
    order = Sequencer[int](1)
    assert offer(order, 1, 5, 3)[-1] == ("late", 3, 3)
    offer(order, *range(6, 10 + REMEMBERED))
    assert offer(order, 6)[-1] == ("stale", 6, 6)


def test_the_first_frame_is_known_for_ever() -> None:
    """Number 1 repeated with the same bytes is a duplicate at any time, never a restart."""
    order = Sequencer[int](1)
    offer(order, *range(1, 3 * REMEMBERED))
    assert offer(order, 1) == [("duplicate", 1, 1)]


def test_an_enormous_jump_costs_no_time() -> None:
    """A gap of 2**52 numbers is one step."""
    assert offer(Sequencer(1), 1, 2**52)[1] == ("gap", 2, 2**52 - 1)


@given(st.lists(st.integers(1, 30), max_size=60), st.booleans())
@settings(max_examples=400)
def test_taken_and_missing_numbers_are_the_whole_range(numbers: list[int], seen_start: bool) -> None:
    """Whatever comes: taken numbers rise, and taken plus gaps is all from the first to the last (I03).

    Each frame is judged exactly once; a number is never both taken and missing (I04).
    """
    order = Sequencer[int](1 if seen_start else None)
    steps = [step for place, n in enumerate(numbers) for step in order.offer(n, str(n).encode(), place)]
    steps += order.release()
    judged = [step.item for step in steps if step.item is not None]
    assert sorted(judged) == list(range(len(numbers)))
    taken = [step.seq for step in steps if step.verdict is Verdict.IN_ORDER]
    missing = [n for step in steps if step.verdict is Verdict.GAP for n in range(step.seq, step.seq_to + 1)]
    if any(step.verdict is Verdict.RESTART for step in steps):
        return
    assert taken == sorted(set(taken))
    assert not set(taken) & set(missing)
    if taken:
        assert sorted(taken + missing) == list(range(1 if seen_start else taken[0], taken[-1] + 1))


@given(st.permutations(range(1, 9)))
def test_no_permutation_is_applied_out_of_order(numbers: list[int]) -> None:
    """Without a restart the frames that are taken are taken in rising order (F26)."""
    order = Sequencer[int](1)
    steps = [step for n in numbers for step in order.offer(n, b"%d" % n, n)] + order.release()
    restart = next((i for i, step in enumerate(steps) if step.verdict is Verdict.RESTART), len(steps))
    taken = [step.seq for step in steps[:restart] if step.verdict is Verdict.IN_ORDER]
    assert taken == sorted(taken)
