"""The linker, against worlds whose truth is known: what it links is right, what it cannot know it refuses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.contests import ContestState, Sighting, StartWindow
from firstprint.domain.links import Decision, Relation, Verdict
from firstprint.domain.propositions import BetKind, Listing, Outcome, Period, Polarity, Terms, Topic, Unread
from firstprint.linkage.bets import team_bet, topic_bet, total_bet
from firstprint.linkage.linker import Linker
from firstprint.linkage.windows import at_time, on_eastern_day, on_some_day

E6 = 1_000_000
NOON = datetime(2026, 1, 9, 20, 0, tzinfo=UTC)
NOTHING_SAID = Terms()
YES, NO = "y", "n"
SOURCES = ("kalshi", "polymarket", "espn", "oddsapi")
SPORTS = {"NBA": "basketball", "MLB": "baseball", "NFL": "football", "EPL": "soccer"}


def ns(moment: datetime) -> int:
    """Give Unix nanoseconds."""
    return int(moment.timestamp()) * NS_PER_S


def seen(source: str, name: str, start: StartWindow | None, league: str = "NBA", **more: object) -> Sighting:
    """See Boston against Los Angeles, as a source does."""
    fields = {"teams": ("bos", "lal"), "source": source, "id": name, "league": league, "start": start, **more}
    return Sighting(**fields)  # type: ignore[arg-type]


def winner(venue: str, market: str, about: Sighting, side: str, *, terms: Terms = NOTHING_SAID) -> Listing:
    """List a winner's market; Polymarket's has the named side first, and a token for each."""
    bet, polarity = team_bet(BetKind.WINNER, about.teams, side)
    other = next(team for team in about.teams if team != side)
    tokens = (Outcome(label=side, token=f"{market}/{side}"), Outcome(label=other, token=f"{market}/{other}"))
    return Listing(
        venue=venue, market=market, name=market, event=about.id, title=market, about=about, bet=bet, polarity=polarity,
        outcomes=tokens if venue == "polymarket" else (), terms=terms,
    )  # fmt: skip


def margin(venue: str, market: str, about: Sighting, side: str, line: float) -> Listing:
    """List a market on a side's margin."""
    bet, polarity = team_bet(BetKind.MARGIN, about.teams, side, line_e6=int(line * E6))
    listing = winner(venue, market, about, side)
    return msgspec.structs.replace(listing, bet=bet, polarity=polarity)


def linked(*read: Listing | Sighting | Unread) -> Linker:
    """Link what was read."""
    linker = Linker(lambda league: SPORTS.get(league, ""))
    linker.take(read)
    linker.resolve()
    return linker


def test_each_kalshi_market_of_a_game_gets_the_token_that_pays_with_its_yes() -> None:
    """Kalshi has a market for each team, Polymarket one with two outcomes: E4."""
    kalshi = seen("kalshi", "KXNBAGAME-26JAN09LALBOS", on_eastern_day(NOON.date()))
    poly = seen("polymarket", "nba-lal-bos-2026-01-09", at_time(ns(NOON)))
    found = linked(
        winner("kalshi", "K-LAL", kalshi, "lal"),
        winner("kalshi", "K-BOS", kalshi, "bos"),
        winner("polymarket", "0x1", poly, "lal"),
    )
    assert {(one.a_market, one.token_id, one.polarity) for one in found.links()} == {
        ("K-LAL", "0x1/lal", "same"),
        ("K-BOS", "0x1/bos", "inverse"),
    }
    assert {one.relation for one in found.links()} == {Relation.IDENTICAL}
    assert not list(found.refusals())


def test_a_line_next_to_the_right_one_is_named_and_not_linked() -> None:
    """Minus 7.5 is not minus 8.5: the nearest is shown as a candidate."""
    kalshi = seen("kalshi", "K", on_eastern_day(NOON.date()))
    poly = seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(margin("kalshi", "K-BOS8", kalshi, "bos", 7.5), margin("polymarket", "0x8", poly, "bos", 8.5))
    assert not list(found.links())
    (refusal,) = found.refusals()
    assert (refusal.code, refusal.candidates) == ("no_counterpart_bet", ("0x8",))


def test_a_side_that_takes_points_is_the_opposite_of_the_one_that_gives_them() -> None:
    """`LAL +3.5` pays when `BOS -3.5` does not: one proposition, two polarities."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(margin("kalshi", "K-BOS4", kalshi, "bos", 3.5), margin("polymarket", "0x4", poly, "lal", -3.5))
    (link,) = found.links()
    assert (link.token_id, link.polarity) == ("0x4/bos", "inverse")


def test_games_on_consecutive_days_are_told_apart() -> None:
    """The same teams meet again the next evening, and the UTC date of the first is that of the second (date shift)."""
    first, second = datetime(2026, 1, 10, 3, 30, tzinfo=UTC), datetime(2026, 1, 11, 0, 30, tzinfo=UTC)
    days = [(first, first - timedelta(hours=5)), (second, second - timedelta(hours=5))]
    read = [
        listing
        for n, (start, eastern) in enumerate(days)
        for listing in (
            winner("kalshi", f"K{n}", seen("kalshi", f"K{n}", on_eastern_day(eastern.date())), "lal"),
            winner("polymarket", f"0x{n}", seen("polymarket", f"p{n}", at_time(ns(start))), "lal"),
        )
    ]
    assert {(one.a_market, one.b_market) for one in linked(*read).links()} == {("K0", "0x0"), ("K1", "0x1")}


def test_a_doubleheader_is_joined_by_its_times() -> None:
    """Both games of a day are listed with times on both venues: each finds its own."""
    starts = [datetime(2026, 8, 9, 17, 10, tzinfo=UTC), datetime(2026, 8, 9, 23, 10, tzinfo=UTC)]
    read = [
        winner(venue, f"{venue}{n}", seen(venue, f"{venue}{n}", at_time(ns(start)), "MLB"), "lal")
        for n, start in enumerate(starts)
        for venue in ("kalshi", "polymarket")
    ]
    assert {(a.a_market[-1], a.b_market[-1]) for a in linked(*read).links()} == {("0", "0"), ("1", "1")}


def test_half_a_doubleheader_is_not_taken_for_the_other_half() -> None:
    """One venue lists only the first game, the other only the second: nothing is linked."""
    first = seen("kalshi", "K", at_time(ns(datetime(2026, 8, 9, 17, 10, tzinfo=UTC))), "MLB")
    second = seen("polymarket", "p", at_time(ns(datetime(2026, 8, 9, 23, 10, tzinfo=UTC))), "MLB")
    found = linked(winner("kalshi", "K1", first, "lal"), winner("polymarket", "0x2", second, "lal"))
    assert not list(found.links())
    assert {one.code for one in found.refusals()} == {"no_counterpart_contest"}


def test_a_doubleheader_without_times_is_refused() -> None:
    """A day alone does not say which of two games is meant."""
    day = on_eastern_day(NOON.date())
    kalshi = [seen("kalshi", f"K{n}", at_time(ns(NOON + timedelta(hours=6 * n))), "MLB") for n in range(2)]
    found = linked(
        *(winner("kalshi", one.id, one, "lal") for one in kalshi),
        winner("polymarket", "0x1", seen("polymarket", "p", day, "MLB"), "lal"),
    )
    assert not list(found.links())
    assert "ambiguous_contest" in {one.code for one in found.refusals()}


def test_a_number_tells_the_games_of_a_doubleheader_apart() -> None:
    """Game 2 and the -dh2 of the other venue are one game, and neither is game 1."""
    day = on_eastern_day(NOON.date())
    found = linked(
        winner("kalshi", "K1", seen("kalshi", "K1", day, "MLB", game=1), "lal"),
        winner("kalshi", "K2", seen("kalshi", "K2", day, "MLB", game=2), "lal"),
        winner("polymarket", "0x2", seen("polymarket", "p2", day, "MLB", game=2), "lal"),
    )
    assert {(one.a_market, one.b_market) for one in found.links()} == {("K2", "0x2")}


def test_a_game_moved_by_a_day_is_the_same_game_where_teams_meet_weekly() -> None:
    """Football: the ticker keeps the old day, Polymarket has the new start; nothing else is near."""
    kalshi = seen("kalshi", "K", on_eastern_day(NOON.date()), "NFL")
    poly = seen("polymarket", "p", at_time(ns(NOON + timedelta(days=1))), "NFL")
    (link,) = linked(winner("kalshi", "K", kalshi, "lal"), winner("polymarket", "0x", poly, "lal")).links()
    assert link.confidence < 0.9


def test_a_game_moved_by_a_day_is_refused_where_teams_may_meet_daily() -> None:
    """Basketball: it may as well be tomorrow's game."""
    kalshi = seen("kalshi", "K", on_eastern_day(NOON.date()), "NBA")
    poly = seen("polymarket", "p", at_time(ns(NOON + timedelta(days=1))), "NBA")
    assert not list(linked(winner("kalshi", "K", kalshi, "lal"), winner("polymarket", "0x", poly, "lal")).links())


def test_home_and_away_do_not_matter() -> None:
    """At a neutral place sources disagree about who is at home: the contest is one, and has no home."""
    kalshi = seen("kalshi", "K", on_eastern_day(NOON.date()), home="lal")
    espn = seen("espn", "401", at_time(ns(NOON)), home="bos")
    (contest,) = linked(kalshi, espn).contests()
    assert contest.home is None
    assert contest.start_ns == ns(NOON)


def test_leagues_keep_equal_names_apart() -> None:
    """The women's and the men's team of one school on one day are two contests."""
    linker = Linker(lambda _: "basketball")
    linker.take(
        [
            winner("kalshi", "K", seen("kalshi", "K", at_time(ns(NOON)), "NCAAB"), "lal"),
            winner("polymarket", "0x", seen("polymarket", "p", at_time(ns(NOON)), "NCAAWB"), "lal"),
        ]
    )
    linker.resolve()
    assert not list(linker.links())


def test_overtime_on_one_side_only_is_another_bet() -> None:
    """What counts overtime and what does not is not the same."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(
        winner("kalshi", "K", kalshi, "lal", terms=Terms(overtime=False)),
        winner("polymarket", "0x", poly, "lal", terms=Terms(overtime=True)),
    )
    assert [one.code for one in found.refusals()] == ["overtime_differs"]


def test_differences_in_rules_are_on_the_link() -> None:
    """Postponement is settled differently; the link says how."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    (link,) = linked(
        winner("kalshi", "K", kalshi, "lal", terms=Terms(cancelled="fair_price", sources=("ESPN",))),
        winner("polymarket", "0x", poly, "lal", terms=Terms(cancelled="half", sources=("https://nba.com",))),
    ).links()
    assert {(one.about, one.a, one.b) for one in link.differences} == {
        ("cancelled", "fair_price", "half"),
        ("settlement_source", "ESPN", "https://nba.com"),
    }


def test_two_listings_of_one_bet_are_refused_unless_one_is_dead() -> None:
    """A relisted market stands beside the old one: the one that trades is taken, two that trade are refused."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    twins = [msgspec.structs.replace(winner("polymarket", f"0x{n}", poly, "lal"), live=True) for n in range(2)]
    found = linked(winner("kalshi", "K", kalshi, "lal"), *twins)
    assert [one.code for one in found.refusals()] == ["two_listings_of_one_bet"]
    found.take([msgspec.structs.replace(twins[0], live=False)])
    found.resolve()
    assert [one.b_market for one in found.links()] == ["0x1"]


def test_topics_join_by_what_they_state() -> None:
    """A Fed meeting's outcome is one bet, whoever lists it; the next meeting's is another."""

    def fed(venue: str, market: str, month: str, outcome: str) -> Listing:
        topic = Topic(kind="fed_decision", key=month)
        return Listing(
            venue=venue, market=market, name=market, event=None, title=None, about=topic, bet=topic_bet(outcome),
            polarity=Polarity.YES, outcomes=(Outcome(label="Yes", token=YES), Outcome(label="No", token=NO)),
        )  # fmt: skip

    found = linked(
        fed("kalshi", "K-C25", "2026-07", "cut_25"),
        fed("kalshi", "K-H0", "2026-09", "no_change"),
        fed("polymarket", "0x1", "2026-07", "cut_25"),
        fed("polymarket", "0x2", "2026-07", "no_change"),
    )
    assert [(one.a_market, one.b_market, one.token_id) for one in found.links()] == [("K-C25", "0x1", "y")]
    assert {(one.market, one.code) for one in found.refusals()} == {("K-H0", "no_counterpart_topic")}


def test_what_could_not_be_read_is_refused_with_its_reason() -> None:
    """An unread listing is in the review list, with what it might be."""
    unread = Unread(
        venue="kalshi",
        market="K",
        name="K",
        event="E",
        title="?",
        reason="unknown_team",
        detail="who?",
        proposed=("x",),
    )
    (refusal,) = linked(unread).refusals()
    assert (refusal.market, refusal.code, refusal.candidates) == ("K", "unknown_team", ("x",))


def decision(a: str, b: str, verdict: Verdict) -> Decision:
    """Decide as a person does."""
    return Decision(a=a, b=b, verdict=verdict, by="kim", note="read the rules", decided_wall_ns=1)


def test_a_persons_no_wins_over_a_rule() -> None:
    """A decided difference takes the link away, and says so."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(winner("kalshi", "K", kalshi, "lal"), winner("polymarket", "0x", poly, "lal"))
    found.decide(decision("polymarket:0x", "kalshi:K", Verdict.DIFFERENT))
    found.resolve()
    assert not list(found.links())
    (refusal,) = found.refusals()
    assert (refusal.code, refusal.candidates) == ("decided_different", ())
    assert refusal.reason.endswith("by kim: read the rules")


def test_a_line_that_somebody_ruled_out_is_not_proposed_again() -> None:
    """A near line is a candidate until a person says that it is another bet."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    near = [margin("polymarket", f"0x{line}", poly, "bos", line) for line in (8.5, 9.5)]
    found = linked(margin("kalshi", "K-BOS8", kalshi, "bos", 7.5), *near)
    found.decide(decision("kalshi:K-BOS8", "polymarket:0x8.5", Verdict.DIFFERENT))
    found.resolve()
    (refusal,) = found.refusals()
    assert (refusal.code, refusal.candidates) == ("no_counterpart_bet", ("0x9.5",))


def test_contests_that_somebody_told_apart_are_refused_with_the_decision() -> None:
    """It is not that no other venue lists the contest: a person said that it is another one."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(winner("kalshi", "K1", kalshi, "lal"), winner("polymarket", "0x", poly, "lal"))
    found.decide(decision("kalshi:K", "polymarket:p", Verdict.DIFFERENT))
    found.resolve()
    assert not list(found.links())
    assert {(one.market, one.code) for one in found.refusals()} == {
        ("K1", "decided_different"),
        ("0x", "decided_different"),
    }


def test_a_market_that_a_person_linked_elsewhere_has_no_link_by_rule_as_well() -> None:
    """K is 0x2, somebody says: the rule's link to 0x1 goes, whether 0x2 is listed now or not."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    other = margin("polymarket", "0x2", poly, "lal", 3.5)
    found = linked(winner("kalshi", "K", kalshi, "lal"), winner("polymarket", "0x1", poly, "lal"), other)
    assert [one.b_market for one in found.links()] == ["0x1"]
    found.decide(decision("kalshi:K", "polymarket:0x2", Verdict.SAME))
    found.resolve()
    assert [(one.b_market, one.decided_by) for one in found.links()] == [("0x2", "person")]
    assert not list(found.refusals())
    found.forget("polymarket", "0x2")
    found.resolve()
    assert not list(found.links())
    (refusal,) = found.refusals()
    assert refusal.code == "decided_elsewhere"
    assert "polymarket:0x2" in refusal.reason


def test_what_a_person_linked_otherwise_is_taken_from_the_rules_other_links() -> None:
    """0x1 is a spread's, somebody says: both winner's markets, which the rule linked to it, lose their links."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(
        winner("kalshi", "K-LAL", kalshi, "lal"),
        winner("kalshi", "K-BOS", kalshi, "bos"),
        margin("kalshi", "K-BOS4", kalshi, "bos", 3.5),
        winner("polymarket", "0x1", poly, "lal"),
    )
    found.decide(decision("kalshi:K-BOS4", "polymarket:0x1", Verdict.INVERSE))
    found.resolve()
    assert [one.a_market for one in found.links()] == ["K-BOS4"]
    assert {(one.market, one.code) for one in found.refusals()} == {
        ("K-LAL", "decided_elsewhere"),
        ("K-BOS", "decided_elsewhere"),
    }


def test_a_person_who_says_what_the_rule_says_takes_nothing_away() -> None:
    """The other team's market stays linked to the second outcome; with the sides turned round it cannot."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(
        winner("kalshi", "K-LAL", kalshi, "lal"),
        winner("kalshi", "K-BOS", kalshi, "bos"),
        winner("polymarket", "0x1", poly, "lal"),
    )
    found.decide(decision("kalshi:K-LAL", "polymarket:0x1", Verdict.SAME))
    found.resolve()
    assert {(one.a_market, one.decided_by) for one in found.links()} == {("K-LAL", "person"), ("K-BOS", "rule")}
    found.decide(decision("kalshi:K-LAL", "polymarket:0x1", Verdict.INVERSE))
    found.resolve()
    assert [(one.a_market, one.token_id) for one in found.links()] == [("K-LAL", "0x1/bos")]


def test_the_latest_of_two_decisions_about_a_market_stands() -> None:
    """Somebody says 0x2, later 0x1: one link, whichever of the two is heard of first."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    said = [
        msgspec.structs.replace(decision("kalshi:K", f"polymarket:{market}", Verdict.SAME), decided_wall_ns=when_ns)
        for market, when_ns in (("0x2", 1), ("0x1", 2))
    ]
    for decisions in (said, said[::-1]):
        found = linked(
            winner("kalshi", "K", kalshi, "lal"),
            winner("polymarket", "0x1", poly, "lal"),
            margin("polymarket", "0x2", poly, "lal", 3.5),
        )
        for one in decisions:
            found.decide(one)
        found.resolve()
        assert [one.b_market for one in found.links()] == ["0x1"]


def test_an_older_decision_about_a_pair_does_not_undo_a_newer_one() -> None:
    """Whichever is heard of first, the newest word about a pair is the one that stands."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(winner("kalshi", "K", kalshi, "lal"), winner("polymarket", "0x", poly, "lal"))
    no = decision("kalshi:K", "polymarket:0x", Verdict.DIFFERENT)
    for one in (msgspec.structs.replace(no, decided_wall_ns=2), msgspec.structs.replace(no, verdict=Verdict.SAME)):
        found.decide(one)
    found.resolve()
    assert not list(found.links())


def test_two_markets_of_one_venue_are_never_linked() -> None:
    """A decision about them, from before such were refused, makes nothing."""
    kalshi = seen("kalshi", "K", on_eastern_day(NOON.date()))
    found = linked(winner("kalshi", "K1", kalshi, "lal"), winner("kalshi", "K2", kalshi, "lal"))
    found.decide(decision("kalshi:K1", "kalshi:K2", Verdict.SAME))
    found.resolve()
    assert not list(found.links())


def test_a_decided_link_follows_its_other_side_from_elsewhere() -> None:
    """The second side is of another game, comes later and goes again: only its own arrival tells of it."""
    kalshi = winner("kalshi", "K", seen("kalshi", "K", on_eastern_day(NOON.date())), "lal")
    poly = winner("polymarket", "0x", seen("polymarket", "p", at_time(ns(NOON)), "NFL"), "lal")
    found = linked(kalshi)
    found.decide(decision("kalshi:K", "polymarket:0x", Verdict.SAME))
    found.resolve()
    assert {one.market for one in found.refusals()} == {"K"}
    found.take([poly])
    resolved = found.resolve()
    assert [one.id for it in resolved for one in found.links_of(it)] == ["kalshi:K=polymarket:0x"]
    assert not list(found.refusals())
    found.forget("polymarket", "0x")
    found.resolve()
    assert not list(found.links())
    assert {one.market for one in found.refusals()} == {"K"}


def test_a_persons_yes_wins_over_a_refusal() -> None:
    """What a rule refused is linked when somebody says so, with the side that they say."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", None)
    found = linked(winner("kalshi", "K", kalshi, "lal"), winner("polymarket", "0x", poly, "bos"))
    assert not list(found.links())
    found.decide(decision("kalshi:K", "polymarket:0x", Verdict.INVERSE))
    found.resolve()
    (link,) = found.links()
    assert (link.token_id, link.decided_by, link.confidence) == ("0x/lal", "person", 1.0)
    assert "K" not in {one.market for one in found.refusals()}


def test_a_person_joins_contests() -> None:
    """Two sightings that rules cannot join are one contest when somebody says so; their markets follow."""
    kalshi, poly = seen("kalshi", "K", None), seen("polymarket", "p", at_time(ns(NOON)))
    found = linked(winner("kalshi", "K1", kalshi, "lal"), winner("polymarket", "0x", poly, "lal"))
    assert not list(found.links())
    found.decide(decision("kalshi:K", "polymarket:p", Verdict.SAME))
    found.resolve()
    assert [one.a_market for one in found.links()] == ["K1"]


def test_a_listing_that_is_forgotten_takes_its_link_with_it() -> None:
    """What is over is not linked, and a market that comes again is."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    listing = winner("polymarket", "0x", poly, "lal")
    found = linked(winner("kalshi", "K", kalshi, "lal"), listing)
    found.forget("polymarket", "0x")
    found.resolve()
    assert not list(found.links())
    found.take([listing])
    assert len(found.resolve()) == 1
    assert len(list(found.links())) == 1


def test_what_says_the_same_again_is_no_news() -> None:
    """A listing or sighting that is told again, unchanged, costs nothing and changes nothing."""
    kalshi, espn = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("espn", "1", at_time(ns(NOON)))
    listing = winner("kalshi", "K", kalshi, "lal")
    found = linked(listing, espn)
    found.take([listing, espn])
    assert found.resolve() == []
    found.take([msgspec.structs.replace(listing, live=True)])
    assert len(found.resolve()) == 1


def test_a_source_that_changes_its_mind_about_a_game_is_followed() -> None:
    """ESPN files a game under other teams than before: the old contest is gone, and there is one new one."""
    espn = seen("espn", "1", at_time(ns(NOON)))
    found = linked(espn)
    found.take([msgspec.structs.replace(espn, teams=("bos", "mia"))])
    found.resolve()
    assert {one.teams for one in found.contests()} == {("bos", "mia")}


def test_espn_speaks_first_about_the_state() -> None:
    """A contest that ESPN says was postponed is postponed, whatever a venue thinks."""
    (contest,) = linked(
        seen("espn", "1", at_time(ns(NOON)), state=ContestState.POSTPONED),
        seen("kalshi", "K", on_eastern_day(NOON.date()), state=ContestState.SCHEDULED),
    ).contests()
    assert contest.state is ContestState.POSTPONED


@st.composite
def seasons(draw: st.DrawFn) -> list[tuple[int, datetime, frozenset[str]]]:
    """Draw a season of one pair of teams: one game on some days, from noon to late evening, each seen by some."""
    day, games = datetime(2026, 1, 5, 5, 0, tzinfo=UTC), []
    for number in range(draw(st.integers(1, 6))):
        day += timedelta(days=draw(st.integers(1, 3)))
        start = day + timedelta(minutes=draw(st.integers(12 * 60, 23 * 60)))
        games.append((number, start, draw(st.frozensets(st.sampled_from(["kalshi", "polymarket", "espn", "oddsapi"])))))
    return games


def _read(
    season: list[tuple[int, datetime, frozenset[str]]], forms: dict[str, str], drift: int
) -> Iterator[Listing | Sighting]:
    for number, start, sources in season:
        eastern = (start - timedelta(hours=5)).date()
        for source in sorted(sources):
            window = {
                "time": at_time(ns(start) + drift * 60 * NS_PER_S),
                "day": on_eastern_day(eastern),
                "some": on_some_day(eastern),
                "none": None,
            }[forms[source]]
            about = seen(source, f"{source}-{number}", window)
            yield winner(source, f"{source}-{number}", about, "lal") if source in ("kalshi", "polymarket") else about


@settings(max_examples=300, deadline=None)
@given(
    seasons(),
    st.fixed_dictionaries(
        {
            source: st.sampled_from(["time", "day", "some", "none"])
            for source in ("kalshi", "polymarket", "espn", "oddsapi")
        }
    ),
    st.integers(0, 10),
)
def test_no_two_games_of_a_season_are_ever_taken_for_one(
    season: list[tuple[int, datetime, frozenset[str]]], forms: dict[str, str], drift: int
) -> None:
    """Whatever each source lists, and however vaguely it says when: a link or a contest never mixes two games.

    The one exception is a day of unknown zone, whose own game is listed by nobody else: it may be the next day's.
    """
    read = list(_read(season, forms, drift))
    found = linked(*read)
    vague = "some" in forms.values()
    for link in found.links():
        assert vague or link.a_market.split("-")[1] == link.b_market.split("-")[1]
    for contest in found.contests():
        numbers = {one.id.split("-")[1] for one in contest.sightings}
        assert vague or len(numbers) == 1
    ids = [contest.id for contest in found.contests()]
    assert len(ids) == len(set(ids))


@settings(max_examples=200, deadline=None)
@given(seasons(), st.integers(0, 10), st.randoms(use_true_random=False))
def test_the_order_in_which_listings_come_changes_nothing(
    season: list[tuple[int, datetime, frozenset[str]]], drift: int, random: object
) -> None:
    """One listing at a time, in any order, comes to the same links as all of them at once."""
    read = list(_read(season, dict.fromkeys(("kalshi", "polymarket", "espn", "oddsapi"), "time"), drift))
    at_once = linked(*read)
    random.shuffle(read)  # type: ignore[attr-defined]
    one_by_one = Linker(lambda league: SPORTS.get(league, ""))
    for one in read:
        one_by_one.take([one])
        one_by_one.resolve()
    assert set(one_by_one.links()) == set(at_once.links())
    assert {one.id for one in one_by_one.contests()} == {one.id for one in at_once.contests()}


_SIDES = st.integers(0, 5)
_DECISIONS = st.lists(st.tuples(_SIDES, _SIDES, st.sampled_from(Verdict), st.booleans()), max_size=4)


@settings(max_examples=300, deadline=None)
@given(seasons(), _DECISIONS, st.randoms(use_true_random=False))
def test_decisions_come_to_the_same_whenever_they_are_heard_of(
    season: list[tuple[int, datetime, frozenset[str]]],
    drawn: list[tuple[int, int, Verdict, bool]],
    random: object,
) -> None:
    """Decisions and listings in any order, some forgotten on the way, come to what a linker knows that is made anew."""
    read = [one for one in _read(season, dict.fromkeys(SOURCES, "time"), 0) if isinstance(one, Listing)]
    read += [msgspec.structs.replace(one, market=f"{one.market}-b") for one in read if one.venue == "kalshi"]
    decisions = [
        msgspec.structs.replace(
            decision(f"kalshi:kalshi-{a}{'-b' * twin}", f"polymarket:polymarket-{b}", verdict), decided_wall_ns=when_ns
        )
        for when_ns, (a, b, verdict, twin) in enumerate(drawn)
    ]
    steps: list[Listing | Decision] = [*read, *decisions]
    random.shuffle(steps)  # type: ignore[attr-defined]
    gone = {one.market for one in steps[::3] if isinstance(one, Listing)}
    grown = Linker(lambda league: SPORTS.get(league, ""))
    for step in steps:
        if isinstance(step, Decision):
            grown.decide(step)
        else:
            grown.take([step])
        grown.resolve()
    for one in read:
        if one.market in gone:
            grown.forget(one.venue, one.market)
            grown.resolve()
    anew = Linker(lambda league: SPORTS.get(league, ""), decisions)
    anew.take(one for one in read if one.market not in gone)
    anew.resolve()
    assert sorted(grown.links(), key=str) == sorted(anew.links(), key=str)
    assert sorted(grown.refusals(), key=str) == sorted(anew.refusals(), key=str)
    taken = [(one.a_market, one.b_venue) for one in anew.links()]
    assert len(taken) == len(set(taken))


def test_a_period_is_part_of_the_bet() -> None:
    """The first half's total is not the game's."""
    kalshi, poly = seen("kalshi", "K", on_eastern_day(NOON.date())), seen("polymarket", "p", at_time(ns(NOON)))
    whole = msgspec.structs.replace(winner("kalshi", "K", kalshi, "lal"), bet=total_bet(110_500_000))
    half = msgspec.structs.replace(
        winner("polymarket", "0x", poly, "lal"), bet=total_bet(110_500_000, period=Period.FIRST_HALF)
    )
    assert not list(linked(whole, half).links())
