"""`firstprint link`: recorded payloads matched, two markets explained, linkage scored."""

from collections.abc import Sequence
from getpass import getuser
from pathlib import Path
from typing import Annotated, Literal

import cyclopts
from cyclopts import Parameter

from firstprint.app.linking.explaining import Explanation, Reading, explain
from firstprint.app.linking.matching import Matched
from firstprint.bootstrap import deciding, linking
from firstprint.cli.configured import with_flags
from firstprint.cli.output import plain, say, say_json, say_table
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.links import Verdict
from firstprint.linkage.scoring import Score

link = cyclopts.App(name="link", help="Which markets are the same bet: match payloads, explain a pair, score linkage.")

SOURCES = ("kalshi", "polymarket", "espn", "oddsapi")
Files = Annotated[list[Path] | None, Parameter(consume_multiple=True)]


def _asked(kalshi: Files, polymarket: Files, espn: Files, odds: Files) -> linking.PayloadFiles:
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
    files = _asked(kalshi, polymarket, espn, odds)
    if not files:
        raise ConfigurationError("nothing to match: give payloads with --kalshi, --polymarket, --espn or --odds")
    matched = linking.match(with_flags(), files)
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


@link.command(name="explain")
def explain_(
    a: str,
    b: str,
    /,
    *,
    kalshi: Files = None,
    polymarket: Files = None,
    espn: Files = None,
    odds: Files = None,
    data: Path | None = None,
    json: bool = False,
) -> int:
    """Explain why two markets are linked, or are not.

    Parameters
    ----------
    a
        A market: Kalshi's ticker, or Polymarket's slug or condition id.
    b
        Another market.
    kalshi
        Read markets from these payloads, and not from what `discover` stored.
    polymarket
        Gamma's payloads.
    espn
        ESPN's scoreboards.
    odds
        The Odds API's lists of odds.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    files = _asked(kalshi, polymarket, espn, odds)
    explanation = explain(a, b, linking.linker(with_flags(data), files))
    if json:
        say_json(explanation)
    else:
        _explain(explanation)
    return 0


def _explain(told: Explanation) -> None:
    _say_reading(told.a)
    _say_reading(told.b)
    say(plain(f"subject:   {told.why}"))
    say(f"relation:  {told.relation.value} (by what the first outcome of each pays on)")
    if told.link is not None:
        token = f"token {told.link.token_id} pays when {told.link.a_market} YES pays"
        say(plain(f"link:      {told.link.polarity}: {token}"))
        say(plain(f"           confidence {told.link.confidence:.2f}: {told.link.reason}"))
    else:
        say("link:      none")
    for refusal in told.refusals:
        say(plain(f"refused:   {refusal.code}: {refusal.reason}"))
    for one in told.differences:
        say(plain(f"differs:   {one.about}: {one.a} / {one.b}"))


def _say_reading(one: Reading) -> None:
    say(plain(f"{one.venue}: {one.name}  {one.title or ''}"))
    if one.unread is not None:
        say(plain(f"           not read: {one.unread}"))
    else:
        labels = " / ".join(one.outcomes)
        say(
            plain(f"           {one.about}: pays when {one.pays_when}; outcomes {labels}; by {', '.join(one.evidence)}")
        )


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
    scores = linking.score(with_flags(), pairs, _asked(kalshi, polymarket, espn, odds))
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


@link.command
def decide(
    a: str,
    b: str,
    /,
    *,
    as_: Annotated[Literal["same", "inverse", "different"], Parameter(name="--as")],
    note: str,
    by: str | None = None,
    data: Path | None = None,
    json: bool = False,
) -> int:
    """Decide about two markets, or two contests, for good: a decision wins over every rule.

    A market is given as kalshi:TICKER or polymarket:CONDITION_ID, a contest as kalshi:EVENT_TICKER, espn:ID,
    oddsapi:ID or polymarket:EVENT_SLUG. A running `discover` takes it up at its next round.

    Parameters
    ----------
    a
        The one.
    b
        The other.
    as_
        same: A's YES pays when B's first outcome pays. inverse: when B's second does. different: never link them.
    note
        Why, in a sentence; it stands on the link.
    by
        Who decides; the user of this machine when not given.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    for name in (a, b):
        source, _, rest = name.partition(":")
        if source not in SOURCES or not rest:
            raise ConfigurationError(f"{name!r} names nothing: write {', '.join(SOURCES)}, a colon, and the id there")
    if a == b:
        raise ConfigurationError(f"{a!r} is given twice: a decision is about two things")
    decision = deciding.decide(with_flags(data), a, b, Verdict(as_), by or getuser(), note)
    if json:
        say_json(decision)
    else:
        say(plain(f"Decided by {decision.by}: {a} and {b} are {as_}. {note}"))
    return 0
