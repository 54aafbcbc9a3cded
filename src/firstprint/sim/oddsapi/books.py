"""The sportsbooks: which region each is in, what it keeps for itself, how often it looks, and what it quotes at all."""

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from firstprint.sim.world.contests import NS_PER_S, SimContest

_STALE_NS = 5 * 3_600 * NS_PER_S


class Bookmaker(NamedTuple):
    """A sportsbook: `margin` is the vig over all outcomes, `every_s` how often it quotes anew.

    An `exchange` also quotes laying. `plain` quotes no spreads and totals.
    """

    key: str
    title: str
    regions: tuple[str, ...]
    margin: float
    every_s: int
    exchange: bool = False
    plain: bool = False


BOOKMAKERS: tuple[Bookmaker, ...] = (
    Bookmaker("draftkings", "DraftKings", ("us",), 0.045, 40),
    Bookmaker("fanduel", "FanDuel", ("us",), 0.045, 35),
    Bookmaker("betmgm", "BetMGM", ("us",), 0.05, 55),
    Bookmaker("williamhill_us", "Caesars", ("us",), 0.055, 60),
    Bookmaker("betrivers", "BetRivers", ("us",), 0.06, 75),
    Bookmaker("bovada", "Bovada", ("us",), 0.05, 90),
    Bookmaker("pinnacle", "Pinnacle", ("eu",), 0.025, 20),
    Bookmaker("betfair_ex_eu", "Betfair", ("eu",), 0.01, 15, exchange=True, plain=True),
    Bookmaker("sport888", "888sport", ("eu", "uk"), 0.065, 80),
    Bookmaker("unibet_fr", "Unibet (FR)", ("eu", "fr"), 0.09, 120, plain=True),
    Bookmaker("williamhill", "William Hill", ("eu", "uk"), 0.06, 65),
    Bookmaker("onexbet", "1xBet", ("eu",), 0.05, 50),
)


@lru_cache(maxsize=65_536)
def share(*parts: object) -> float:
    """Give a number from 0 to 1 that belongs to some names for good."""
    raw = blake2b("/".join(map(str, parts)).encode(), digest_size=6).digest()
    return int.from_bytes(raw) / 2**48


def quotes(book: Bookmaker, contest: SimContest) -> bool:
    """Say whether a book quotes a contest at all; a seventh of them are missing somewhere."""
    return share("absent", book.key, contest.number) > 0.14


def quoted_ns(book: Bookmaker, contest: SimContest, now_ns: int) -> int:
    """Give when a book quoted a contest last: at its own beat, and now and then hours ago because it is stuck."""
    if share("stale", book.key, contest.number) < 0.04:
        return max(contest.odds_listed_ns or 0, now_ns - _STALE_NS) // NS_PER_S * NS_PER_S
    beat_ns = book.every_s * NS_PER_S
    phase_ns = int(share("phase", book.key, contest.number) * book.every_s) * NS_PER_S
    return (now_ns - phase_ns) // beat_ns * beat_ns + phase_ns
