"""What must hold for any market at all: nothing raises, every market is answered, and both ways of a line agree."""

from hypothesis import given
from hypothesis import strategies as st
from listed_kit import event_entries, market_entries
from listings_kit import about, context, listing, market, read

from firstprint.domain.entries import EventEntry, MarketEntry
from firstprint.domain.propositions import BetKind, Listing, Polarity, Unread
from firstprint.venues.kalshi.listings import read_event, read_markets
from firstprint.venues.kalshi.rules import matchup, read_terms, stated_line_e6, stated_player, stated_start

SERIES = ["KXNBAGAME", "KXMLBGAME", "KXMLSGAME", "KXNFLSPREAD", "KXWNBATOTAL", "KXNBAPTS", "KXMLSBTTS", "KXLOLGAME",
          "KXFEDDECISION", "KXNBA", "KXPRESNOMD", "KXATPMATCH", "KXUNKNOWN"]  # fmt: skip
texts = st.text(max_size=60) | st.sampled_from(
    ["A vs B", "Denver at Kansas City", "ㅤ", "Will X win the A vs B match?", "25+ points", "over 9 at 5 vs"]
)
tails = st.from_regex(r"(2[67](JAN|FEB|XXX)[0-3][0-9]([0-9]{4})?)?[A-Z0-9.\-]{0,12}(G1)?", fullmatch=True)


@st.composite
def markets(draw: st.DrawFn) -> MarketEntry:
    """Draw a market of a known series with anything in it."""
    event = f"{draw(st.sampled_from(SERIES))}-{draw(tails)}"
    outcome = draw(st.from_regex(r"[A-Z0-9.\-]{0,8}", fullmatch=True))
    said = {name: draw(st.none() | texts) for name in ("title", "yes_sub_title", "rules_primary", "rules_secondary")}
    strike = draw(st.sampled_from([None, "greater", "greater_or_equal", "less", "between", "custom", "<b>"]))
    floor = draw(st.none() | st.from_regex(r"-?[0-9]{1,30}(\.[0-9]{1,9})?", fullmatch=True))
    return market(f"{event}-{outcome}", event, strike_type=strike, floor_strike=floor, **said)


@given(st.none() | event_entries, st.lists(market_entries, max_size=4))
def test_any_market_is_read_or_refused(event: EventEntry | None, entries: list[MarketEntry]) -> None:
    """Each market gets one answer, in order, and nothing raises."""
    assert [one.market for one in read_event(event, entries, context())] == [entry.ticker for entry in entries]


@given(st.lists(markets(), max_size=4), st.none() | texts)
def test_any_market_of_a_known_series_is_read_or_refused(entries: list[MarketEntry], title: str | None) -> None:
    """Nor with tickers that look right, and whatever texts."""
    events = {entry.event_ticker: EventEntry(ticker=entry.event_ticker, title=title) for entry in entries if title}
    read_as = read_markets({ticker: event for ticker, event in events.items() if ticker}, entries, context())
    assert sorted(one.market for one in read_as) == sorted(entry.ticker for entry in entries)
    assert all(one.reason for one in read_as if isinstance(one, Unread))


@given(st.text(max_size=300))
def test_any_text_is_searched_without_harm(text: str) -> None:
    """Rules, titles and names are hostile text."""
    matchup(text), stated_start(text), stated_line_e6(text), stated_player(text), read_terms(text, text)


@given(st.sampled_from(["DEN", "KC", "NYJ", "TEN", "GB", "CHI"]), st.integers(1, 60))
def test_a_spread_is_the_opposite_of_the_others_inverse(code: str, count: int) -> None:
    """`A by more than x` and `B by more than -x` are one bet: turning a line twice gives it back."""
    event = "KXNFLSPREAD-26SEP13SFLV".replace("SF", code, 1)
    one = listing(f"{event}-{code}{count}", event)
    assert (one.bet.kind, abs(one.bet.line_e6 or 0)) == (BetKind.MARGIN, count * 10**6 - 500_000)
    lays_first = one.bet.side == about(one).teams[0] and (one.bet.line_e6 or 0) > 0
    assert (one.polarity is Polarity.YES) == lays_first


@given(st.sampled_from(["KXNBAGAME", "KXWNBAGAME"]), st.text("ABCDEFGHIKLMNOPSTUVWY", min_size=2, max_size=8))
def test_glued_codes_that_are_no_two_teams_are_refused(series: str, codes: str) -> None:
    """What is read has two different teams of the league's table."""
    event = f"{series}-26JAN09{codes}"
    one = read(f"{event}-{codes[-3:]}", event)
    assert isinstance(one, Unread) or (isinstance(one, Listing) and len(set(about(one).teams)) == 2)
