"""The names that venues and sources give a contest, each a function of the contest alone.

Kalshi's tickers carry the US Eastern day, and its HHMM where the league is timed; Polymarket's slug a day that is UTC
in some leagues; ESPN's and The Odds API's ids say nothing. Names are made from when a contest was first scheduled:
what was moved keeps them.
"""

from hashlib import blake2b
from uuid import UUID

from firstprint.sim.world.contests import SimContest, SimTeam
from firstprint.sim.world.days import eastern, utc

KALSHI_KINDS = ("GAME", "SPREAD", "TOTAL")
_ESPN_BASE = 401_800_000


def kalshi_code(contest: SimContest) -> str:
    """Give the part of Kalshi's event tickers that all events of a contest share: `26AUG092020HOUSD`."""
    at = eastern(contest.scheduled_ns)
    day = f"{at:%y%b%d}".upper() + (f"{at:%H%M}" if contest.league.timed else "")
    first, second = contest.ordered
    number = f"G{contest.game}" if contest.game is not None and contest.game_told else ""
    return f"{day}{first.kalshi_code}{second.kalshi_code}{number}"


def kalshi_event(contest: SimContest, kind: str) -> str:
    """Give Kalshi's ticker of a contest's event; `kind` is GAME, SPREAD, TOTAL or another suffix of its series."""
    return f"{contest.league.kalshi_stem}{kind}-{kalshi_code(contest)}"


def kalshi_winner(contest: SimContest, side: str) -> str:
    """Give Kalshi's ticker of the market that a side wins: `home`, `away`, or in soccer `draw`."""
    segment = "TIE" if side == "draw" else team_of(contest, side).kalshi_code
    return f"{kalshi_event(contest, 'GAME')}-{segment}"


def kalshi_spread(contest: SimContest, side: str, line: float) -> str:
    """Give Kalshi's ticker of the market that a side wins by more than a line."""
    return f"{kalshi_event(contest, 'SPREAD')}-{team_of(contest, side).kalshi_code}{line + 0.5:.0f}"


def kalshi_total(contest: SimContest, line: float) -> str:
    """Give Kalshi's ticker of the market that both teams score more than a line."""
    return f"{kalshi_event(contest, 'TOTAL')}-{line + 0.5:.0f}"


def team_of(contest: SimContest, side: str) -> SimTeam:
    """Give the team that is `home` or `away` in the world."""
    return contest.home if side == "home" else contest.away


def polymarket_slug(contest: SimContest) -> str:
    """Give the slug of Polymarket's event: prefix, codes in the venue's order, day; `-dh2` for a second game."""
    at = utc(contest.scheduled_ns) if contest.league.slug_date_utc else eastern(contest.scheduled_ns)
    first, second = contest.ordered
    codes = f"{first.polymarket_code}-{second.polymarket_code}"
    second_game = "-dh2" if contest.game == 2 else ""
    return f"{contest.league.polymarket_prefix}-{codes}-{at:%Y-%m-%d}{second_game}"


def espn_id(contest: SimContest) -> str:
    """Give ESPN's id of a contest."""
    return str(_ESPN_BASE + 7 * contest.number + 3)


def espn_team_id(team: SimTeam, espn_path: str) -> str:
    """Give ESPN's id of a team, which is its own within a league only."""
    raw = blake2b(f"{espn_path}/{team.key}".encode(), digest_size=4).digest()
    return str(int.from_bytes(raw) % 9_000 + 1)


def odds_id(contest: SimContest) -> str:
    """Give The Odds API's id of a contest: 32 hex digits."""
    return blake2b(f"odds/{contest.number}/{kalshi_code(contest)}".encode(), digest_size=16).hexdigest()


def target_id(league: str, key: str) -> str:
    """Give the uuid by which Kalshi's structured targets and strikes know a team."""
    return str(UUID(bytes=blake2b(f"target/{league}/{key}".encode(), digest_size=16).digest(), version=4))
