"""Payloads in the shapes and words in which the real venues and sources write them, for a game told in one line.

Nothing in here is read by the product's own tables: names, codes, titles and rules are what a venue would print. A
token's name says what it pays on (`<slug>/<outcome>`), so that a link to a wrong one is seen.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from firstprint.app.linking.matching import Matched, Payloads
from firstprint.bootstrap.payloads import new_linker, payload_readers
from firstprint.linkage.leagues import LeagueTable, shipped_leagues

EASTERN = ZoneInfo("America/New_York")
Row = dict[str, Any]
LEAGUES = LeagueTable(shipped_leagues().values())
READERS = payload_readers(LEAGUES)

_NOT_AFFILIATED = (
    "\n\nKalshi is not affiliated, associated, authorized, endorsed by, or in any way officially connected with the "
    "Governing League. All trademarks, logos, and brand names are the property of their respective owners."
)
_WITHIN_TWO_DAYS = (
    "If this game is postponed or delayed, the market will remain open and close after the rescheduled game has "
    "finished (within 2 days). If the cancelled game is not played or is rescheduled further than 2 days out, all "
    "markets will resolve to a fair price in accordance with the rules."
)
_NFL_TIE = "If the game ends in a tie, the market will resolve to $0.50 for each team. "
_REGULAR = "after 90 minutes plus stoppage time (does not include extra time or penalties)"
_OPEN_UNTIL_PLAYED = (
    "If the game is postponed, this market will remain open until the game has been completed.\n"
    "If the game is canceled entirely, with no make-up game, this market will resolve 50-50."
)


class Side(NamedTuple):
    """A team or person as each place writes it; what is not given is as Kalshi has it."""

    kalshi_code: str
    kalshi: str
    gamma_code: str
    gamma: str
    full: str = ""

    @property
    def full_name(self) -> str:
        """Give the name as ESPN and sportsbooks print it."""
        return self.full or self.gamma


class Game(NamedTuple):
    """A game: Kalshi's game series, Polymarket's prefix, both sides in the venues' order, and its start in UTC."""

    series: str
    prefix: str
    first: Side
    second: Side
    start: datetime
    words: str = "Pro Basketball game"
    clock: bool = False
    slug_day: str = ""

    @property
    def event_ticker(self) -> str:
        """Give Kalshi's ticker of the event: the US Eastern day, and the time where the series names it."""
        local = self.start.astimezone(EASTERN)
        stamp = f"{local:%y%b%d}".upper() + (f"{local:%H%M}" if self.clock else "")
        return f"{self.series}-{stamp}{self.first.kalshi_code}{self.second.kalshi_code}"

    @property
    def slug(self) -> str:
        """Give Polymarket's slug of the event."""
        day = self.slug_day or f"{self.start.astimezone(EASTERN):%Y-%m-%d}"
        return f"{self.prefix}-{self.first.gamma_code}-{self.second.gamma_code}-{day}"

    @property
    def sides(self) -> tuple[Side, Side]:
        """Give both sides in the venues' order."""
        return self.first, self.second

    def ticker(self, code: str) -> str:
        """Give the ticker of one of Kalshi's markets of the game."""
        return f"{self.event_ticker}-{code}"


def utc(text: str) -> datetime:
    """Read a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# -- Kalshi ----------------------------------------------------------------------------------------------------------


def market(ticker: str, event: str, title: str, yes: str, rules: str, beside: str = "", **fields: Any) -> Row:
    """Write one of Kalshi's markets."""
    return {
        "ticker": ticker, "event_ticker": event, "market_type": "binary", "title": title, "yes_sub_title": yes,
        "no_sub_title": yes, "status": "active", "strike_type": "structured", "rules_primary": rules,
        "rules_secondary": beside + _NOT_AFFILIATED, "open_time": "2026-05-20T19:10:00Z", "result": "",
        "custom_strike": {"team": "e29b78dd-ca06-432f-8f2f-8d25aca47b9a"}, "last_price_dollars": "0.4500", **fields,
    }  # fmt: skip


def event(ticker: str, title: str, markets: Sequence[Row], **fields: Any) -> Row:
    """Write one of Kalshi's events with its markets nested."""
    return {
        "event_ticker": ticker, "series_ticker": ticker.partition("-")[0], "title": title, "sub_title": "",
        "collateral_return_type": "MECNET", "mutually_exclusive": True, "strike_period": "", "category": "Sports",
        "settlement_sources": [{"name": "ESPN", "url": "https://www.espn.com"}], "markets": list(markets), **fields,
    }  # fmt: skip


def winner_event(game: Game, *, title: str = "", beside: str = "") -> Row:
    """Write the event of a winner's two markets."""
    names = title or f"{game.first.kalshi} vs {game.second.kalshi}"
    when = f"originally scheduled for {_scheduled(game)}"
    said = beside or (_NFL_TIE if "NFL" in game.series else "") + _WITHIN_TWO_DAYS
    markets = [
        market(
            game.ticker(side.kalshi_code), game.event_ticker, f"{names} Winner?", side.kalshi,
            f"If {side.kalshi} wins the {names} {game.words} {when}, then the market resolves to Yes.", said,
        )
        for side in game.sides
    ]  # fmt: skip
    return event(game.event_ticker, names, markets)


def three_way_event(game: Game, *, title: str = "") -> Row:
    """Write the event of soccer's three markets."""
    names = title or f"{game.first.kalshi} vs {game.second.kalshi}"
    where = f"the {names} professional soccer game originally scheduled for {_scheduled(game)} {_REGULAR}"
    tie = 'If the game ends in a tie, the market called "Tie" resolves to Yes. '
    rows = [
        market(
            game.ticker(side.kalshi_code), game.event_ticker, f"{names} Winner?", f"Reg Time: {side.kalshi}",
            f"If {side.kalshi} wins {where}, then the market resolves to Yes.", tie,
        )
        for side in game.sides
    ]  # fmt: skip
    rows.append(
        market(
            game.ticker("TIE"),
            game.event_ticker,
            f"{names} Winner?",
            "Reg Time: Tie",
            f"If {names} ends in a tie in {where}, then the market resolves to Yes.",
            tie,
        )
    )
    return event(game.event_ticker, names, rows)


def spread_event(game: Game, laid: Iterable[tuple[Side, int]], unit: str = "points") -> Row:
    """Write the event of spreads: `(side, 8)` is that it wins by 8 or more, `wins by over 7.5`."""
    ticker = game.event_ticker.replace("GAME-", "SPREAD-", 1)
    names = f"{game.first.kalshi} vs {game.second.kalshi}"
    rows = []
    for side, count in laid:
        said = f"{side.kalshi} wins by over {count - 0.5} {unit}"
        rules = f"If {side.kalshi} wins by more than {count - 0.5} {unit} in the {names} {game.words} originally "
        rules += f"scheduled for {_scheduled(game)}, then the market resolves to Yes."
        name = f"{ticker}-{side.kalshi_code}{count}"
        rows.append(market(name, ticker, f"{said}?", said, rules, strike_type="greater", floor_strike=count - 0.5))
    return event(ticker, f"{names}: Spread", rows, collateral_return_type="", mutually_exclusive=False)


def total_event(game: Game, counts: Iterable[int], unit: str = "points") -> Row:
    """Write the event of totals: 181 is `Over 180.5 points scored`."""
    ticker = game.event_ticker.replace("GAME-", "TOTAL-", 1)
    names = f"{game.first.kalshi} vs {game.second.kalshi}"
    rows = [
        market(
            f"{ticker}-{count}", ticker, f"{names} {game.words}: Over {count - 0.5} {unit}?",
            f"Over {count - 0.5} {unit} scored",
            f"If the teams in the {names} {game.words} originally scheduled for {_scheduled(game)} collectively score "
            f"more than {count - 0.5} {unit}, then the market resolves to Yes.",
            "Note: This market includes overtime.\n\n" + _WITHIN_TWO_DAYS,
            strike_type="greater", floor_strike=count - 0.5,
        )
        for count in counts
    ]  # fmt: skip
    return event(ticker, f"{names}: Total", rows, collateral_return_type="", mutually_exclusive=False)


def _scheduled(game: Game) -> str:
    local = game.start.astimezone(EASTERN)
    day = f"{local:%b} {local.day}, {local.year}"
    return f"{day} at {local:%I:%M %p}".replace(" 0", " ") + f" {local:%Z}" if game.clock else day


def fed_event(year: int, month: str, outcomes: Sequence[str] = ("C26", "C25", "H0", "H25", "H26")) -> Row:
    """Write Kalshi's event of a meeting of the Federal Reserve."""
    ticker = f"KXFEDDECISION-{year % 100}{month[:3].upper()}"
    said = {
        "C26": "Cut >25bps", "C25": "Cut 25bps", "H0": "Fed maintains rate", "H25": "Hike 25bps", "H26": "Hike >25bps",
    }  # fmt: skip
    rows = [
        market(
            f"{ticker}-{code}", ticker,
            f"Will the Federal Reserve {said[code]} at their {month} {year} meeting?", said[code],
            f"If the Federal Reserve does a {said[code]} on the scheduled date of the {month} {year} meeting, then the "
            "market resolves to Yes.",
            "The upper bound of the target federal funds range is compared with that before the meeting.",
            strike_type="custom", custom_strike={"Action": said[code]},
        )
        for code in outcomes
    ]  # fmt: skip
    return event(ticker, f"Fed decision in {month[:3]} {year}?", rows, category="Economics")


# -- Polymarket ------------------------------------------------------------------------------------------------------


def gamma_market(slug: str, question: str, outcomes: Sequence[str], rules: str, **fields: Any) -> Row:
    """Write one of Gamma's markets: its lists as JSON text, a token named after slug and outcome."""
    number = sum(ord(one) * place for place, one in enumerate(slug, 7))
    return {
        "id": str(number), "slug": slug, "question": question, "conditionId": f"0x{slug}", "description": rules,
        "outcomes": json.dumps(list(outcomes)), "clobTokenIds": json.dumps([f"{slug}/{one}" for one in outcomes]),
        "outcomePrices": '["0.5", "0.5"]', "active": True, "closed": False, "acceptingOrders": True,
        "enableOrderBook": True, "negRisk": False, "orderPriceMinTickSize": 0.01, "bestBid": 0.41, **fields,
    }  # fmt: skip


def gamma_event(slug: str, title: str, markets: Sequence[Row], **fields: Any) -> Row:
    """Write one of Gamma's events with its markets."""
    number = sum(ord(one) * place for place, one in enumerate(slug, 3))
    return {
        "id": str(number), "ticker": slug, "slug": slug, "title": title, "active": True, "closed": False,
        "markets": list(markets), "tags": [{"id": "1", "label": "Sports", "slug": "sports"}], **fields,
    }  # fmt: skip


def _start(game: Game) -> Row:
    return {"gameStartTime": f"{game.start:%Y-%m-%d %H:%M:%S}+00", "endDate": f"{game.start:%Y-%m-%dT%H:%M:%SZ}"}


def _in_the_game(game: Game) -> str:
    local = game.start.astimezone(EASTERN)
    return f"In the upcoming game, scheduled for {local:%B} {local.day} at {local:%I:%M%p} ET:\n"


def moneyline(game: Game, **fields: Any) -> Row:
    """Write the two-way market of a game."""
    first, second = game.first.gamma, game.second.gamma
    rules = _in_the_game(game) + "".join(
        f'If the {one} win, the market will resolve to "{one}".\n' for one in (first, second)
    )
    rules += f"{_OPEN_UNTIL_PLAYED}\nThe result will be determined based on the final score including any overtime "
    return gamma_market(
        game.slug, f"{first} vs. {second}", (first, second), rules + "periods.",
        **{**_start(game), "sportsMarketType": "moneyline", **fields},
    )  # fmt: skip


def gamma_spread(game: Game, home: bool, line: float, **fields: Any) -> Row:
    """Write a spread: the home or away side lays `line` points."""
    laying, other = (game.second, game.first) if home else (game.first, game.second)
    slug = f"{game.slug}-spread-{'home' if home else 'away'}-{line}".replace(".", "pt")
    rules = f'{_in_the_game(game)}This market will resolve to "{laying.gamma}" if the {laying.gamma} win the game by '
    rules += f'{int(line + 0.5)} or more points.\n\nOtherwise, this market will resolve to "{other.gamma}".\n\n'
    said = {**_start(game), "sportsMarketType": "spreads", "line": -line, "groupItemTitle": f"Spread -{line}"}
    question = f"Spread: {laying.gamma} (-{line})"
    return gamma_market(slug, question, (laying.gamma, other.gamma), rules + _OPEN_UNTIL_PLAYED, **{**said, **fields})


def gamma_total(game: Game, line: float, **fields: Any) -> Row:
    """Write an over and under."""
    slug = f"{game.slug}-total-{line}".replace(".", "pt")
    names = f"{game.first.gamma} vs. {game.second.gamma}"
    rules = (
        f'{_in_the_game(game)}This market will resolve to "Over" if both combine to score {int(line + 0.5)} or more '
    )
    rules += f"points in this game.\n\nIf the combined total is less, it resolves to Under.\n\n{_OPEN_UNTIL_PLAYED}"
    said = {**_start(game), "sportsMarketType": "totals", "line": line, "groupItemTitle": f"O/U {line}"}
    return gamma_market(slug, f"{names}: O/U {line}", ("Over", "Under"), rules, **{**said, **fields})


def gamma_game(game: Game, markets: Sequence[Row] | None = None, **fields: Any) -> Row:
    """Write a game's event, with its moneyline unless other markets are given."""
    said = {"startTime": f"{game.start:%Y-%m-%dT%H:%M:%SZ}", "gameId": sum(map(ord, game.slug)), **fields}
    title = said.pop("title", f"{game.first.gamma} vs. {game.second.gamma}")
    return gamma_event(game.slug, title, [moneyline(game)] if markets is None else markets, **said)


def gamma_three_way(game: Game, **fields: Any) -> Row:
    """Write soccer's three markets in their event."""
    day = f"{game.start:%Y-%m-%d}"
    title = f"{game.first.gamma} vs. {game.second.gamma}"
    said = {**_start(game), "sportsMarketType": "moneyline", "negRisk": True}
    rows = []
    for side in game.sides:
        rules = f'In the upcoming game, scheduled for {day}\nIf {side.gamma} wins, this market will resolve to "Yes".\n'
        rules += f'Otherwise, this market will resolve to "No".\n{_OPEN_UNTIL_PLAYED.replace("50-50", "to No")}\n'
        rules += (
            "This market refers only to the outcome within the first 90 minutes of regular play plus stoppage time."
        )
        question = f"Will {side.gamma} win on {day}?"
        slug = f"{game.slug}-{side.gamma_code}"
        rows.append(gamma_market(slug, question, ("Yes", "No"), rules, groupItemTitle=side.gamma, **said))
    draw = f"Will {title} end in a draw?"
    group = f"Draw ({title})"
    rows.append(gamma_market(f"{game.slug}-draw", draw, ("Yes", "No"), rules, groupItemTitle=group, **said))
    return gamma_game(game, rows, negRisk=True, **fields)


_FED_MOVES = {
    "C26": ("Fed decreases interest rates by 50+ bps", "50+ bps decrease"),
    "C25": ("Fed decreases interest rates by 25 bps", "25 bps decrease"),
    "H0": ("No change in Fed interest rates", "No change"),
    "H25": ("Fed increases interest rates by 25 bps", "25 bps increase"),
    "H26": ("Fed increases interest rates by 50+ bps", "50+ bps increase"),
}
_FED_ASKED = {
    "C26": "Will the Fed decrease interest rates by 50+ bps",
    "C25": "Will the Fed decrease interest rates by 25 bps",
    "H0": "Will there be no change in Fed interest rates",
    "H25": "Will the Fed increase interest rates by 25 bps",
    "H26": "Will the Fed increase interest rates by 50+ bps",
}
FED_CODES = tuple(_FED_MOVES)


def gamma_fed(
    month: str,
    end: str,
    *,
    asked: bool = False,
    year: str = "",
    title: str = "",
    slug: str = "",
    **moves: tuple[str, str],
) -> Row:
    """Write Polymarket's event of a meeting; `asked` writes questions as `Will the Fed ...`, else as statements."""
    after = f" after {'the ' if asked else ''}{month}{year} meeting?"
    rows = []
    for code, (stated, group) in {**_FED_MOVES, **moves}.items():
        question = (_FED_ASKED[code] if asked and code not in moves else stated) + after
        own = f"{code.lower()}-after-{month.lower()}{year.replace(' ', '-')}-meeting-{len(code) * 7}"
        rules = (
            "The FED interest rates are defined in this market by the upper bound of the target federal funds range. "
        )
        rules += f"This market will resolve according to the change after the Federal Reserve's {month} meeting."
        rows.append(gamma_market(own, question, ("Yes", "No"), rules, endDate=end, groupItemTitle=group, negRisk=True))
    titled = title or f"Fed decision in {month}{year}?"
    own_slug = slug or f"fed-decision-in-{month.lower()}-20260617190323537"
    return gamma_event(own_slug, titled, rows, endDate=end, negRisk=True)


# -- ESPN, The Odds API ----------------------------------------------------------------------------------------------


def espn_game(
    number: str, home: tuple[str, str, str, str], away: tuple[str, str, str, str], date: str, **fields: Any
) -> Row:
    """Write a game of a scoreboard; a side is its code, full name, place and nickname."""
    sides = []
    for order, (where, (code, full, place, nick)) in enumerate((("home", home), ("away", away))):
        team = {"id": str(order), "abbreviation": code, "displayName": full, "shortDisplayName": nick or full,
                "name": nick or full, "location": place}  # fmt: skip
        sides.append({"id": str(order), "homeAway": where, "order": order, "score": "0", "team": team})
    status = {"type": {"id": "1", "name": "STATUS_SCHEDULED", "state": "pre", "completed": False}}
    said = {"date": date, "name": f"{away[1]} at {home[1]}", "status": status, "season": {"year": 2026, "type": 2}}
    contest = {"id": number, "date": date, "timeValid": True, "neutralSite": False, "competitors": sides}
    competition = {**contest, **fields.pop("competition", {})}
    return {"id": number, **said, "competitions": [competition], **fields}


def scoreboard(slug: str, games: Sequence[Row]) -> Row:
    """Write a league's scoreboard."""
    return {"leagues": [{"id": "10", "slug": slug}], "events": list(games)}


def odds_event(number: str, key: str, away: str, home: str, commence: str) -> Row:
    """Write an event of The Odds API with one book's quotes."""
    outcomes = [{"name": home, "price": 1.76}, {"name": away, "price": 2.22}]
    market_row = {"key": "h2h", "last_update": commence, "outcomes": outcomes}
    book = {"key": "fanduel", "title": "FanDuel", "last_update": commence, "markets": [market_row]}
    said = {"id": number, "sport_key": key, "sport_title": key, "commence_time": commence}
    return {**said, "home_team": home, "away_team": away, "bookmakers": [book]}


# -- in and out ------------------------------------------------------------------------------------------------------


def matched(
    kalshi: object, gamma: object = None, espn: Sequence[object] = (), odds: object = None, *more: tuple[str, object]
) -> Matched:
    """Link payloads as `firstprint link match` does."""
    bodies: list[tuple[str, object]] = [("kalshi", kalshi)]
    bodies += [("polymarket", gamma)] if gamma is not None else []
    bodies += [("espn", board) for board in espn]
    bodies += [("oddsapi", odds)] if odds is not None else []
    payloads = Payloads(READERS, new_linker(LEAGUES))
    payloads.take([(source, json.dumps(body).encode()) for source, body in (*bodies, *more)])
    return payloads.matched()


def tokens(found: Matched) -> dict[str, str | None]:
    """Give the linked token of each Kalshi market that was linked."""
    return {row.kalshi_ticker: row.token_id for row in found.links}


def codes(found: Matched) -> dict[str, str]:
    """Give the code of the refusal of each Kalshi market that was not linked."""
    return {row.kalshi_ticker: row.code for row in found.refused}


def all_accounted(found: Matched, kalshi: Iterable[Row]) -> bool:
    """Tell whether every Kalshi market is either linked or refused with a reason."""
    tickers = {row["ticker"] for one in kalshi for row in one["markets"]}
    return tickers <= {row.kalshi_ticker for row in found.links} | {row.kalshi_ticker for row in found.refused}


def later(game: Game, **by: float) -> Game:
    """Give the same game at another time."""
    return game._replace(start=game.start + timedelta(**by))
