"""The failure catalogue: every way in which two markets look alike and are not, or differ and are the same.

Each is put through `link match` as the venues would send it. What comes of it is a right link or a refusal with its
reason; a wrong link is the one thing that must not be.
"""

import pytest
from catalogue_kit import (
    BUCS_COWBOYS,
    CHELSEA_ARSENAL,
    GRIZZLIES_LAKERS,
    METS_PIRATES,
    MLB,
    RAVENS_FALCONS,
    found_contests,
    right,
)
from real_shapes import (
    Game,
    Row,
    Side,
    all_accounted,
    codes,
    espn_game,
    event,
    gamma_event,
    gamma_game,
    gamma_market,
    gamma_spread,
    gamma_three_way,
    gamma_total,
    later,
    market,
    matched,
    moneyline,
    odds_event,
    scoreboard,
    spread_event,
    three_way_event,
    tokens,
    total_event,
    utc,
    winner_event,
)

# -- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", [True, False])
def test_a_slug_dated_a_day_later_is_the_same_game(stated: bool) -> None:
    """Date shift: Kalshi's 26OCT08 is Polymarket's nfl-tb-dal-2026-10-09, with its start stated or not."""
    row = gamma_game(BUCS_COWBOYS)
    if not stated:
        del row["startTime"], row["markets"][0]["gameStartTime"], row["markets"][0]["endDate"]
    assert BUCS_COWBOYS.event_ticker == "KXNFLGAME-26OCT08TBDAL"
    assert tokens(matched({"events": [winner_event(BUCS_COWBOYS)]}, [row])) == right(BUCS_COWBOYS)


def test_a_kickoff_after_midnight_in_utc_is_on_the_tickers_eastern_day() -> None:
    """Date shift: KXWCGAME-26JUL02SUIDZA kicks off at 2026-07-03T03:00Z at ESPN."""
    game = Game(
        "KXWCGAME", "fifwc", Side("SUI", "Switzerland", "sui", "Switzerland"), Side("DZA", "Algeria", "dza", "Algeria"),
        utc("2026-07-03T03:00"),
    )  # fmt: skip
    assert game.event_ticker == "KXWCGAME-26JUL02SUIDZA"
    sides = ("SUI", "Switzerland", "Switzerland", "Switzerland"), ("ALG", "Algeria", "Algeria", "Algeria")
    board = scoreboard("fifa.world", [espn_game("760500", *sides, "2026-07-03T03:00Z")])
    assert found_contests([three_way_event(game)], [board]) == {game.event_ticker: ("760500",)}


def test_back_to_back_games_of_two_teams_are_kept_apart() -> None:
    """Date shift: the same two teams on consecutive nights, in UTC on one and the same day's edge."""
    second = later(GRIZZLIES_LAKERS, days=1)
    found = matched({"events": [winner_event(GRIZZLIES_LAKERS)]}, [gamma_game(second)])
    assert tokens(found) == {}
    found = matched(
        {"events": [winner_event(second), winner_event(GRIZZLIES_LAKERS)]},
        [gamma_game(GRIZZLIES_LAKERS), gamma_game(second)],
    )
    assert tokens(found) == right(GRIZZLIES_LAKERS) | right(second)


def test_a_day_of_unknown_zone_is_not_enough_where_teams_meet_on_two_nights() -> None:
    """Date shift: hockey's home-and-home; the slug's day is the first night's in UTC, the second's in the East."""
    game = Game(
        "KXNHLGAME", "nhl", Side("CGY", "Calgary", "cal", "Flames"), Side("VGK", "Vegas", "las", "Golden Knights"),
        utc("2026-11-03T00:00"), "professional hockey game", slug_day="2026-11-03",
    )  # fmt: skip
    row = gamma_game(game)
    assert tokens(matched({"events": [winner_event(game)]}, [row])) == right(game)
    del row["startTime"], row["markets"][0]["gameStartTime"], row["markets"][0]["description"]
    for kalshi in (winner_event(later(game, days=1)), winner_event(game)):
        assert set(codes(matched({"events": [kalshi]}, [row])).values()) == {"start_unknown"}


def test_a_rematch_three_days_later_is_not_a_moved_game() -> None:
    """Reschedule: what may have moved by a day has not moved by three, however little of each start is stated."""
    row = gamma_three_way(CHELSEA_ARSENAL)
    for one in [row, *row["markets"]]:
        for field in ("startTime", "gameStartTime"):
            one.pop(field, None)
    for hours in (60, 72):
        assert tokens(matched({"events": [three_way_event(later(CHELSEA_ARSENAL, hours=hours))]}, [row])) == {}


def doubleheader() -> tuple[Game, Game]:
    """Give two games of one day: 13:10 and 19:10 in the East."""
    return METS_PIRATES, later(METS_PIRATES, hours=6)


def gamma_of_day(games: tuple[Game, Game], *, timed: bool = True) -> list[Row]:
    """Write both games of a day: Polymarket's second slug has a tail of its own."""
    rows = [gamma_game(games[0]), gamma_game(games[1])]
    for row in [rows[1], *rows[1]["markets"]]:
        row["slug"] += "-dh2"
    rows[1]["markets"][0]["clobTokenIds"] = '["second/New York Mets", "second/Pirates"]'
    rows[1]["markets"][0]["conditionId"] = "0xsecond"
    rows[1] |= {"id": "4711", "gameId": 4712}
    for row in [] if timed else rows:
        row.pop("startTime")
        for field in ("gameStartTime", "description"):
            row["markets"][0].pop(field)
    return rows


def test_the_games_of_a_doubleheader_are_told_apart_by_their_times() -> None:
    """Doubleheader: Kalshi's 1310 and 1910 are Polymarket's two starts of the day."""
    games = doubleheader()
    assert [game.event_ticker[10:21] for game in games] == ["26AUG071310", "26AUG071910"]
    found = matched({"events": [winner_event(game) for game in games]}, gamma_of_day(games))
    second = {games[1].ticker(side.kalshi_code): f"second/{side.gamma}" for side in games[1].sides}
    assert tokens(found) == right(games[0]) | second


def test_a_doubleheader_without_times_is_refused() -> None:
    """Doubleheader: with days alone nothing says which game is which; and one listed game may be either.

    The time that rules state is a time: `scheduled for August 7 at 7:10PM ET`.
    """
    games = doubleheader()
    kalshi = [winner_event(game) for game in games]
    for listed in (gamma_of_day(games, timed=False), gamma_of_day(games, timed=False)[:1]):
        found = matched({"events": kalshi}, listed)
        assert tokens(found) == {}
        assert all_accounted(found, kalshi)
    ruled = gamma_of_day(games)
    for row in ruled:
        del row["startTime"], row["markets"][0]["gameStartTime"]
    assert len(tokens(matched({"events": kalshi}, ruled))) == 4


def test_a_doubleheader_at_espn_and_at_sportsbooks_is_told_apart_by_time() -> None:
    """Doubleheader: ESPN has two ids for one pair, The Odds API two of its own, drifting by a minute."""
    games = doubleheader()
    home, away = ("PIT", "Pittsburgh Pirates", "Pittsburgh", "Pirates"), ("NYM", "New York Mets", "New York", "Mets")
    board = scoreboard(
        "mlb", [espn_game("1", home, away, "2026-08-07T17:10Z"), espn_game("2", home, away, "2026-08-07T23:10Z")]
    )
    odds = [
        odds_event("b", "baseball_mlb", away[1], home[1], "2026-08-07T23:11:00Z"),
        odds_event("a", "baseball_mlb", away[1], home[1], "2026-08-07T17:11:00Z"),
    ]
    found = found_contests([winner_event(game) for game in games], [board], odds)
    assert found == {games[0].event_ticker: ("1", "a"), games[1].event_ticker: ("2", "b")}


def test_numbered_games_of_a_doubleheader_are_not_taken_for_a_team() -> None:
    """Doubleheader: KXMLBGAME-26AUG171340STLCING1 is St. Louis at Cincinnati; game 2 is another contest."""
    game = Game(
        "KXMLBGAME", "mlb", Side("STL", "St. Louis", "stl", "St. Louis Cardinals"),
        Side("CIN", "Cincinnati", "cin", "Cincinnati Reds"), utc("2026-08-17T17:40"), MLB, clock=True,
    )  # fmt: skip
    first = winner_event(game)
    second = winner_event(later(game, hours=4))
    for row, number in ((first, "G1"), (second, "G2")):
        old = row["event_ticker"]
        row["event_ticker"] = f"{old}{number}"
        for one in row["markets"]:
            one["ticker"] = one["ticker"].replace(old, f"{old}{number}")
            one["event_ticker"] = row["event_ticker"]
    found = matched({"events": [first, second]}, [gamma_game(game)])
    assert set(tokens(found)) == {f"{game.event_ticker}G1-{code}" for code in ("STL", "CIN")}
    assert all_accounted(found, [first, second])


def test_a_moved_game_is_found_by_its_new_time_and_not_by_its_old_slug() -> None:
    """Reschedule: the slug keeps the old day, `rescheduledFromGameId` is set, and the new day has a game of its own."""
    makeup = later(METS_PIRATES, hours=24)._replace(slug_day="2026-08-07")
    moved = gamma_game(makeup, rescheduledFromGameId=20022966)
    kalshi = [winner_event(METS_PIRATES), winner_event(later(METS_PIRATES, hours=24))]
    found = matched({"events": kalshi}, [moved])
    assert tokens(found) == {makeup.ticker(side.kalshi_code): f"{makeup.slug}/{side.gamma}" for side in makeup.sides}
    assert all_accounted(found, kalshi)


def test_a_football_game_moved_by_a_day_is_still_the_same_game() -> None:
    """Reschedule: teams meet once a week, so that Kalshi's old ticker and Polymarket's new start are one game."""
    moved = gamma_game(later(RAVENS_FALCONS, hours=26)._replace(slug_day="2026-10-11"))
    assert tokens(matched({"events": [winner_event(RAVENS_FALCONS)]}, [moved])) == right(RAVENS_FALCONS)


def test_what_happens_to_a_postponed_game_is_a_stated_difference() -> None:
    """Postponement: Kalshi settles at a fair price after two days, Polymarket stays open; void or half."""
    (link, _) = matched({"events": [winner_event(GRIZZLIES_LAKERS)]}, [gamma_game(GRIZZLIES_LAKERS)]).links
    said = {one["about"]: (one["kalshi"], one["polymarket"]) for one in link.differences}
    assert said["postponed"] == ("fair_price", "stays_open")
    assert said["postponed_h_max"] == ("48", "not stated")
    assert said["cancelled"] == ("fair_price", "half")


def test_another_settlement_source_is_a_stated_difference() -> None:
    """Resolution source: named by the host of its address, so that one league's site is one source at both venues."""
    event_row = winner_event(GRIZZLIES_LAKERS)
    row = gamma_game(GRIZZLIES_LAKERS, resolutionSource="https://www.nba.com/")
    for named, differs in (("https://www.espn.com", True), ("https://nba.com/scores", False)):
        event_row["settlement_sources"] = [{"name": "its source", "url": named}]
        (link, _) = matched({"events": [event_row]}, [row]).links
        told = {one["about"]: (one["kalshi"], one["polymarket"]) for one in link.differences}
        assert told.get("settlement_source") == ((named, "https://www.nba.com/") if differs else None)


# -- which side, which line ------------------------------------------------------------------------------------------


def test_the_second_outcome_pays_with_the_other_team() -> None:
    """Inverse polarity: KXNFLGAME-...-ATL is Polymarket's outcome 1."""
    rows = matched({"events": [winner_event(RAVENS_FALCONS)]}, [gamma_game(RAVENS_FALCONS)]).links
    polarity = {row.kalshi_ticker[-3:]: (row.polarity, row.token_id) for row in rows}
    slug = RAVENS_FALCONS.slug
    assert polarity == {"BAL": ("same", f"{slug}/Ravens"), "ATL": ("inverse", f"{slug}/Falcons")}


def test_an_adjacent_line_is_another_bet() -> None:
    """Adjacent line: BAL8 (-7.5) is not Polymarket's -8.5; ATL4 (-3.5) is not BAL +3.5."""
    kalshi = [spread_event(RAVENS_FALCONS, [(RAVENS_FALCONS.first, 8), (RAVENS_FALCONS.second, 4)])]
    near = gamma_game(
        RAVENS_FALCONS, [gamma_spread(RAVENS_FALCONS, False, 8.5), gamma_spread(RAVENS_FALCONS, False, 3.5)]
    )
    found = matched({"events": kalshi}, [near])
    assert tokens(found) == {}
    assert set(codes(found).values()) == {"no_counterpart_bet"}
    assert all(row.candidates for row in found.refused)


def test_a_line_that_is_laid_is_linked_to_its_token_from_either_side() -> None:
    """Adjacent line: ATL4 is `Falcons -3.5`; BAL8 is `Ravens -7.5`; each is its own token."""
    kalshi = [spread_event(RAVENS_FALCONS, [(RAVENS_FALCONS.first, 8), (RAVENS_FALCONS.second, 4)])]
    same = gamma_game(
        RAVENS_FALCONS, [gamma_spread(RAVENS_FALCONS, False, 7.5), gamma_spread(RAVENS_FALCONS, True, 3.5)]
    )
    event_ticker = RAVENS_FALCONS.event_ticker.replace("GAME", "SPREAD")
    assert tokens(matched({"events": kalshi}, [same])) == {
        f"{event_ticker}-BAL8": f"{RAVENS_FALCONS.slug}-spread-away-7pt5/Ravens",
        f"{event_ticker}-ATL4": f"{RAVENS_FALCONS.slug}-spread-home-3pt5/Falcons",
    }


def test_lines_that_can_be_met_exactly_are_refused() -> None:
    """Strict or inclusive: over 45 pays nobody at 45; 46 or more is over 45.5 and nothing else."""
    kalshi = [total_event(RAVENS_FALCONS, [45, 46])]
    found = matched({"events": kalshi}, [gamma_game(RAVENS_FALCONS, [gamma_total(RAVENS_FALCONS, 45.0)])])
    assert tokens(found) == {}
    found = matched({"events": kalshi}, [gamma_game(RAVENS_FALCONS, [gamma_total(RAVENS_FALCONS, 45.5)])])
    ticker = RAVENS_FALCONS.event_ticker.replace("GAME", "TOTAL")
    assert tokens(found) == {f"{ticker}-46": f"{RAVENS_FALCONS.slug}-total-45pt5/Over"}


@pytest.mark.parametrize(
    ("ticker", "title", "yes", "slug", "question"),
    [
        ("KXRT-TRO-50", "Tron: Ares Rotten Tomatoes score?", "Above 50", "tron-ares-rt", "Tron: Ares 50+ on RT?"),
        ("KXCPI-26SEP-T0.2", "CPI in September?", "Above 0.2%", "cpi-sep", "Will monthly CPI be 0.2% in September?"),
        ("KXGDP-26Q3-T2.0", "GDP growth in Q3 2026?", "Above 2.0%", "gdp-q3", "Will US GDP growth be 2.0-2.5% in Q3?"),
        ("KXU3-26SEP-T4.2", "Unemployment in September?", "Above 4.2%", "u3", "Will unemployment be 4.2%?"),
        ("KXBTCD-26JUN3017-T58999.99", "Bitcoin on Jun 30, 2026?", "$59,000 or above", "btc", "BTC above $59,000?"),
        ("KXBTC15M-26JUL191145-45", "BTC 15 minutes", "Up", "btc-updown-15m-1784475900", "Bitcoin Up or Down?"),
        ("KXHIGHNY-26JUL19-T90", "Highest temperature in NYC?", "90 or above", "nyc-high", "NYC 90°F or higher?"),
        ("KXMERZOUT-26NOV01", "Merz out before Nov 1?", "Yes", "merz-out-by-december-31", "Merz out by December 31?"),
        ("KXSHUTDOWN-26NOV01", "Shutdown before Nov 1?", "Yes", "shutdown-by-october-31", "Shutdown by October 31?"),
        ("SENATECA-26-D", "Will Democrats win in California?", "Democratic", "ca-senate", "Will Jo Doe win?"),
        ("SENATELA-26-R", "Louisiana Senate?", "Republican", "la-senate", "Will Republicans win Louisiana?"),
    ],
)  # fmt: skip
def test_what_settles_on_words_is_refused(ticker: str, title: str, yes: str, slug: str, question: str) -> None:
    """Strict or inclusive, bucket or threshold, resolution source, window, party or nominee: none is sure."""
    own = ticker.rpartition("-")[0]
    kalshi = event(own, title, [market(ticker, own, title, yes, f"If {title}", strike_type="greater", floor_strike=1)])
    gamma = gamma_event(slug, question, [gamma_market(slug, question, ("Yes", "No"), question)])
    found = matched({"events": [kalshi]}, [gamma])
    assert tokens(found) == {}
    assert codes(found) == {ticker: "unread_series"}


# -- siblings --------------------------------------------------------------------------------------------------------


def future(ticker: str, title: str, code: str, name: str) -> Row:
    """Write Kalshi's event of a season's title with one team's market."""
    rules = f"If {name} wins the {title}, then the market resolves to Yes."
    return event(ticker, title, [market(f"{ticker}-{code}", ticker, f"Will {name} win the {title}?", name, rules)])


def title_won(slug: str, title: str, question: str) -> Row:
    """Write Polymarket's event of a season's title with one team's market."""
    rows = [gamma_market(f"{slug}-1", question, ("Yes", "No"), "This market will resolve to Yes if they win.")]
    return gamma_event(slug, title, rows)


def test_a_pennant_is_not_the_world_series() -> None:
    """Sibling market: the National League's pennant and the World Series, of the same team and year."""
    gamma = [
        title_won(
            "world-series-champion-2026",
            "World Series Champion 2026",
            "Will the Los Angeles Dodgers win the 2026 World Series?",
        )
    ]
    pennant = future("KXMLBNL-26", "2026 National League Champion", "LAD", "Los Angeles D")
    found = matched({"events": [pennant]}, gamma)
    assert (tokens(found), codes(found)) == ({}, {"KXMLBNL-26-LAD": "no_counterpart_topic"})
    series = future("KXMLB-26", "2026 Pro Baseball Champion", "LAD", "Los Angeles D")
    assert tokens(matched({"events": [series]}, gamma)) == {"KXMLB-26-LAD": "world-series-champion-2026-1/Yes"}
    next_year = future("KXMLB-27", "2027 Pro Baseball Champion", "LAD", "Los Angeles D")
    assert tokens(matched({"events": [next_year]}, gamma)) == {}


def test_a_playoff_series_and_a_season_are_not_a_game() -> None:
    """Sibling market: the game, the series of games and the title are three bets on one team."""
    game = winner_event(GRIZZLIES_LAKERS)
    series = title_won(
        "grizzlies-vs-lakers-series", "Grizzlies vs. Lakers: who wins the series?", "Will the Lakers win the series?"
    )
    moneyline_of_series = gamma_market(
        "nba-playoffs-grizzlies-vs-lakers", "Grizzlies vs. Lakers", ("Grizzlies", "Lakers"), "Series winner",
        sportsMarketType="series_winner", gameStartTime="2026-01-05 02:30:00+00",
    )  # fmt: skip
    champion = title_won(
        "nba-champion-2026", "2026 NBA Champion", "Will the Los Angeles Lakers win the 2026 NBA Finals?"
    )
    found = matched(
        {"events": [game]},
        [series, champion, gamma_event("nba-playoffs", "Grizzlies vs. Lakers", [moneyline_of_series])],
    )
    assert tokens(found) == {}
    assert set(codes(found).values()) == {"no_counterpart_contest"}


def test_markets_of_a_game_that_are_not_its_winner_are_not_linked_to_it() -> None:
    """Sibling market: a half, a map, a draw-no-bet or `both teams score` beside the game itself."""
    kinds = [
        ("1h-moneyline", "first_half_moneyline"),
        ("game1", "child_moneyline"),
        ("dnb", "draw_no_bet"),
        ("ot", "overtime"),
    ]
    rows = [
        gamma_market(
            f"{GRIZZLIES_LAKERS.slug}-{tail}", "Grizzlies vs. Lakers", ("Grizzlies", "Lakers"), "",
            sportsMarketType=kind, gameStartTime="2026-01-05 02:30:00+00",
        )
        for tail, kind in kinds
    ]  # fmt: skip
    assert tokens(matched({"events": [winner_event(GRIZZLIES_LAKERS)]}, [gamma_game(GRIZZLIES_LAKERS, rows)])) == {}
    for row in rows:
        del row["sportsMarketType"]
    assert tokens(matched({"events": [winner_event(GRIZZLIES_LAKERS)]}, [gamma_game(GRIZZLIES_LAKERS, rows)])) == {}


def test_a_childs_markets_are_the_games_through_the_parent() -> None:
    """Partial child match: soccer's totals lie in `-more-markets`, whose `gameId` is null."""
    game = CHELSEA_ARSENAL
    parent = gamma_three_way(game)
    child = gamma_game(game, [gamma_total(game, 2.5)], parentEventId=parent["id"], gameId=None)
    child |= {"slug": f"{game.slug}-more-markets", "id": "77"}
    del child["startTime"], child["markets"][0]["gameStartTime"]
    kalshi = [three_way_event(game), total_event(game, [3], "goals")]
    for row in kalshi[1]["markets"]:
        row["rules_secondary"] = "after 90 minutes plus stoppage time (does not include extra time or penalties)"
    found = tokens(matched({"events": kalshi}, [parent, child]))
    assert found[f"{game.event_ticker.replace('GAME', 'TOTAL')}-3"] == f"{game.slug}-total-2pt5/Over"
    assert len(found) == 4


# -- ties, overtime, players -----------------------------------------------------------------------------------------


def test_soccer_counts_ninety_minutes_and_has_a_tie_of_its_own() -> None:
    """Tie: three markets each, `-TIE` is `-draw`, and `Reg Time:` in front of a name is no part of it."""
    game = CHELSEA_ARSENAL
    assert tokens(matched({"events": [three_way_event(game)]}, [gamma_three_way(game)])) == {
        game.ticker("CFC"): f"{game.slug}-che/Yes",
        game.ticker("ARS"): f"{game.slug}-ars/Yes",
        game.ticker("TIE"): f"{game.slug}-draw/Yes",
    }


def test_a_three_way_result_is_not_a_two_way_winner() -> None:
    """Tie: `to win in regulation` is not `to win`, whoever the winner is; nor is soccer's result `to advance`."""
    game = Game(
        "KXNHLGAME", "nhl", Side("CGY", "Calgary", "cal", "Flames"), Side("VGK", "Vegas", "las", "Golden Knights"),
        utc("2026-11-02T00:00"), "professional hockey game",
    )  # fmt: skip
    kalshi = winner_event(game)
    for row in kalshi["markets"]:
        row["yes_sub_title"] = f"Reg Time: {row['yes_sub_title']}"
    tie = market(game.ticker("TIE"), game.event_ticker, "Tie", "Reg Time: Tie", "If the game is tied after regulation")
    kalshi["markets"].append(tie)
    found = matched({"events": [kalshi]}, [gamma_game(game)])
    assert tokens(found) == {}
    assert all_accounted(found, [kalshi])
    two_way = gamma_game(CHELSEA_ARSENAL)
    assert tokens(matched({"events": [three_way_event(CHELSEA_ARSENAL)]}, [two_way])) == {}


def test_overtime_counted_by_one_and_not_by_the_other_is_refused() -> None:
    """Overtime: two totals of one line, one of which ends with regulation."""
    kalshi = [total_event(RAVENS_FALCONS, [46])]
    row = gamma_total(RAVENS_FALCONS, 45.5)
    row["description"] += "\nThis market covers regulation time only and does not include overtime."
    found = matched({"events": kalshi}, [gamma_game(RAVENS_FALCONS, [row])])
    assert tokens(found) == {}
    assert all_accounted(found, kalshi)


def test_halves_are_linked_only_where_a_tie_pays_the_same() -> None:
    """Tie: Polymarket pays half on a tie at the half; of Kalshi's market that must be stated too."""
    game = GRIZZLIES_LAKERS
    ticker = game.event_ticker.replace("KXNBAGAME", "KXNBA1HWINNER")
    rows = [
        market(f"{ticker}-{side.kalshi_code}", ticker, "Memphis vs Los Angeles L: First Half Winner?", side.kalshi,
               f"If {side.kalshi} wins the first half")
        for side in game.sides
    ]  # fmt: skip
    half = moneyline(game) | {"slug": f"{game.slug}-1h-moneyline", "sportsMarketType": "first_half_moneyline"}
    half["description"] = "If the score is tied at halftime, this market will resolve 50-50."
    found = matched(
        {"events": [event(ticker, "Memphis vs Los Angeles L: First Half Winner", rows)]}, [gamma_game(game, [half])]
    )
    assert tokens(found) == {}
    assert set(codes(found).values()) == {"no_counterpart_bet"}


def test_a_player_who_does_not_play_is_a_stated_difference() -> None:
    """Void player: Polymarket resolves No, Kalshi may settle at a fair price; `35 or more` is `over 34.5`."""
    ticker = GRIZZLIES_LAKERS.event_ticker.replace("KXNBAGAME", "KXNBAPTS")
    name = f"{ticker}-LALLDONCIC77-35"
    rules = "If Luka Doncic records 35+ points, then the market resolves to Yes."
    beside = "If the player does not play, the market will resolve to a fair market price."
    row = market(
        name,
        ticker,
        "Luka Doncic: 35+ points?",
        "Luka Doncic: 35+",
        rules,
        beside,
        strike_type="greater",
        floor_strike=34.5,
    )
    points = gamma_market(
        f"{GRIZZLIES_LAKERS.slug}-points-luka-doncic-34pt5", "Luka Dončić: Points Over 34.5", ("Yes", "No"),
        'If the player is listed as inactive, the market will resolve "No".', sportsMarketType="points", line=34.5,
        gameStartTime="2026-01-05 02:30:00+00",
    )  # fmt: skip
    found = matched(
        {"events": [event(ticker, "Memphis at Los Angeles L: Points", [row])]}, [gamma_game(GRIZZLIES_LAKERS, [points])]
    )
    (link,) = found.links
    assert (link.kalshi_ticker, link.token_id) == (name, f"{GRIZZLIES_LAKERS.slug}-points-luka-doncic-34pt5/Yes")
    assert {"about": "inactive", "kalshi": "fair_price", "polymarket": "no"} in link.differences
