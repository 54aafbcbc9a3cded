"""`firstprint link explain` and `decide`: what is known about two things, and a person's word on them."""

from getpass import getuser
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from firstprint.app.linking import explaining
from firstprint.bootstrap import deciding, linking
from firstprint.cli.configured import with_flags
from firstprint.cli.link import Files, payload_files
from firstprint.cli.output import complain, plain, say, say_json, when
from firstprint.domain.errors import ConfigurationError
from firstprint.domain.links import Verdict


def explain(
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
    files = payload_files(kalshi, polymarket, espn, odds)
    explanation = explaining.explain(a, b, linking.linker(with_flags(data), files))
    if json:
        say_json(explanation)
    else:
        _explain(explanation)
    return 0


def _explain(told: explaining.Explanation) -> None:
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
    for decision in told.decisions:
        said = f"{decision.verdict.value}, by {decision.by}, {when(decision.decided_wall_ns)} UTC: {decision.note}"
        say(plain(f"decided:   {said}"))
    for one in told.differences:
        say(plain(f"differs:   {one.about}: {one.a} / {one.b}"))


def _say_reading(one: explaining.Reading) -> None:
    say(plain(f"{one.venue}: {one.name}  {one.title or ''}"))
    if one.unread is not None:
        say(plain(f"           not read: {one.unread}"))
    else:
        labels = " / ".join(one.outcomes)
        say(
            plain(f"           {one.about}: pays when {one.pays_when}; outcomes {labels}; by {', '.join(one.evidence)}")
        )


def decide(
    a: str,
    b: str,
    /,
    *,
    as_: Annotated[Literal["same", "inverse", "different"], Parameter(name="--as")],
    note: str,
    by: str | None = None,
    unseen: bool = False,
    data: Path | None = None,
    json: bool = False,
) -> int:
    """Decide about two markets, or two contests, for good: a decision wins over every rule.

    A market is given by its ticker, slug or condition id, a contest as kalshi:EVENT_TICKER, espn:ID, oddsapi:ID or
    polymarket:EVENT_SLUG. Both must be known: `firstprint discover` finds them. A running `discover` takes the
    decision up at its next round.

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
    unseen
        Take a source:id that nothing is known of as it is written. Ids then have the venue's own spelling.
    data
        Data folder (FIRSTPRINT_DATA, default ./data).
    json
        Print one JSON document.
    """
    if a == b:
        raise ConfigurationError(f"{a!r} is given twice: a decision is about two things")
    config, verdict = with_flags(data), Verdict(as_)
    sides = deciding.find_sides(config, a, b, verdict, unseen=unseen)
    one, other = (side.name for side in sides)
    decision = deciding.decide(config, one, other, verdict, by or getuser(), note)
    for side in sides:
        if side.told is None:
            complain(f"nothing is known of {side.name}: the decision counts when `discover` reads one of that id")
    if json:
        say_json(decision)
    else:
        say(plain(f"Decided by {decision.by}: the {sides[0].kind}s {one} and {other} are {as_}. {note}"))
    return 0
