"""`firstprint link`: recorded payloads matched, linkage scored; and where two markets are explained and decided."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from firstprint.app.linking.matching import Matched
from firstprint.bootstrap import payloads
from firstprint.cli.configured import with_flags
from firstprint.cli.output import plain, say, say_json, say_table
from firstprint.domain.errors import ConfigurationError
from firstprint.linkage.scoring import Score

link = cyclopts.App(name="link", help="Which markets are the same bet: match payloads, explain a pair, score linkage.")

for command, summary in {
    "explain": "Explain why two markets are linked, or are not.",
    "decide": "Decide about two markets, or two contests, for good.",
}.items():
    link.command(f"firstprint.cli.link_known:{command}", help=summary)  # they need a database, and `match` does not

Files = Annotated[list[Path] | None, Parameter(consume_multiple=True)]


def payload_files(kalshi: Files, polymarket: Files, espn: Files, odds: Files) -> payloads.PayloadFiles:
    """Give the files of each source that has any."""
    named: Sequence[tuple[str, Files]] = (
        ("kalshi", kalshi),
        ("polymarket", polymarket),
        ("espn", espn),
        ("oddsapi", odds),
    )
    return {source: tuple(files) for source, files in named if files}


@link.command
def match(
    *, kalshi: Files = None, polymarket: Files = None, espn: Files = None, odds: Files = None, json: bool = False
) -> int:
    """Link recorded payloads: each listing is read on its own, and only what is certain is linked.

    Parameters
    ----------
    kalshi
        Kalshi's JSON: events with nested markets, markets, milestones, structured targets; .gz too; several may be
        given.
    polymarket
        Gamma's JSON: events with markets, or markets.
    espn
        ESPN's scoreboards.
    odds
        The Odds API's lists of odds.
    json
        Print one JSON document: links, contests, and what was refused with its reason.
    """
    files = payload_files(kalshi, polymarket, espn, odds)
    if not files:
        raise ConfigurationError("nothing to match: give payloads with --kalshi, --polymarket, --espn or --odds")
    matched = payloads.match(with_flags(), files)
    if json:
        say_json(matched)
    else:
        _show(matched)
    return 0


def _show(matched: Matched) -> None:
    say_table(
        ("kalshi", "polymarket", "pays with YES", "sure", "reason"),
        [
            (row.kalshi_ticker, row.polymarket_slug, _short(row.token_id), f"{row.confidence:.2f}", row.reason)
            for row in matched.links
        ],
    )
    if matched.contests:
        say()
        say_table(
            ("contest", "kalshi event", "polymarket", "espn", "odds api"),
            [
                (r.contest, r.kalshi_event_ticker, r.polymarket_event_slug, r.espn_event_id, r.odds_event_id)
                for r in matched.contests
            ],
        )
    if matched.refused:
        say()
        say_table(
            ("refused", "why", "came near"),
            [(row.kalshi_ticker, row.reason, ", ".join(row.candidates)) for row in matched.refused],
        )
    for reason, count in matched.unreadable.items():
        say(f"unreadable rows: {count} ({plain(reason)})")
    say(f"{len(matched.links)} links, {len(matched.contests)} contests, {len(matched.refused)} refused")


def _short(token: str | None) -> str:
    return "" if token is None else token if len(token) <= 14 else f"{token[:6]}…{token[-6:]}"


@link.command
def score(
    *,
    pairs: Annotated[list[Path], Parameter(consume_multiple=True)],
    kalshi: Files = None,
    polymarket: Files = None,
    espn: Files = None,
    odds: Files = None,
    json: bool = False,
) -> int:
    """Score linkage against files of labelled pairs; every miss is explained. Exit 1 when a link is wrong.

    Parameters
    ----------
    pairs
        CSV files of labelled pairs; their columns say what they label.
    kalshi
        Kalshi's payloads. A labelled ticker that is in none of them is read from the ticker alone.
    polymarket
        Gamma's payloads. A labelled market that is in none of them cannot be scored.
    espn
        ESPN's scoreboards. A labelled contest that is in none of them is taken from its label.
    odds
        The Odds API's lists of odds, likewise.
    json
        Print one JSON document.
    """
    if not pairs:
        raise ConfigurationError("nothing to score: give files of labelled pairs with --pairs")
    scores = payloads.score(with_flags(), pairs, payload_files(kalshi, polymarket, espn, odds))
    if json:
        say_json({str(path): _as_json(result) for path, result in scores.items()})
    else:
        _show_scores(scores)
    return int(any(result.wrong or result.lookalikes_linked for result in scores.values()))


def _show_scores(scores: dict[Path, Score]) -> None:
    say_table(
        (
            "pairs",
            "labelled",
            "both listed",
            "right",
            "wrong",
            "missed",
            "refused",
            "precision",
            "recall",
            "lookalikes",
        ),
        [
            (
                path.name,
                one.labelled,
                one.labelled - one.unlisted,
                one.right,
                one.wrong,
                one.missed,
                one.refused,
                _share(one.precision),
                _share(one.recall),
                f"{one.lookalikes_linked} of {one.lookalikes} linked" if one.lookalikes else "",
            )
            for path, one in scores.items()
        ],
    )
    for path, one in scores.items():
        for miss in one.misses:
            said = "not linked" if miss.found is None else f"linked to {miss.found}"
            say(plain(f"{path.name}: {miss.kalshi} is {miss.expected}, {said}: {miss.reason} ({miss.where})"))


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def _as_json(result: Score) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(result, name) for name in result.__struct_fields__}
    return {**fields, "precision": result.precision, "recall": result.recall}
