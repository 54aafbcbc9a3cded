"""The truth log: each hash on the wire leads to the book that it stood for."""

from hypothesis import given, settings
from hypothesis import strategies as st
from polymarket_sim_kit import NS_PER_S, START_NS, FoldedBook, Venue, contest, levels

from firstprint.sim.polymarket.truth import TruthBook

SLUG = "nba-mil-lal-2026-09-21"


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 1_000))
def test_the_truth_after_each_hash_is_the_clients_own_fold(seed: int) -> None:
    """A fold of the frames alone, book by book and change by change, is the truth log's book of the same hash."""
    venue = Venue(contest(start_ns=START_NS + 2 * NS_PER_S), seed=seed, rate_per_s=150, late_share=0.1,
                  crossed_share=0.02, trade_share=0.1)  # fmt: skip
    market, connection = venue.market(SLUG), venue.connect()
    venue.watch(connection, *market.tokens)
    folds = {token: FoldedBook() for token in market.tokens}
    after: dict[str, TruthBook] = {}
    venue.run(20)
    for message in venue.messages(connection, "book", "price_change"):
        for entry in message.get("price_changes", [message]):
            fold = folds[entry["asset_id"]]
            if "bids" in entry:
                fold.replace(entry)
            else:
                fold.change(entry)
            after[fold.hash] = TruthBook(dict(fold.bids), dict(fold.asks))
    assert len(after) > 20
    truth = venue.finished()
    assert truth.books_after(market.condition, after) == after


def test_every_book_of_rest_is_in_the_log_too() -> None:
    """Books answered by the CLOB are found by their hash and in terms of their own token."""
    venue = Venue(contest(), rate_per_s=300)
    market = venue.market(SLUG)
    told = []
    for _ in range(20):
        venue.run(0.5)
        told += [venue.book(token) for token in market.tokens]
    status, many = venue.ask("clob", "/books", method="POST", body=[{"token_id": t} for t in market.tokens])
    assert status == 200
    truth = venue.finished()
    for book in [*told, *many]:
        expected = TruthBook(levels(book["bids"]), levels(book["asks"]))
        assert truth.books_after(book["market"], {book["hash"]}) == {book["hash"]: expected}


def test_a_changes_hash_never_recurs() -> None:
    """Hashes of changes are 40 hex digits, one for each change and token."""
    venue = Venue(contest(), rate_per_s=1_000)
    venue.run(10)
    hashes = [
        name for lines in venue.finished().states.values() for line in lines if line.k == "change" for name in line.h
    ]
    assert len(hashes) > 10_000
    assert len(set(hashes)) == len(hashes)
    assert {len(name) for name in hashes} == {40}


def test_the_log_tells_lives_and_ends_with_every_market() -> None:
    """Markets with their tokens, stages with the value paid, and the final books of those that have one."""
    venue = Venue(contest(start_ns=START_NS + NS_PER_S, length_ns=NS_PER_S),
                  contest("NBA", "SAC", "GSW", number=2), propose_after_s=1, resolve_after_s=1)  # fmt: skip
    market, other = venue.market(SLUG), venue.market("nba-sac-gsw-2026-09-21")
    book = venue.book(other.tokens[0])
    venue.run(10)
    truth = venue.finished()
    assert truth.markets[market.condition].a == market.tokens
    assert truth.markets[market.condition].slug == SLUG
    stages = [(line.what, line.value) for line in truth.stages if line.m == market.condition]
    assert stages == [("proposed", 0.0), ("resolved", 0.0)]
    final = truth.final[other.condition]
    assert dict(final.bids or ()) == levels(book["bids"])
    assert set(truth.final) == set(venue.directory.conditions)
    assert truth.final[market.condition].bids is None
    assert [line.k for line in truth.others] == ["start", "end"]


def test_the_log_of_nobody_listening_is_whole_too() -> None:
    """Changes are written whether or not anybody watches, and lead to the final books."""
    venue = Venue(contest(), rate_per_s=500)
    venue.run(5)
    truth = venue.finished()
    moved = [condition for condition, lines in truth.states.items() if len(lines) > 1]
    assert moved
    for condition in moved:
        *_, (_, book) = truth.replay(condition)
        assert book == TruthBook(dict(truth.final[condition].bids or ()), dict(truth.final[condition].asks or ()))
