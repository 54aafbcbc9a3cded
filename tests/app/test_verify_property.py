"""The proof under random faults: nothing to find in the product, and something in a product that lies."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verify_kit import LyingVenue, MemorySink, ModelVenue, Script, clean_session, compact, figures, repaired, verify


def _send(script: Script, venue: ModelVenue, spoil: Callable[[bytes], list[bytes]]) -> None:
    raw = venue.any_delta()
    spoiled = spoil(raw)
    if spoiled != [raw]:
        venue.spoiled(venue.seq)
    if spoiled:
        script.frames(1, *spoiled)


def _edited(raw: bytes, **fields: str) -> bytes:
    message = json.loads(raw)
    message["msg"] |= fields
    return compact(message)


SPOILERS: dict[str, Callable[[bytes], list[bytes]]] = {
    "none": lambda raw: [raw],
    "drop": lambda _: [],
    "duplicate": lambda raw: [raw, raw],
    "differs": lambda raw: [raw, _edited(raw, delta_fp="77.00")],
    "truncate": lambda raw: [raw[: len(raw) * 2 // 3]],
    "truncate_twice": lambda raw: [raw[: len(raw) * 2 // 3], raw[: len(raw) * 2 // 3]],
    "truncate_early": lambda raw: [raw[:30]],
    "truncate_then_whole": lambda raw: [raw[: len(raw) * 2 // 3], raw],
    "whole_then_truncate": lambda raw: [raw, raw[: len(raw) * 2 // 3]],
    "malformed": lambda raw: [raw.replace(b'"msg":{', b'"msg":{{,')],
    "unknown_type": lambda raw: [raw, b'{"type":"unheard_of","msg":{}}'],
    "unknown_numbered": lambda raw: [raw.replace(b"orderbook_delta", b"orderbook_other")],
    "new_field": lambda raw: [_edited(raw, tomorrow="x")],
    "below_zero": lambda raw: [_edited(raw, delta_fp="-99999.00")],
    "bad_price": lambda raw: [_edited(raw, price_dollars="1.5000")],
    "nan": lambda raw: [_edited(raw, delta_fp="NaN")],
    "null": lambda raw: [raw.replace(b'"seq":', b'"seq":null,"was":')],
    "huge_seq": lambda raw: [raw.replace(b'"seq":', b'"seq":99999999999999999')],
}


def _swap(script: Script, venue: ModelVenue) -> None:
    first, second = venue.any_delta(), venue.any_delta()
    script.frames(1, second)
    script.frames(1, first)


FAULTS = st.lists(st.sampled_from([*SPOILERS, "swap", "snapshot", "ok", "tick", "repair"]), max_size=40)


def _play(faults: list[str]) -> tuple[Script, ModelVenue]:
    script, venue = clean_session(("A", "B", "C"), deltas=30)
    for fault in faults:
        if fault == "swap":
            _swap(script, venue)
        elif fault == "snapshot":
            script.frames(1, venue.snapshot(venue.rng.choice(venue.markets)))
        elif fault == "ok":
            script.frames(1, venue.ok())
        elif fault == "tick":
            script.tick()
        elif fault == "repair":
            repaired(script, venue)
        else:
            _send(script, venue, SPOILERS[fault])
    script.frames(1, venue.any_delta(), venue.any_delta())
    repaired(script, venue)
    script.frames(1, *(venue.any_delta() for _ in range(5)))
    return script.close(), venue


@settings(max_examples=150, deadline=None)
@given(FAULTS)
def test_whatever_happens_the_product_is_right(faults: list[str]) -> None:
    """Under any mix of faults no gap is silent or false, no book wrong, no frame unaccounted for (G01 to G03)."""
    script, venue = _play(faults)
    report = verify(script, truth=venue.truth, sinks=[MemorySink(script)])
    assert figures(report) == {}, report.problems


@settings(max_examples=60, deadline=None)
@given(FAULTS)
def test_a_product_that_names_no_gap_is_found_out(faults: list[str]) -> None:
    """A product that keeps its gaps to itself is caught whenever a numbered frame is missing or unreadable (I03)."""
    script, venue = _play(["drop", *faults])
    assert verify(script, LyingVenue(lambda _: None), venue.truth).silent_gaps > 0


@settings(max_examples=60, deadline=None)
@given(FAULTS, st.integers(0, 60), st.sampled_from(["A", "B", "C"]))
def test_a_product_that_miscounts_a_level_is_found_out(faults: list[str], at: int, market: str) -> None:
    """A product whose book gains one contract behind the last repair is caught (I05)."""
    script, venue = _play(faults)
    script.runs.pop()
    last = script.frames(1, *(venue.any_delta() for _ in range(3)))
    script.frames(1, *(venue.any_delta() for _ in range(3)))

    def alter(shelf: dict[str, object], gaps: object, first: object) -> None:
        if first.record == last:  # type: ignore[attr-defined]
            levels = shelf[market].ladder.no  # type: ignore[attr-defined]
            price_e6 = (at % 45 + 1) * 10_000
            levels[price_e6] = levels.get(price_e6, 0) + 1_000_000

    assert verify(script, LyingVenue(after=alter)).books_wrong > 0


@pytest.mark.parametrize("fault", [*SPOILERS, "swap"])
def test_each_fault_alone(fault: str) -> None:
    """Each kind of fault alone, twice, is told as it was."""
    script, venue = _play([fault, "none", "none", "repair", fault])
    report = verify(script, truth=venue.truth, sinks=[MemorySink(script)])
    assert figures(report) == {}, report.problems
