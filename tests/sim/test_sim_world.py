"""The world: its names, its lives, its determinism, and a truth log that agrees with it."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sim_kit import START_NS, Venue

from firstprint.sim.kalshi.faults import FaultScript
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.texts import DOLLAR_E4
from firstprint.sim.kalshi.truth import TruthBook
from firstprint.sim.kalshi.world import World


def played(seed: int, step_s: float, *, faults: bool = False) -> tuple[list[bytes], bytes]:
    """Play four seconds in steps; give every frame and the truth log."""
    script = FaultScript.standard(seed) if faults else None
    venue = Venue(script=script, seed=seed, rate_per_s=300, created_per_s=3, command_delay_ms_max=5.0)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(15))
    venue.tell(connection, "subscribe", 2, channels=["trade", "ticker", "market_lifecycle_v2"])
    venue.run(4, step_s)
    raws = connection.take(venue.now_ns + 60 * 10**9)
    venue.finished()
    return raws, b"".join(venue.chunks)


def test_the_same_seed_gives_the_same_bytes_however_time_is_cut() -> None:
    """Frames and truth are equal byte by byte in steps of 50 ms and of 7 ms, and differ for another seed."""
    assert played(7, 0.05) == played(7, 0.007)
    assert played(7, 0.05)[0] != played(8, 0.05)[0]


def test_faults_repeat_with_their_seed() -> None:
    """A run with faults is repeated byte by byte."""
    assert played(3, 0.05, faults=True) == played(3, 0.05, faults=True)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), wire=st.sampled_from(["dollars", "cents"]))
def test_books_stay_on_their_grid_uncrossed_and_equal_to_the_truth(seed: int, wire: str) -> None:
    """At the end every book is on its grid, uncrossed, and what the truth log says of its last number."""
    venue = Venue(seed=seed, wire=wire, rate_per_s=500, created_per_s=2, markets=20)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(20))
    venue.run(3)
    truth = venue.finished()
    said = truth.books_at(1, 1, 10**9)
    for ticker, book in said.items():
        final = truth.final[ticker]
        assert TruthBook(dict(final.yes or ()), dict(final.no or ())) == book
        market = venue.exchange.world.by_ticker[ticker]
        assert market.book is not None
        assert {p for side in ("yes", "no") for p in market.book.sizes[side]} <= set(market.grid.prices_e4)
        yes, no = market.book.best("yes"), market.book.best("no")
        assert yes is None or no is None or yes + no < DOLLAR_E4
    assert said


def test_truth_gives_any_book_at_any_number() -> None:
    """Adding up the delivered frames by hand gives the truth's book at each tenth number."""
    venue = Venue(rate_per_s=300, markets=10)
    connection = venue.connect()
    venue.books(connection, *venue.open_tickers(10))
    venue.run(2)
    frames = venue.hear(connection)[1:]
    truth = venue.finished()
    books: dict[str, dict[str, dict[str, float]]] = {}
    for frame in frames:
        body = frame["msg"]
        if frame["type"] == "orderbook_snapshot":
            sides = {side: body.get(f"{side}_dollars_fp", []) for side in ("yes", "no")}
            books[body["market_ticker"]] = {s: {p: float(q) for p, q in rows} for s, rows in sides.items()}
        else:
            side = books[body["market_ticker"]][body["side"]]
            side[body["price_dollars"]] = round(side.get(body["price_dollars"], 0.0) + float(body["delta_fp"]), 2)
        if frame["seq"] % 10 == 0:
            told = truth.books_at(1, 1, frame["seq"])
            for ticker, (yes, no) in told.items():
                assert {p: float(s) for p, s in yes.items()} == {p: s for p, s in books[ticker]["yes"].items() if s}
                assert {p: float(s) for p, s in no.items()} == {p: s for p, s in books[ticker]["no"].items() if s}


def test_lives_follow_their_order_and_opening_and_closing_are_silent() -> None:
    """A market made in the run is created, opened, closed, determined and settled; the stream tells three of these."""
    venue = Venue(created_per_s=4, compression=900, rate_per_s=50)
    connection = venue.connect()
    venue.tell(connection, "subscribe", channels=["market_lifecycle_v2"])
    venue.run(90, 0.5)
    truth = venue.finished()
    lives: dict[str, list[str]] = {}
    for line in truth.lives:
        lives.setdefault(line.t or "", []).append(line.what or "")
    order = ["created", "opened", "closed", "determined", "settled"]
    whole = {t: told for t, told in lives.items() if {"created", "settled"} <= set(told)}
    assert len(whole) > 10
    for told in whole.values():
        assert [what for what in told if what in order] == order
    said = {f["msg"].get("event_type") for f in venue.hear(connection) if f["type"] == "market_lifecycle_v2"}
    assert not {"opened", "closed"} & said
    assert {"created", "determined", "settled", "close_date_updated", "deactivated", "activated"} <= said


def test_at_most_one_market_of_an_exclusive_event_wins() -> None:
    """Events that exclude each other's outcomes have exactly one winner among their planned results."""
    world = World(SimSettings(markets=3_000), START_NS)
    games = [ms for t, ms in world.event_markets.items() if world.events[t].exclusive and len(ms) >= 2]
    full = [ms for ms in games if len(ms) == (3 if any(m.ticker.endswith("-TIE") for m in ms) else 2)]
    assert len(full) > 50
    wins = [sum(m.plan.outcome == "yes" for m in ms) for ms in full]
    assert max(wins) == 1
    assert wins.count(1) > len(wins) * 0.6


def test_even_a_small_world_has_the_traps_of_real_tickers() -> None:
    """Forty markets hold a hyphen in a team code, a doubleheader, a ticker equal to its event's, a tie, a zombie."""
    world = World(SimSettings(markets=40), START_NS)
    tickers = list(world.by_ticker)
    assert any("M-OHFRES-M-OH" in t for t in tickers)
    assert any(m.plan.event.ticker.endswith("G1") for m in world.markets)
    assert any(m.ticker == m.plan.event.ticker for m in world.markets)
    assert any(t.endswith("-TIE") for t in tickers)
    assert [m.status for m in world.markets if m.zombie] == ["closed"]
    assert any(m.combo and m.plan.legs for m in world.markets)
    assert {m.grid.label for m in world.markets} >= {"linear_cent", "deci_cent", "center_deci_edge_centi_cent"}


def test_a_hundred_thousand_markets_can_be_listed() -> None:
    """A world of the venue's real size is built, with every ticker its own and most markets open."""
    world = World(SimSettings(markets=100_000, combos=0), START_NS)
    assert len(world.by_ticker) == len(world.markets) == 100_000
    assert sum(m.status == "active" for m in world.markets) > 80_000


def test_a_market_watched_before_it_opens_fills_by_deltas() -> None:
    """A subscriber of an unopened market sees an empty snapshot, then its opening book as deltas."""
    venue = Venue(created_per_s=1, compression=300, rate_per_s=0)
    connection = venue.connect()
    venue.run(1.1)
    world = venue.exchange.world
    ticker = next(
        line.ticker for line in world.markets if line.status == "initialized" and line.times.created_ns > START_NS
    )
    venue.books(connection, ticker)
    assert "yes_dollars_fp" not in venue.hear(connection)[1]["msg"]
    venue.run(2)
    assert {f["type"] for f in venue.hear(connection)} == {"orderbook_delta"}
