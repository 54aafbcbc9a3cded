"""Linkage measured on simulated worlds: what it links is compared with what is true of the world."""

from collections import Counter
from typing import NamedTuple

from tests.simulated_world import SimulatedAnswers, answers_of

from firstprint.app.linking.matching import Matched, Payloads
from firstprint.bootstrap.payloads import new_linker, payload_readers
from firstprint.config import read_config


class WorldScore(NamedTuple):
    """Counts over one world. `missed_by` counts missed pairs by the code of their refusal, `unexplained` those without.

    `contests_*` count the pairs of Kalshi events with ESPN's and The Odds API's ids.
    """

    seed: int
    listings: int
    true: int
    right: int
    wrong: list[str]
    missed_by: Counter[str]
    unexplained: list[str]
    contests_true: int
    contests_right: int
    contests_wrong: list[str]
    contests_unexplained: list[str]


def score_world(seed: int) -> WorldScore:
    """Link what a world answers, and compare."""
    answers = answers_of(seed)
    config = read_config({})
    payloads = Payloads(payload_readers(config.leagues), new_linker(config.leagues))
    payloads.take(answers.bodies)
    matched = payloads.matched()
    refused = {row.kalshi_ticker: row for row in matched.refused}
    true = {one.kalshi_ticker: (one.condition_id, one.token_id) for one in answers.links}
    possible = {(one.kalshi_ticker, one.condition_id, one.token_id) for one in answers.possible}
    made = {row.kalshi_ticker: (row.condition_id, row.token_id) for row in matched.links}
    missed = [ticker for ticker in true if ticker not in made]
    contests = _contests(answers, payloads, matched)
    return WorldScore(
        seed=seed,
        listings=sum(1 for _ in payloads.linker.listings()),
        true=len(true),
        right=sum(made.get(ticker) == pair for ticker, pair in true.items()),
        wrong=[ticker for ticker, pair in made.items() if (ticker, *pair) not in possible],
        missed_by=Counter(refused[ticker].code for ticker in missed if ticker in refused),
        unexplained=[ticker for ticker in missed if ticker not in refused],
        contests_true=contests[0],
        contests_right=contests[1],
        contests_wrong=contests[2],
        contests_unexplained=contests[3],
    )


def _contests(answers: SimulatedAnswers, payloads: Payloads, matched: Matched) -> tuple[int, int, list[str], list[str]]:
    """Compare the ids of contests: how many could be joined, how many were, wrong ones, and unexplained misses."""
    rows = {row.kalshi_event_ticker: row for row in matched.contests}
    seen = {(one.source, one.id) for one in payloads.linker.sightings()}
    refused = {row.kalshi_ticker for row in matched.refused}
    true, right, wrong, unexplained = 0, 0, [], []
    for contest in answers.contests:
        for event in contest.kalshi_event_tickers:
            if ("kalshi", event) not in seen:
                continue
            for source, field in (("espn", "espn_event_id"), ("oddsapi", "odds_event_id")):
                want, have = getattr(contest, field), getattr(rows.get(event), field, None)
                listed = (source, want) in seen
                true += listed
                right += listed and have == want
                if have is not None and have != want:
                    wrong.append(f"{event} {have}")
                elif listed and have is None and event not in refused:
                    unexplained.append(event)
    return true, right, wrong, unexplained
