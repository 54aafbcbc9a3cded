"""Ids of contests and propositions: readable, and stable as long as what they name stands."""

from datetime import datetime

from firstprint.domain.clock import NS_PER_S
from firstprint.domain.contests import StartWindow
from firstprint.domain.propositions import Bet, Topic
from firstprint.linkage.cadence import Cadence
from firstprint.linkage.windows import EASTERN


def contest_id(league: str, teams: tuple[str, str], start: StartWindow | None, cadence: Cadence) -> str:
    """Name a contest by league, US Eastern day and teams: `nba-2026-01-09-boston-celtics-los-angeles-lakers`.

    Where two teams may meet twice a day the time is part of the name.
    """
    parts = [league.lower()]
    if start is not None:
        moment = datetime.fromtimestamp(start.latest_ns / NS_PER_S, EASTERN)
        timed = start.exact and cadence is Cadence.TWICE
        parts.append(f"{moment:%Y-%m-%d-%H%M}" if timed else f"{moment:%Y-%m-%d}")
    return "-".join((*parts, *teams)).replace(" ", "-")


def topic_id(topic: Topic) -> str:
    """Name a topic: `fed_decision:2026-07`. What stands between a proposition's parts stands in no name."""
    return f"{topic.kind}:{topic.key}".replace("/", "-")


def about_of(proposition: str) -> str:
    """Give the contest or topic that a proposition's name begins with."""
    return proposition.partition("/")[0]


def proposition_id(about: str, bet: Bet) -> str:
    """Name a proposition by its contest or topic and its bet: `<about>/winner/full/bos` and the like."""
    parts = [about, bet.kind.value, bet.period.value]
    parts += [part for part in (bet.stat, bet.subject, bet.side) if part is not None]
    if bet.line_e6 is not None:
        parts.append(line_text(bet.line_e6))
    return "/".join(parts)


def line_text(line_e6: int) -> str:
    """Write a line as people do: 3.5, -7, 180.5."""
    sign = "-" if line_e6 < 0 else ""
    whole, fraction = divmod(abs(line_e6), 1_000_000)
    return f"{sign}{whole}.{fraction:06d}".rstrip("0").rstrip(".")
