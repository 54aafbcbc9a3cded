"""Payloads cut short, shuffled and with more in them than is known: fewer links may come of it, never a wrong one."""

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from real_shapes import (
    FED_CODES,
    Game,
    Row,
    Side,
    all_accounted,
    fed_event,
    gamma_fed,
    gamma_game,
    gamma_spread,
    gamma_three_way,
    gamma_total,
    later,
    matched,
    moneyline,
    spread_event,
    three_way_event,
    tokens,
    total_event,
    utc,
    winner_event,
)

OPTIONAL = (
    "title", "rules_primary", "rules_secondary", "floor_strike", "strike_type", "series_ticker", "yes_sub_title",
    "custom_strike", "sub_title", "gameStartTime", "startTime", "endDate", "teams", "sportsMarketType", "question",
    "description", "line", "groupItemTitle", "gameId", "negRisk", "status", "parentEventId", "tags",
)  # fmt: skip
"""What a payload may come without, at either venue, in an event or in a market."""


TURNED = 0.2
"""How often a title or a market has its sides the other way round."""


def _game(series: str, prefix: str, start: str, first: Side, second: Side, **more: Any) -> Game:
    return Game(series, prefix, first, second, utc(start), **more)


LAKERS = Side("LAL", "Los Angeles L", "lal", "Lakers")
CLIPPERS = Side("LAC", "Los Angeles C", "lac", "Clippers")
CELTICS = Side("BOS", "Boston", "bos", "Celtics")
METS = Side("NYM", "New York M", "nym", "New York Mets")
PIRATES = Side("PIT", "Pittsburgh", "pit", "Pittsburgh Pirates")
MIAMI_FL = Side("MIA", "Miami (FL)", "mia", "Miami")
MIAMI_OH = Side("MOH", "Miami (OH)", "miaoh", "Miami (OH)")
NOTRE_DAME = Side("ND", "Notre Dame", "nd", "Notre Dame")
CITY = Side("MCI", "Manchester City", "mac", "Manchester City FC")
UNITED = Side("MUN", "Manchester United", "man", "Manchester United FC")
_MLB = _game("KXMLBGAME", "mlb", "2026-08-07T17:10", METS, PIRATES, clock=True, words="professional baseball game")
_NBA = _game("KXNBAGAME", "nba", "2026-01-10T00:30", LAKERS, CELTICS)
_NFL = _game(
    "KXNFLGAME", "nfl", "2026-10-09T00:15", Side("TB", "Tampa Bay", "tb", "Buccaneers"),
    Side("DAL", "Dallas", "dal", "Cowboys"), slug_day="2026-10-09", words="professional football game",
)  # fmt: skip
TWO_WAY = (
    _MLB,
    later(_MLB, hours=6)._replace(slug_day="2026-08-08"),
    later(_MLB, days=2),
    _NBA,
    later(_NBA, days=2),
    _game("KXNBAGAME", "nba", "2026-01-10T00:30", CLIPPERS, CELTICS),
    _NFL,
    _game("KXNCAAFGAME", "cfb", "2026-10-10T19:30", MIAMI_FL, NOTRE_DAME),
    _game("KXNCAAFGAME", "cfb", "2026-10-10T19:30", MIAMI_OH, NOTRE_DAME),
    _game("KXNCAAMBGAME", "cbb", "2026-10-10T19:30", MIAMI_OH, MIAMI_FL),
    _game("KXNCAAWBGAME", "cwbb", "2026-10-10T19:30", MIAMI_OH, MIAMI_FL),
)
THREE_WAY = (
    _game("KXEPLGAME", "epl", "2026-09-15T18:45", CITY, UNITED),
    _game("KXEPLGAME", "epl", "2026-12-15T18:45", UNITED, CITY),
    _game("KXUCLGAME", "ucl", "2026-09-16T18:45", CITY, Side("RMA", "Real Madrid", "rea", "Real Madrid CF")),
)


def _truth() -> dict[str, str]:
    pays = {game.ticker(side.kalshi_code): f"{game.slug}/{side.gamma}" for game in TWO_WAY for side in game.sides}
    for game in THREE_WAY:
        pays |= {game.ticker(side.kalshi_code): f"{game.slug}-{side.gamma_code}/Yes" for side in game.sides}
        pays[game.ticker("TIE")] = f"{game.slug}-draw/Yes"
    for game in (_NBA, _NFL, *TWO_WAY[7:9]):
        spread, total = (game.event_ticker.replace("GAME", kind) for kind in ("SPREAD", "TOTAL"))
        pays[f"{spread}-{game.second.kalshi_code}4"] = f"{game.slug}-spread-home-3pt5/{game.second.gamma}"
        pays[f"{spread}-{game.first.kalshi_code}8"] = f"{game.slug}-spread-away-7pt5/{game.first.gamma}"
        pays[f"{total}-45"] = f"{game.slug}-total-44pt5/Over"
    fed = gamma_fed("July", "2026-07-29T00:00:00Z")["markets"]
    rows = zip(FED_CODES, fed, strict=True)
    return pays | {f"KXFEDDECISION-26JUL-{code}": f"{row['slug']}/Yes" for code, row in rows}


TRUTH = _truth()


def _kalshi() -> list[Row]:
    rows = [winner_event(game) for game in TWO_WAY] + [three_way_event(game) for game in THREE_WAY]
    for game in (_NBA, _NFL, *TWO_WAY[7:9]):
        first, second = game.sides
        rows += [spread_event(game, [(first, 4), (first, 8), (second, 4), (second, 8)]), total_event(game, [45, 46])]
    return [*rows, fed_event(2026, "July")]


def _gamma() -> list[Row]:
    rows = [gamma_three_way(game) for game in THREE_WAY]
    for game in TWO_WAY:
        markets = [moneyline(game)]
        if game in (_NBA, _NFL, *TWO_WAY[7:9]):
            markets += [gamma_spread(game, True, 3.5), gamma_spread(game, False, 7.5), gamma_spread(game, True, 8.5)]
            markets += [gamma_total(game, 44.5), gamma_total(game, 47.5)]
        rows.append(gamma_game(game, markets))
    return [*rows, gamma_fed("July", "2026-07-29T00:00:00Z")]


KALSHI, GAMMA = _kalshi(), _gamma()


def _apart(events: list[Row], random: Random, keep: Callable[[Row], Row]) -> Row:
    """Give the markets alone, each with what it says of its event."""
    rows = [row | keep(one) for one in events for row in one["markets"]]
    random.shuffle(rows)
    return {"markets": rows, "cursor": ""}


def _shaped(events: list[Row], random: Random, shape: int, *, kalshi: bool) -> object:
    random.shuffle(events)
    for one in events:
        random.shuffle(one["markets"])
    if shape == 0:
        return {"events": events, "cursor": ""}
    if shape == 1:
        return events
    if kalshi:
        return _apart(events, random, lambda one: {})
    return _apart(events, random, lambda one: {"events": [{key: one[key] for key in one if key != "markets"}]})


def _turn(row: Row, random: Random) -> None:
    """Write what has two sides the other way round, as venues do: a title's names, a market's outcomes with tokens."""
    for key, parted in (("title", " vs. "), ("title", " vs "), ("question", " vs. ")):
        sides = row.get(key, "").split(parted)
        if len(sides) == 2 and ":" not in sides[1] and "?" not in sides[1] and random.random() < TURNED:
            row[key] = parted.join(reversed(sides))
    if "outcomes" in row and random.random() < TURNED:
        for key in ("outcomes", "clobTokenIds"):
            row[key] = json.dumps(json.loads(row[key])[::-1])
        if "line" in row and row.get("sportsMarketType") == "spreads":
            row["line"] = -row["line"]  # it is relative to the first outcome


def _perturb(rows: list[Row], random: Random, share: float, dropped: list[str]) -> list[Row]:
    """Drop fields everywhere, others here and there, and some whole markets; add what nobody knows."""
    rows = copy.deepcopy(rows)
    for one in [*rows, *(row for event in rows for row in event["markets"])]:
        if share or dropped:
            _turn(one, random)
        for key in OPTIONAL:
            if key in one and (key in dropped or random.random() < share):
                del one[key]
        one[f"new_field_{random.randrange(9)}"] = random.choice([None, 1, "x", {"a": []}, [1.5]])
    for event in rows:
        for row in event["markets"]:
            if random.random() < share / 2:
                row.pop("event_ticker", None)
        event["markets"] = [row for row in event["markets"] if random.random() >= share / 4]
    return rows


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.1, 0.3, 0.7, 1.0]),
    st.lists(st.sampled_from(OPTIONAL), max_size=6),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
@example(seed=1, share=0.0, dropped=[], shapes=(0, 0))
def test_what_is_cut_short_is_linked_right_or_not_at_all(
    seed: int, share: float, dropped: list[str], shapes: tuple[int, int]
) -> None:
    """Order, unknown fields and missing ones never change which token pays: every link is a true one."""
    random = Random(seed)
    kalshi, gamma = _perturb(KALSHI, random, share, dropped), _perturb(GAMMA, random, share, dropped)
    asked = copy.deepcopy(kalshi)
    found = matched(_shaped(kalshi, random, shapes[0], kalshi=True), _shaped(gamma, random, shapes[1], kalshi=False))
    links = tokens(found)
    wrong = {ticker: token for ticker, token in links.items() if TRUTH.get(ticker) != token}
    assert wrong == {}
    assert all_accounted(found, asked)
    if not share and not dropped:
        assert links == TRUTH
