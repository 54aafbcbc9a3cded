"""Links in a database: passes laid over each other, history, refusals and people's decisions, on both databases."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.linked_world import (
    AT_NS,
    GAME,
    MARGIN,
    a_contest,
    a_link,
    a_listing,
    a_pass,
    a_proposition,
    a_refusal,
    a_sighting,
)

from firstprint.domain.link_changes import (
    GameQuery,
    LaidCounts,
    LinkChanges,
    LinkQuery,
    MarketKey,
    PairQuery,
    RefusalQuery,
)
from firstprint.domain.links import Decision, Verdict
from firstprint.domain.propositions import Bet, BetKind, Polarity, Terms, Topic
from firstprint.linkage.bets import topic_bet
from firstprint.store.database import DatabaseAddress, open_store
from firstprint.store.errors import StoreUnavailable
from firstprint.store.link_laying import SEEN_EVERY_NS
from firstprint.store.link_reader import SqlLinkReader
from firstprint.store.link_store import SqlLinkStore
from firstprint.store.linkage_tables import LINKS
from firstprint.store.revision import take_turn

KALSHI_L1 = {"moneyline": ("name-of-KX-L1",)}


class Desk:
    """A store and a reader of one database."""

    def __init__(self, address: DatabaseAddress) -> None:
        self.engine = open_store(address)
        self.store = SqlLinkStore(self.engine)
        self.reader = SqlLinkReader(self.engine)
        self.now_ns = AT_NS

    def lay(self, changes: LinkChanges | None = None, **fields: Any) -> LaidCounts:
        """Lay a pass, a second after the last one."""
        self.now_ns += 10**9
        given = changes if changes is not None else LinkChanges(**fields)
        return self.store.lay(given, cause="r1", wall_ns=self.now_ns)

    def links(self, **query: Any) -> list[str]:
        """List the ids of links."""
        return [row.link.id for row in self.reader.links(LinkQuery(**query))]

    def refused(self) -> dict[str, int]:
        """Give the work items that wait, with their counts."""
        return {item.work_item: item.listings for item in self.reader.refusals(RefusalQuery())}

    def decide(self, verdict: Verdict, *, a: str = "kalshi:KX-L1", b: str = "polymarket:0xL1") -> None:
        """Decide about the pair of link L1."""
        self.now_ns += 10**9
        decision = Decision(a=a, b=b, verdict=verdict, by="Ada", note="", decided_wall_ns=self.now_ns)
        self.store.decide(decision)


@pytest.fixture
def desk(database: DatabaseAddress) -> Iterator[Desk]:
    """Open an empty database."""
    desk = Desk(database)
    yield desk
    desk.engine.dispose()


def test_a_pass_comes_back_as_it_was_laid(desk: Desk) -> None:
    """A link is read as it was written, whole, and a game joins listings of both venues, links, odds and ids."""
    given = a_pass()
    desk.lay(given)
    [row] = desk.reader.links(LinkQuery())
    assert row.link == given.links[0]
    assert (row.retired_ns, row.created_ns, row.updated_ns) == (None, desk.now_ns, desk.now_ns)
    [game] = desk.reader.games(GameQuery())
    assert game.markets == {"kalshi": KALSHI_L1, "polymarket": {"moneyline": ("name-of-0xL1",)}}
    assert (game.sport, game.home, game.away, game.links, game.odds) == ("basketball", "bos", "atl", 1, given.odds)
    assert game.sources == {"espn": (f"40-{GAME}",), "kalshi": (f"KXNBAGAME-{GAME}",)}
    found = desk.reader.game(GAME)
    assert found is not None
    assert found[1].contest == given.contests[0]
    assert found[1].links == given.links
    assert desk.reader.game("nobody") is None


def test_what_was_read_is_recalled(desk: Desk) -> None:
    """After a new start, linkage knows what was read: sightings, listings of contests and topics, and decisions."""
    topic = a_listing(
        "kalshi", "KXFED", topic_bet("cut_25"), about=Topic(kind="fed_decision", key="2026-07"), live=False
    )
    stat = Bet(kind=BetKind.STAT, stat="points", subject="luka doncic", line_e6=24_500_000)
    props = a_listing("kalshi", "KXP", stat, polarity=Polarity.NO, outcomes=(), terms=Terms(), live=None)
    given = (*a_pass().listings, topic, props)
    bets = (a_proposition(), a_proposition(topic_bet("cut_25")), a_proposition(stat))
    desk.lay(a_pass(listings=given, propositions=bets))
    known = {(one.venue, one.market): one for one in desk.reader.listings()}
    assert known == {(one.listing.venue, one.listing.market): one.listing for one in given}
    assert set(desk.reader.sightings()) == set(a_contest().sightings)
    assert (len(desk.reader.sightings(1)), len(desk.reader.listings(2))) == (1, 2)
    desk.lay(gone=(MarketKey("kalshi", "KXP"),))
    assert len(desk.reader.listings()) == 3
    desk.decide(Verdict.SAME)
    assert desk.reader.decisions() == desk.store.decisions()


def test_the_same_pass_again_changes_nothing(desk: Desk) -> None:
    """Laying is idempotent: no row changes, and neither does the revision that readers cache by."""
    desk.lay(a_pass())
    before, rows = desk.reader.revision(), desk.reader.links(LinkQuery())
    assert desk.lay(a_pass()) == LaidCounts()
    assert (desk.reader.revision(), desk.reader.links(LinkQuery())) == (before, rows)
    assert desk.lay(a_pass(links=(a_link(confidence=0.5),))).links == 1
    assert desk.reader.revision() > before


def test_a_changed_link_leaves_its_history(desk: Desk) -> None:
    """Every changed field of a link is kept with what it was, and its first sight is no change."""
    desk.lay(a_pass())
    assert desk.reader.link_history("L1") == []
    desk.lay(links=(a_link(polarity="inverse", token_id="2", other_token_id="1"),))  # noqa: S106 ids of outcomes
    history = [(one.field, one.value_before, one.value_after, one.cause) for one in desk.reader.link_history("L1")]
    assert history == [
        ("other_token_id", '"2"', '"1"', "r1"),
        ("polarity", '"same"', '"inverse"', "r1"),
        ("token_id", '"1"', '"2"', "r1"),
    ]


def test_a_retired_link_is_kept_and_may_come_back(desk: Desk) -> None:
    """A link that stands no more is out of the lists, with its reason; told again, it stands again."""
    desk.lay(a_pass())
    assert desk.lay(retired={"L1": "postponed", "never": "known"}).retired == 1
    assert (desk.links(), desk.links(gone=True)) == ([], ["L1"])
    [row] = desk.reader.links(LinkQuery(gone=True))
    assert (row.retired_ns, row.retired_reason) == (desk.now_ns, "postponed")
    assert desk.lay(retired={"L1": "again"}).retired == 0
    desk.lay(links=(a_link(),))
    assert desk.links() == ["L1"]
    assert len(desk.reader.link_history("L1")) == 4


def test_a_complete_contest_loses_what_is_not_told(desk: Desk) -> None:
    """Of a contest that was looked at whole, links, listings and odds that were not found are no more."""
    both = a_pass(
        propositions=(a_proposition(), a_proposition(MARGIN)),
        links=(a_link(), a_link("L2", MARGIN), a_link("L9", contest="another")),
        listings=(*a_pass().listings, a_listing("kalshi", "KX-L2", MARGIN)),
    )
    desk.lay(both)
    counts = desk.lay(a_pass(complete=(GAME,), odds=()))
    assert (counts.retired, counts.listings, counts.odds, desk.links()) == (1, 1, 1, ["L1", "L9"])
    [game] = desk.reader.games(GameQuery())
    assert (game.markets["kalshi"], game.odds) == (KALSHI_L1, ())
    assert desk.lay(a_pass(complete=(GAME,), odds=())) == LaidCounts()


def test_a_listing_that_is_gone_leaves_its_game(desk: Desk) -> None:
    """A listing that its venue lists no more is out of its game, and is back when it is told again."""
    desk.lay(a_pass())
    desk.lay(gone=(MarketKey("kalshi", "KX-L1"),))
    [game] = desk.reader.games(GameQuery())
    assert game.markets["kalshi"] == {}
    desk.lay(a_pass(listings=(a_listing("kalshi", "KX-L1", live=False), a_listing("kalshi", "KX-L5", live=None))))
    [game] = desk.reader.games(GameQuery())
    assert game.markets["kalshi"] == {"moneyline": ("name-of-KX-L5",)}
    desk.lay(gone=(MarketKey("kalshi", "KX-L5"),))
    desk.lay(a_pass())
    [game] = desk.reader.games(GameQuery())
    assert game.markets["kalshi"] == KALSHI_L1


def test_a_contest_whose_sightings_moved_on_is_none_any_more(desk: Desk) -> None:
    """A game that was moved to another day has a new id; the old one is not listed beside it."""
    desk.lay(a_pass())
    moved = a_contest("moved", sightings=a_contest().sightings)
    desk.lay(contests=(moved,))
    assert [game.game_id for game in desk.reader.games(GameQuery())] == ["moved"]
    assert desk.reader.game(GAME) is None
    desk.lay(contests=(a_contest("moved", sightings=(a_sighting("espn", "40"),)),))
    [game] = desk.reader.games(GameQuery())
    assert game.sources == {"espn": ("40",)}


def test_refusals_are_one_row_for_each_work_item(desk: Desk) -> None:
    """What one decision would resolve is one row with a count, with when it was first and last seen."""
    desk.lay(refusals=(a_refusal("A"), a_refusal("B"), a_refusal("C", "team:Miami"), a_refusal(None, event="E")))
    first_ns = desk.now_ns
    assert desk.refused() == {"team:Utah": 3, "team:Miami": 1}
    before = desk.reader.revision()
    assert desk.lay(refusals=(a_refusal("A"), a_refusal("B"))).refusals == 0
    assert desk.reader.revision() == before
    desk.now_ns += SEEN_EVERY_NS
    desk.lay(refusals=(a_refusal("A"),))
    [worst, _] = desk.reader.review()
    assert (worst.work_item, worst.listings, worst.created_ns, worst.seen_ns) == ("team:Utah", 3, first_ns, desk.now_ns)
    assert (worst.candidates, worst.code) == (("Utah Jazz", "Utah Mammoth"), "unknown_team")
    assert [item.work_item for item in desk.reader.review(limit=1)] == ["team:Utah"]


def test_what_a_person_decided_is_no_work(desk: Desk) -> None:
    """It is refused, and nobody is asked to settle it again."""
    desk.lay(refusals=(a_refusal("A"), a_refusal("B", "pair:B", code="decided_different")))
    assert [item.work_item for item in desk.reader.review()] == ["team:Utah"]
    assert desk.refused() == {"team:Utah": 1, "pair:B": 1}


def test_what_is_linked_or_resolved_is_refused_no_longer(desk: Desk) -> None:
    """A link takes both its markets and their events from the review list; the last one resolves the work item."""
    desk.lay(refusals=(a_refusal("KX-L1"), a_refusal(None, event="KXE-L1"), a_refusal("B"), a_refusal("C", "other")))
    desk.lay(a_pass(refusals=()))
    assert desk.refused() == {"team:Utah": 1, "other": 1}
    desk.lay(resolved=(MarketKey("kalshi", "B"), MarketKey("polymarket", "C")))
    assert desk.refused() == {"other": 1}
    gone = desk.reader.refusals(RefusalQuery(gone=True))
    assert [(item.work_item, item.listings, item.resolved_ns) for item in gone] == [
        ("other", 1, None),
        ("team:Utah", 0, desk.now_ns),
    ]
    desk.lay(refusals=(a_refusal("B"), a_refusal("D"), a_refusal("F")))
    assert desk.refused() == {"other": 1, "team:Utah": 3}
    desk.lay(gone=(MarketKey("kalshi", "B"),), listings=(a_listing("kalshi", "D"), a_listing("polymarket", "F")))
    assert desk.refused() == {"other": 1, "team:Utah": 1}


def test_a_refusal_moves_between_work_items(desk: Desk) -> None:
    """A listing is counted in one work item only: the one that it was refused for last."""
    desk.lay(refusals=(a_refusal("A", "one"), a_refusal("B", "one")))
    desk.lay(refusals=(a_refusal("A", "two"),))
    assert desk.refused() == {"one": 1, "two": 1}


def test_a_decision_wins_over_every_later_pass(desk: Desk) -> None:
    """`different` ends a link at once and keeps it out for good; it is counted, with the reason in its history."""
    desk.lay(a_pass())
    desk.decide(Verdict.DIFFERENT)
    [row] = desk.reader.links(LinkQuery(gone=True))
    assert row.retired_reason == "Ada decided: different"
    assert {one.cause for one in desk.reader.link_history("L1")} == {"decision"}
    counts = desk.lay(a_pass())
    assert (counts.overruled, counts.links, desk.links()) == (1, 0, [])
    desk.decide(Verdict.SAME, a="polymarket:0xL1", b="kalshi:KX-L1")
    assert desk.lay(a_pass()).overruled == 0
    assert desk.links() == ["L1"]


@pytest.mark.parametrize(
    ("verdict", "polarity", "stands"),
    [
        (Verdict.SAME, "same", True),
        (Verdict.SAME, "inverse", False),
        (Verdict.INVERSE, "inverse", True),
        (Verdict.INVERSE, "same", False),
        (Verdict.DIFFERENT, "same", False),
        (Verdict.DIFFERENT, "inverse", False),
    ],
)
def test_a_decision_about_polarity_forbids_the_other_one(
    desk: Desk, verdict: Verdict, polarity: str, stands: bool
) -> None:
    """A pair that somebody knows to be inverse is never linked as the same, before or after the decision."""
    before = a_link(polarity=polarity)
    desk.lay(a_pass(links=(before,)))
    desk.decide(verdict)
    assert desk.links() == (["L1"] if stands else [])
    desk.lay(a_pass(links=(before,)))
    assert desk.links() == (["L1"] if stands else [])


def test_the_newest_decision_of_a_pair_holds(desk: Desk) -> None:
    """Decisions are kept for good, whichever side is named first, and the newest of a pair is the one that counts."""
    desk.decide(Verdict.SAME)
    desk.decide(Verdict.DIFFERENT, a="polymarket:0xL1", b="kalshi:KX-L1")
    desk.decide(Verdict.INVERSE, a="kalshi:X:Y", b="polymarket:Z")
    assert [(one.a, one.b, one.verdict) for one in desk.store.decisions()] == [
        ("kalshi:KX-L1", "polymarket:0xL1", Verdict.DIFFERENT),
        ("kalshi:X:Y", "polymarket:Z", Verdict.INVERSE),
    ]


def test_pairs_say_kalshis_yes(desk: Desk) -> None:
    """A4: a pair has tickers, slug, both tokens, and the team and line that Kalshi's YES is about."""
    propositions = (a_proposition(), a_proposition(MARGIN))
    spread = a_listing("kalshi", "KX-L2", MARGIN, polarity=Polarity.NO)
    links = (a_link(), a_link("L2", MARGIN), a_link("L3", token_id=None), a_link("L4", a_venue="espn"))
    desk.lay(a_pass(propositions=propositions, links=links, listings=(*a_pass().listings, spread)))
    moneyline, margin = desk.reader.pairs(PairQuery())
    assert (moneyline.team, moneyline.line_e6, moneyline.yes_token_id, moneyline.no_token_id) == ("atl", None, "1", "2")
    assert (moneyline.kalshi_event, moneyline.kalshi_market, moneyline.polymarket_slug) == ("KXE-L1", "KX-L1", "nba-L1")
    assert (margin.team, margin.line_e6, margin.kind, margin.league) == ("bos", 3_500_000, "margin", "NBA")
    assert margin.description == "atl - bos: bos by more than 3.5"
    assert [pair.id for pair in desk.reader.pairs(PairQuery(kind="margin"))] == ["L2"]
    assert [pair.id for pair in desk.reader.pairs(PairQuery(league="NBA", after="L1"))] == ["L2"]
    assert desk.reader.pairs(PairQuery(league="NFL")) == []


def test_games_and_links_come_in_pages_by_id(desk: Desk) -> None:
    """Pages follow each other without a gap or a repetition, whatever the filters."""
    contests = tuple(
        a_contest(f"c{number}", league=("NBA", "NFL")[number % 2], start_ns=AT_NS + number) for number in range(7)
    )
    links = tuple(a_link(f"L{number}", contest=f"c{number % 3}") for number in range(7))
    desk.lay(contests=contests, links=links, sports={"NBA": "basketball"})
    found: list[str] = []
    while page := desk.reader.games(GameQuery(league="NBA", after=found[-1] if found else None, limit=2)):
        found += [game.game_id for game in page]
    assert found == ["c0", "c2", "c4", "c6"]
    assert [game.game_id for game in desk.reader.games(GameQuery(linked=True))] == ["c0", "c1", "c2"]
    bounded = GameQuery(linked=False, starts_from_ns=AT_NS + 4, starts_to_ns=AT_NS + 5)
    assert [game.game_id for game in desk.reader.games(bounded)] == ["c4", "c5"]
    assert [game.game_id for game in desk.reader.games(GameQuery(sport="basketball"))] == ["c0", "c2", "c4", "c6"]
    assert desk.links(contest="c0", after="L0") == ["L3", "L6"]
    assert desk.links(venue="polymarket", market="0xL5") == ["L5"]
    assert desk.links(venue="espn") == []


IDS = ("L1", "L2", "L3", "L4")
CONTESTS = {"L1": "c1", "L2": "c1", "L3": "c2", "L4": None}
A_PASS = st.tuples(
    st.sets(st.sampled_from(IDS)), st.sets(st.sampled_from(IDS)), st.sets(st.sampled_from(["c1", "c2", "c3"]))
)


@given(passes=st.lists(A_PASS, max_size=6))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_what_stands_is_what_the_passes_say(desk: Desk, passes: list[tuple[set[str], set[str], set[str]]]) -> None:
    """Whatever is told, retired and complete, in whatever order, those links stand that a plain reading gives."""
    desk.lay(retired=dict.fromkeys(IDS, "a new example"))
    standing: set[str] = set()
    for told, retired, complete in passes:
        links = tuple(a_link(one, contest=CONTESTS[one]) for one in sorted(told))
        counts = desk.lay(links=links, retired=dict.fromkeys(retired, "no more"), complete=tuple(complete))
        ended = {one for one in standing if one in retired or CONTESTS[one] in complete} - told
        standing = (standing | told) - ended
        assert (set(desk.links()), counts.retired) == (standing, len(ended))
        assert all(
            row.retired_ns is not None for row in desk.reader.links(LinkQuery(gone=True)) if row.link.id in ended
        )


HOSTILE = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(title=HOSTILE, reason=HOSTILE)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_hostile_text_is_only_text(desk: Desk, title: str, reason: str) -> None:
    """F5: whatever a title or a reason holds, it comes back as it was (NUL written as text), and nothing else moves."""
    written = reason.replace("\0", "\\u0000")
    desk.lay(a_pass(links=(a_link(reason=reason),), refusals=(a_refusal("A", title, reason=reason),)))
    [row] = desk.reader.links(LinkQuery())
    assert row.link.reason == written
    assert written in [item.reason for item in desk.reader.review()]


def test_what_no_database_holds_is_counted_and_the_rest_is_laid(desk: Desk) -> None:
    """Half a character or a number beyond 64 bits spoils its own record and no other."""
    broken = a_link("L2", reason="\ud800")
    huge = msgspec.structs.replace(a_proposition(), id="p", bet=msgspec.structs.replace(MARGIN, line_e6=1 << 70))
    counts = desk.lay(a_pass(links=(a_link(), broken), propositions=(a_proposition(), huge)))
    assert (counts.unstorable, counts.links, counts.propositions) == (2, 1, 1)
    assert desk.links() == ["L1"]


def test_a_pass_that_fails_lays_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A7: a pass is laid whole or not at all."""

    def fail(*_: Any) -> int:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("firstprint.store.link_laying.LinkLaying._odds", fail)
    with pytest.raises(RuntimeError):
        desk.lay(a_pass())
    monkeypatch.undo()
    assert (desk.links(), desk.reader.games(GameQuery()), desk.refused()) == ([], [], {})


def test_a_database_that_is_busy_is_said_so(desk: Desk, database: DatabaseAddress) -> None:
    """While somebody else writes the links, a pass waits as long as it may, then says that it can be tried again."""
    hurried = open_store(database, busy_timeout_ms=50)
    with desk.engine.begin() as connection:
        take_turn(connection, LINKS)
        with pytest.raises(StoreUnavailable):
            SqlLinkStore(hurried).lay(a_pass(), cause="r", wall_ns=AT_NS)
    hurried.dispose()
    assert desk.links() == []
