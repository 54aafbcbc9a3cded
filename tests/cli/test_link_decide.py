"""`firstprint link decide` and `explain` on what is stored: what is named is found, or nothing is kept."""

import json
from pathlib import Path

import pytest

from firstprint.app.linking.state import LinkState
from firstprint.bootstrap.database import master_of
from firstprint.bootstrap.linking import stored
from firstprint.cli.configured import with_flags
from firstprint.cli.main import main
from firstprint.domain.contests import Sighting
from firstprint.domain.links import Decision
from firstprint.domain.propositions import BetKind, Listing, Outcome
from firstprint.linkage.bets import team_bet
from firstprint.linkage.leagues import LeagueTable
from firstprint.linkage.linker import Linker
from firstprint.linkage.reads import Read
from firstprint.linkage.windows import at_time
from firstprint.signals.consensus import ConsensusPlan
from firstprint.store.link_store import SqlLinkStore

START_NS = 1_795_000_000_000_000_000
TICKER, OTHER_TICKER = "KXNBAGAME-26NOV18BOSLAL-LAL", "KXNBAGAME-26NOV18BOSLAL-BOS"
SLUG, CONDITION = "nba-bos-lal-2026-11-18", "0xabc1"
KALSHI, POLYMARKET = f"kalshi:{TICKER}", f"polymarket:{CONDITION}"
NOTE = "the rules differ"


def seen(source: str, key: str, teams: tuple[str, str] = ("bos", "lal")) -> Sighting:
    """See a game."""
    return Sighting(source=source, id=key, league="NBA", teams=teams, start=at_time(START_NS))


def listed(venue: str, market: str, name: str, event: str, side: str) -> Listing:
    """List who wins it."""
    about = seen(venue, event)
    bet, polarity = team_bet(BetKind.WINNER, about.teams, side)
    return Listing(
        venue=venue, market=market, name=name, event=event, title=None, about=about, bet=bet, polarity=polarity,
        outcomes=(Outcome(label=side, token=f"{market}1"), Outcome(label="other", token=f"{market}2")), live=True,
    )  # fmt: skip


READ: list[Read] = [
    listed("kalshi", TICKER, TICKER, "KXNBAGAME-26NOV18BOSLAL", "lal"),
    listed("kalshi", OTHER_TICKER, OTHER_TICKER, "KXNBAGAME-26NOV18BOSLAL", "bos"),
    listed("polymarket", CONDITION, SLUG, SLUG, "lal"),
    seen("espn", "401"),
    seen("espn", "402", ("atl", "mia")),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Have a data folder in which a game of two venues and ESPN is stored; the event's slug is the market's, too."""
    folder = tmp_path / "data"
    state = LinkState(Linker(lambda _: "basketball"), LeagueTable(()), ConsensusPlan())
    state.linker.take(READ)
    settled = state.settle(START_NS)
    assert settled is not None
    with master_of(with_flags(folder)) as engine:
        SqlLinkStore(engine).lay(settled.changes, cause="r1", wall_ns=START_NS)
    return folder


def decide(folder: Path, a: str, b: str, verdict: str = "different", *more: str, note: str = NOTE) -> int:
    """Decide; give the exit code."""
    words = ("link", "decide", a, b, "--as", verdict, "--note", note, "--by", "kim", "--data", str(folder))
    with pytest.raises(SystemExit) as left:
        main((*words, *more))
    return int(left.value.code or 0)


def kept(folder: Path) -> list[Decision]:
    """Give the decisions that are kept."""
    with stored(with_flags(folder)) as links:
        return links.decisions()


@pytest.mark.parametrize("a", [TICKER, TICKER.lower(), KALSHI, f"kalshi:{TICKER.lower()}"])
@pytest.mark.parametrize("b", [SLUG, CONDITION, CONDITION.upper(), POLYMARKET, f"polymarket:{SLUG}"])
def test_a_market_has_several_names_and_one_is_kept(a: str, b: str, folder: Path) -> None:
    """Ticker, slug, condition id, in any case, with the venue or without: `venue:market` is what is kept."""
    assert decide(folder, b, a) == 0
    assert [(one.a, one.b, one.by, one.note) for one in kept(folder)] == [(KALSHI, POLYMARKET, "kim", NOTE)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("kalshi:KXNBAGAME-26NOV18BOSLAL", "espn:401"),
        (f"polymarket:{SLUG}", "kalshi:kxnbagame-26nov18boslal"),
        ("espn:401", SLUG),
    ],
)
def test_contests_are_decided_about_by_their_ids(a: str, b: str, folder: Path) -> None:
    """A slug that an event and its market share is the event's where the other side is a contest."""
    assert decide(folder, a, b, "same") == 0
    (one,) = kept(folder)
    known = {"kalshi:KXNBAGAME-26NOV18BOSLAL", "espn:401", f"polymarket:{SLUG}"}
    assert {one.a, one.b} < known


@pytest.mark.parametrize(
    ("a", "b", "verdict", "said"),
    [
        ("kalshi:NOSUCH-1", POLYMARKET, "same", "nothing is known as 'kalshi:NOSUCH-1': `firstprint links` lists"),
        (KALSHI, "no-such-slug", "same", "nothing is known as 'no-such-slug'"),
        (f"polymarket:{TICKER}", POLYMARKET, "same", "nothing is known as 'polymarket:KXNBAGAME"),
        (TICKER, "espn:401", "same", "is a market and 'espn:401' a contest: a decision is about markets of two venues"),
        (TICKER, OTHER_TICKER, "same", "are both of kalshi"),
        ("espn:401", "espn:402", "different", "are both of espn"),
        (f"kalshi:{TICKER}", TICKER, "same", "are both of kalshi"),
        ("kalshi:KXNBAGAME-26NOV18BOSLAL", "espn:401", "inverse", "never inverse"),
        ("kalshi:KXNBAGAME-26NOV18BOSLAL", "espn:402", "same", "is read as NBA bos v lal, espn:402 as NBA atl v mia"),
    ],
)
def test_what_could_never_take_effect_is_refused(
    a: str, b: str, verdict: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, what is wrong with it, and nothing is kept."""
    assert decide(folder, a, b, verdict) == 1
    assert said in capsys.readouterr().err
    assert kept(folder) == []


@pytest.mark.parametrize("note", ["", "  "])
def test_a_decision_without_a_reason_is_refused(note: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The note stands on the link for good."""
    assert decide(folder, TICKER, SLUG, note=note) == 1
    assert "the note is empty" in capsys.readouterr().err
    assert kept(folder) == []


@pytest.mark.parametrize("more", [(), ("--unseen",)])
def test_a_folder_that_is_not_there_is_not_made(
    more: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A typo in --data files no decision where nobody looks."""
    assert decide(tmp_path / "typo", KALSHI, POLYMARKET, "same", *more) == 1
    assert "no database here yet" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_known_yet_can_be_decided_about_on_request(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --unseen, the unknown side is kept as written, and it is said that nothing is known of it."""
    assert decide(folder, TICKER, "polymarket:0xLater", "same", "--unseen", "--json") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["b"] == "polymarket:0xLater"
    assert "nothing is known of polymarket:0xLater" in told.err
    assert [(one.a, one.b) for one in kept(folder)] == [(KALSHI, "polymarket:0xLater")]
    assert decide(folder, TICKER, "0xLater", "same", "--unseen") == 1
    assert "write kalshi, polymarket, espn, oddsapi, a colon" in capsys.readouterr().err


def test_explain_tells_of_the_decision(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who, when and why; and the refusal does not say that the other venue lists nothing."""
    assert decide(folder, TICKER, SLUG) == 0
    capsys.readouterr()
    for more in ((), ("--json",)):
        with pytest.raises(SystemExit) as left:
            main(("link", "explain", TICKER, SLUG, "--data", str(folder), *more))
        assert not left.value.code
    text, document = capsys.readouterr().out.split("\n{", 1)
    assert "link:      none" in text
    assert f": by kim: {NOTE}" in text
    assert "refused:   decided_different: " in text
    assert "decided:   different, by kim, 20" in text
    (one,) = json.loads("{" + document)["decisions"]
    assert (one["verdict"], one["by"], one["note"]) == ("different", "kim", NOTE)
