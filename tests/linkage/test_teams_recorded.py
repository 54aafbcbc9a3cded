"""The tables against what the sources really wrote, where the recordings are at hand."""

import csv
import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from firstprint.linkage.leagues import LeagueTable, shipped_leagues
from firstprint.linkage.teams import TeamPool, TeamTables

PLACE = os.environ.get("FIRSTPRINT_RECORDINGS")  # noqa: TID251 the tests' own setting, not the product's
RECORDINGS = Path(PLACE) if PLACE else Path(__file__).parents[3] / "shared" / "recordings"
pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}: set FIRSTPRINT_RECORDINGS to where they lie"
)
LEAGUES = LeagueTable(shipped_leagues().values())
BOARDS = [("NFL", "nfl_2022"), ("MLB", "mlb_2022"), ("MLS", "mls_2022"), ("NCAAF", "ncaaf_2022"), ("NHL", "nhl_2022")]
MOVED_AWAY = {"Arizona Coyotes"}
_GLUED = re.compile(r"\d\d[A-Z]{3}\d\d(?:\d{4})?(.+)")


def pool_of(code: str) -> TeamPool:
    """Give a league's table."""
    pool = TeamTables.load().pool_of(LEAGUES.leagues[code])
    assert isinstance(pool, TeamPool)
    return pool


@pytest.mark.parametrize(("league", "board"), BOARDS)
def test_espns_teams_are_known_by_name_and_by_code(league: str, board: str) -> None:
    """E3: ESPN's display name and abbreviation give one team, and where it is from does not give another."""
    pool = pool_of(league)
    events = json.loads((RECORDINGS / "espn" / f"scoreboard_{board}.json").read_text())["events"]
    sides = [side["team"] for event in events for side in event["competitions"][0]["competitors"]]
    for team in (side for side in sides if side["displayName"] not in MOVED_AWAY):
        named = pool.by_name(team["displayName"])
        assert named is not None
        assert pool.by_code("espn", team["abbreviation"]) == named
        assert pool.by_name(team["location"]) in (named, None)


def test_sportsbooks_teams_are_known_by_name() -> None:
    """E3: The Odds API writes whole names."""
    text = (RECORDINGS / "oddsapi" / "mlb_h2h_spreads_totals_2026-08-07.json").read_text()
    for event in json.loads(text)["events"]:
        home, away = (pool_of("MLB").by_name(event[side]) for side in ("home_team", "away_team"))
        assert home is not None
        assert away is not None
        assert home != away


def _games() -> Iterator[tuple[TeamPool, str, list[str]]]:
    """Give each game of a day's sweep whose league has a table: its glued codes, and both names in its title."""
    with gzip.open(RECORDINGS / "kalshi-rest" / "sports_sweeps_2026-07-11.jsonl.gz", "rt") as file:
        events = [json.loads(line) for line in file]
    for event in events:
        league = LEAGUES.of_series(event["series"])
        assert league is not None
        pool = TeamTables.load().pool_of(league)
        glued = _GLUED.fullmatch(event["event_ticker"].split("-", 1)[1])
        if isinstance(pool, TeamPool) and glued is not None:
            yield pool, glued[1], re.sub(r" ?[Ww]inner\?$", "", event["game_title"]).split(" vs ")


def test_kalshis_codes_and_titles_give_the_same_teams() -> None:
    """Law 8: of a day's games both names are known, and codes part into those teams, or not at all."""
    parted = total = 0
    for pool, glued, names in _games():
        named = tuple(pool.by_name(name) for name in names)
        assert None not in named
        pair = pool.split("kalshi", glued)
        assert pair in (named, None)
        total, parted = total + 1, parted + (pair is not None)
    assert parted >= 0.95 * total > 0


def test_polymarkets_slugs_and_titles_give_the_same_teams() -> None:
    """E3: the codes of a slug are the teams of its title, in its order."""
    with gzip.open(RECORDINGS / "polymarket" / "gamma_nba_events_2026-01-09.json.gz") as file:
        answer = json.load(file)
    pool = pool_of("NBA")
    for event in answer if isinstance(answer, list) else answer["events"]:
        codes, names = event["slug"].split("-")[1:3], re.split(r" vs\.? ", event["title"])
        assert [pool.by_code("polymarket", code) for code in codes] == [pool.by_name(name) for name in names]
        assert None not in map(pool.by_name, names)


def test_kalshis_and_espns_names_of_a_contest_give_the_same_teams() -> None:
    """E3: of true pairs the codes of Kalshi's event are the teams that ESPN names."""
    with (RECORDINGS / "pairs" / "kalshi_espn.csv").open() as file:
        for row in csv.DictReader(file):
            series = LEAGUES.series_of_event(row["kalshi_event_ticker"])
            assert series is not None
            league = LEAGUES.of_series(series)
            assert league is not None
            pool, glued = pool_of(league.code), _GLUED.fullmatch(row["kalshi_event_ticker"].split("-", 1)[1])
            assert glued is not None
            pair = pool.split("kalshi", glued[1])
            assert pair is not None
            assert set(pair) == {pool.by_name(row["team_a"]), pool.by_name(row["team_b"])}
