"""Markets about one team's points or about half of a game: each is its own bet, and none is the whole game's."""

import pytest
from gamma_kit import LAKERS, listing, reason, row, side_paid

from firstprint.domain.propositions import BetKind, Period, Polarity
from firstprint.venues.polymarket.rules import half_time, is_of_a_half, team_totalled

TITLE = "Grizzlies vs. Lakers"
CHELSEA = "epl-che-hul-2026-12-05"
SOCCER = "Chelsea FC vs. Hull City AFC"


@pytest.mark.parametrize(
    ("question", "team"),
    [
        ("Lakers: O/U 112.5", "Lakers"),
        ("Lakers Team Total: O/U 112.5", "Lakers"),
        ("Grizzlies vs. Lakers: Lakers O/U 112.5", "Lakers"),
        ("Grizzlies vs. Lakers: Lakers Team Total O/U 112.5", "Lakers"),
        ("Arsenal FC: Team Total O/U 1.5", "Arsenal FC"),
        ("Arsenal FC: Goals O/U 1.5", "Arsenal FC"),
        ("Chelsea FC vs. Hull City AFC: Hull City AFC O/U 2.5", "Hull City AFC"),
        ("Lakers Team Total O/U 112.5 points?", "Lakers"),
        ("Grizzlies vs. Lakers: O/U 245.5", None),
        ("Grizzlies vs. Lakers O/U 245.5", None),
        ("Lakers to win?", None),
        (None, None),
    ],
)
def test_the_team_whose_points_are_counted_is_named(question: str | None, team: str | None) -> None:
    """In each of the venue's forms; a total of both teams names nobody."""
    assert team_totalled(question) == team


@pytest.mark.parametrize("question", ["Lakers Team Total: O/U 112.5", "Grizzlies vs. Lakers: Lakers O/U 112.5"])
def test_a_teams_total_is_read(question: str) -> None:
    """The slug's home or away, the question and the line agree."""
    market = row(f"{LAKERS}-team-total-home-112pt5", ("Over", "Under"), question=question, line=112.5)
    one = listing(LAKERS, {**market, "sportsMarketType": "team_totals"}, title=TITLE)
    assert (one.bet.kind, one.bet.side, one.bet.line_e6) == (BetKind.TEAM_TOTAL, "los-angeles-lakers", 112_500_000)
    assert one.polarity is Polarity.YES


def test_a_teams_total_whose_slug_means_the_other_team_is_refused() -> None:
    """`away` is the Grizzlies; the question counts the Lakers."""
    market = row(f"{LAKERS}-team-total-away-112pt5", ("Over", "Under"), question="Lakers Team Total: O/U 112.5")
    assert reason(LAKERS, market, title=TITLE) == "code_and_name_disagree"


@pytest.mark.parametrize("slug", ["x", "team-total-home-55pt5"])
@pytest.mark.parametrize(
    "asks", ["Lakers 1H Team Total:", "Lakers: 1H", "Grizzlies vs. Lakers: Lakers 1H", "Lakers Team Total 1H:"]
)
def test_a_teams_total_of_a_half_is_not_the_games(asks: str, slug: str) -> None:
    """`Lakers 1H` is no team, though the slug may say `home`."""
    market = row(f"{LAKERS}-{slug}", ("Over", "Under"), question=f"{asks} O/U 55.5", line=55.5)
    assert reason(LAKERS, {**market, "sportsMarketType": "team_totals"}, title=TITLE) == "unknown_team"


def test_a_soccer_teams_total_is_read() -> None:
    """The type says soccer, the slug does not; the question begins with the game."""
    question = f"{SOCCER}: Hull City AFC O/U 2.5"
    market = row(f"{CHELSEA}-team-total-away-2pt5", ("Over", "Under"), question=question)
    one = listing(CHELSEA, {**market, "sportsMarketType": "soccer_team_totals"}, title=SOCCER)
    assert (one.bet.kind, one.bet.side, one.bet.line_e6) == (BetKind.TEAM_TOTAL, "hull-city", 2_500_000)


@pytest.mark.parametrize(
    ("question", "slug", "side"),
    [
        ("Chelsea FC leading at halftime?", "home", "chelsea"),
        (f"{SOCCER}: Hull City AFC leading at half-time?", "away", "hull-city"),
        (f"{SOCCER}: Draw at halftime?", "draw", "draw"),
    ],
)
def test_a_result_at_half_time_is_the_first_halfs(question: str, slug: str, side: str) -> None:
    """Each of soccer's three markets is a leg of the first half's three-way result."""
    market = row(f"{CHELSEA}-halftime-result-{slug}", question=question, sportsMarketType="soccer_halftime_result")
    one = listing(CHELSEA, market, title=SOCCER)
    assert (one.bet.kind, one.bet.period, one.bet.side) == (BetKind.RESULT, Period.FIRST_HALF, side)


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("Chelsea FC leading at halftime?", "away"),
        ("Chelsea FC leading at halftime?", "draw"),
        (f"{SOCCER}: Draw at halftime?", "home"),
    ],
)
def test_a_result_at_half_time_that_contradicts_itself_is_refused(question: str, slug: str) -> None:
    """Slug and question mean two different outcomes."""
    market = row(f"{CHELSEA}-halftime-result-{slug}", question=question, sportsMarketType="soccer_halftime_result")
    assert reason(CHELSEA, market, title=SOCCER) == "code_and_name_disagree"


def test_half_time_is_read_from_nothing_else() -> None:
    """A lead at another moment is another bet."""
    assert half_time("Will Chelsea FC be leading at halftime?") == "Chelsea FC"
    assert half_time("Chelsea FC leading after 60 minutes?") is None
    assert half_time(None) is None


HALVES = (
    "This market will resolve to Over if both teams combine to score 246 or more in the first half of this game.",
    "In the first half of the NBA game between Grizzlies and Lakers ...",
    "... if the Lakers are winning the first half by 3 or more points",
    "... if the Lakers are winning at halftime.",
)


@pytest.mark.parametrize("rules", HALVES)
def test_rules_about_a_half_do_not_settle_the_whole_game(rules: str) -> None:
    """Type and slug say the game, the rules a half of it: it is refused."""
    whole = row(f"{LAKERS}-total-245pt5", ("Over", "Under"), question=f"{TITLE}: O/U 245.5", line=245.5)
    whole["sportsMarketType"] = "totals"
    assert listing(LAKERS, whole, title=TITLE).bet.period is Period.FULL
    assert reason(LAKERS, {**whole, "description": rules}, title=TITLE) == "type_disagrees"
    assert not is_of_a_half("If the match is abandoned after the second half began, 50-50.")


def test_an_outcome_may_be_a_players_surname() -> None:
    """Where the question has both names in full, each outcome is the end of exactly one; a third name is refused."""
    slug, title = "atp-vachero-monfils-2026-01-20", "Australian Open: Valentin Vacherot vs Gaël Monfils"
    market = row(slug, ("Vacherot", "Monfils"), question=title, sportsMarketType="moneyline")
    market["gameStartTime"] = "2026-01-20 08:00:00+00"
    assert side_paid(listing(slug, market, title=title)) == "vacherot valentin"
    third = row(slug, ("Vacherot", "Alcaraz"), question=title, sportsMarketType="moneyline")
    assert reason(slug, third, title=title) == "third_team"
    both = "Australian Open: Mirra Andreeva vs Erika Andreeva"
    sisters = row(slug, ("Andreeva", "Andreeva"), question=both, sportsMarketType="moneyline")
    assert reason(slug, sisters, title=both) in {"third_team", "ambiguous_team"}
