"""`firstprint discover`, `games`, `links`, `review`: which bets are the same, as it is found, and as it stands."""

import asyncio
from collections.abc import Iterable
from contextlib import nullcontext
from math import inf
from pathlib import Path
from typing import Annotated

import msgspec
import uvloop
from cyclopts import Parameter
from rich.console import Console
from rich.live import Live
from rich.table import Table

from firstprint.bootstrap import linking
from firstprint.bootstrap.discovering import Discovering, discovering, going_on, look_once
from firstprint.bootstrap.logs import configure_logs
from firstprint.cli.configured import row_limit, with_flags
from firstprint.cli.games_view import games_table, in_order, listed, odds_words, start_words
from firstprint.cli.output import complain, plain, program, say, say_json, say_table, when
from firstprint.cli.signals import stop_on_signals, told_to_stop, wait_for_stop
from firstprint.cli.simulated import SIMULATED_DATA, simulated_world
from firstprint.config import Config
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.games import Game
from firstprint.domain.link_changes import GameQuery, LinkQuery, RefusalQuery, ReviewItem
from firstprint.serve.saying_links import game_item, link_item, link_row_item, refusal_item

SHOWN_EVERY_S = 1.0
GAMES_SHOWN = 25


class DiscoverReport(msgspec.Struct, kw_only=True):
    """What a discovery came to. Counts by source."""

    run: str
    active: int
    """Games that are live or start soon."""
    contests: int
    pairs: int
    answers: dict[str, int]
    unchanged: dict[str, int]
    failures: dict[str, int]
    quarantined: dict[str, int]
    published: int
    stored: int
    store_failures: int
    odds_credits: int | None


def report(found: Discovering) -> DiscoverReport:
    """Sum up a discovery."""
    discovery = found.discovery
    linker, publishing = discovery.state.linker, discovery.publishing
    return DiscoverReport(
        run=found.run,
        active=len(discovery.active()),
        contests=sum(1 for _ in linker.contests()),
        pairs=len(discovery.state.board.pairs),
        answers=dict(discovery.answers),
        unchanged=dict(discovery.unchanged),
        failures=dict(discovery.failures),
        quarantined=dict(discovery.quarantined),
        published=publishing.published,
        stored=publishing.stored,
        store_failures=publishing.store_failures,
        odds_credits=discovery.odds_credits,
    )


def discover(
    *,
    simulated: bool = False,
    for_: Annotated[float | None, Parameter(name="--for")] = None,
    once: bool = False,
    seed: int = 1,
    data: Path | None = None,
    json: bool = False,
) -> int:
    """Find games, their listings on every venue and sportsbook odds, and link what is the same bet, until Ctrl-C.

    LEAGUES=NFL,NBA chooses the leagues; REDIS_URL publishes what is found; ODDS_API_KEY adds odds.

    Parameters
    ----------
    simulated
        Start simulated venues and sources, and discover those: no account, no internet.
    for_
        Stop by itself after so many seconds, with --once too.
    once
        Look everywhere once, and stop. Exit 1 when nobody answered.
    seed
        Seed of the simulated world.
    data
        Data folder (FIRSTPRINT_DATA, default ./data; ./data-simulated with --simulated).
    json
        Print one JSON document at the end, and nothing before.
    """
    config = with_flags(data or (SIMULATED_DATA if simulated else None))
    configure_logs(config.log_level if config.log_level != "info" else "warning")
    if for_ is not None and not 0 < for_ < inf:
        raise ConfigurationError(f"--for is {for_}: give a number of seconds above 0")
    options = ["--seed", str(seed)] if simulated else None
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_discover(config, options, for_, once=once, json=json))


async def _discover(config: Config, options: list[str] | None, for_s: float | None, *, once: bool, json: bool) -> int:
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with simulated_world(config, options, truth=False) as (pointed, _), discovering(pointed) as found:
        if not json:
            _greet(found, pointed)
        if once:
            if not await look_once(found, lambda: wait_for_stop(stop, for_s)):
                complain("the round was not finished: what was found by then is kept")
        else:
            await _go_on(found, for_s, stop, quiet=json)
        last = report(found)
        games = in_order(found.discovery.state.board.games.values())
        links = [link_item(link) for link in found.discovery.state.linker.links()]
    if json:
        say_json({**msgspec.to_builtins(last), "games": [game_item(one) for one in games], "links": links})
    else:
        _sum_up(last, games, config)
    if not any(last.answers.values()):
        complain("nobody answered: is there a network, and are the addresses right?")
        return 1
    return 0


async def _go_on(found: Discovering, for_s: float | None, stop: asyncio.Event, *, quiet: bool) -> None:
    showing = nullcontext() if quiet else Live(_picture(found), console=Console(), auto_refresh=False)
    async with going_on(found):
        with showing as live:
            left_s = inf if for_s is None else for_s
            while left_s > 0 and not await told_to_stop(stop, min(SHOWN_EVERY_S, left_s)):
                left_s -= SHOWN_EVERY_S
                if live is not None:
                    live.update(_picture(found), refresh=True)


def _picture(found: Discovering) -> Table:
    games = in_order(found.discovery.state.board.games.values())
    return games_table([game for game in games if game.links or game.sources][:GAMES_SHOWN])


def _greet(found: Discovering, config: Config) -> None:
    leagues = ", ".join(league.code for league in found.discovery.leagues)
    say(f"Discovering {leagues} into {config.data} as run {found.run}.")
    for notice in found.notices:
        say(notice)


def _sum_up(last: DiscoverReport, games: list[Game], config: Config) -> None:
    _show_games(games[:GAMES_SHOWN])
    for source, count in sorted(last.failures.items()):
        say(f"failed: {source}, {count} times")
    for reason, count in sorted(last.quarantined.items()):
        say(plain(f"not readable: {reason}, {count} times"))
    answers = ", ".join(f"{source} {count}" for source, count in sorted(last.answers.items()))
    say(f"{last.contests} contests, {last.active} of them active; {last.pairs} pairs; answers: {answers}")
    if last.odds_credits is not None:
        say(f"odds: {last.odds_credits} credits left at The Odds API")
    where = f" --data {config.data}"
    say(f"See them:  {program()} games{where}, {program()} links{where}, {program()} review{where}")


def _show_games(games: Iterable[Game]) -> None:
    say_table(
        ("game", "starts (UTC)", "state", "kalshi", "polymarket", "links", "odds"),
        [
            (
                one.game_id,
                start_words(one),
                one.state.value,
                listed(one, "kalshi"),
                listed(one, "polymarket"),
                one.links,
                odds_words(one),
            )
            for one in games
        ],
    )


def games(
    *, league: str | None = None, linked: bool = False, limit: int = 200, data: Path | None = None, json: bool = False
) -> int:
    """List the games that are known, with their listings, links and odds.

    Parameters
    ----------
    league
        Only those of this league, by its code.
    linked
        Only those with a link.
    limit
        At most so many.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    config = with_flags(data)
    code = config.leagues.chosen([league])[0].code if league is not None else None
    with linking.stored(config) as reader:
        found = reader.games(GameQuery(league=code, linked=True if linked else None, limit=row_limit(limit)))
    if json:
        say_json({"games": [game_item(one) for one in found]})
        return 0
    _show_games(in_order(found))
    say(f"{len(found)} games" + (f" (there may be more: --limit {limit * 10})" if len(found) == limit else ""))
    return 0


def links(*, refused: bool = False, limit: int = 1000, data: Path | None = None, json: bool = False) -> int:
    """List the links that stand: which markets are the same bet, and why.

    Parameters
    ----------
    refused
        List what was not linked instead, and why.
    limit
        At most so many.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    with linking.stored(with_flags(data)) as reader:
        if refused:
            items = reader.refusals(RefusalQuery(limit=row_limit(limit)))
            return _show_review(items, json=json)
        rows = reader.links(LinkQuery(limit=row_limit(limit)))
    if json:
        say_json({"links": [link_row_item(row) for row in rows]})
        return 0
    say_table(
        ("kalshi", "polymarket", "pays with YES", "sure", "reason", "differs in"),
        [
            (
                row.link.a_market,
                row.link.b_name,
                row.link.token_id,
                f"{row.link.confidence:.2f}",
                row.link.reason,
                ", ".join(one.about for one in row.link.differences),
            )
            for row in rows
        ],
    )
    say(f"{len(rows)} links")
    return 0


def review(*, limit: int = 200, data: Path | None = None, json: bool = False) -> int:
    """List what needs a person: refusals that one decision would resolve, each once, with a count.

    Decide with `firstprint link decide`; a decision is kept and wins over every rule.

    Parameters
    ----------
    limit
        At most so many.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    with linking.stored(with_flags(data)) as reader:
        return _show_review(reader.review(row_limit(limit)), json=json)


def _show_review(items: list[ReviewItem], *, json: bool) -> int:
    if json:
        say_json({"refused": [refusal_item(item) for item in items]})
        return 0
    say_table(
        ("listings", "code", "for example", "why", "came near", "last seen (UTC)"),
        [
            (one.listings, one.code, one.market or one.event, one.reason, ", ".join(one.candidates), when(one.seen_ns))
            for one in items
        ],
    )
    say(f"{len(items)} work items")
    return 0
