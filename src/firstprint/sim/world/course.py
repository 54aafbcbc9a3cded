"""How a contest goes from its start to its end: its clock and its scores at any moment. Nothing is drawn here."""

from firstprint.sim.world.contests import Phase, SimContest


def progress(contest: SimContest, now_ns: int) -> float:
    """Give how much of a contest is over: 0 before it begins (or when it never does), 1 when it has ended."""
    phase = contest.phase(now_ns)
    if phase is Phase.OVER:
        return 1.0
    return (now_ns - contest.start_ns) / contest.length_ns if phase is Phase.LIVE else 0.0


def known_start(contest: SimContest, now_ns: int) -> int:
    """Give when everybody thinks a contest starts: as first scheduled, until it is known to be moved."""
    if contest.postponed_ns is not None and now_ns < contest.postponed_ns:
        return contest.scheduled_ns
    return contest.start_ns


def scores_at(contest: SimContest, now_ns: int) -> tuple[int, int]:
    """Give the scores at a moment, away and home; they only rise, and end at the final ones."""
    done = progress(contest, now_ns)
    away, home = contest.scores
    return int(away * done), int(home * done)


def winner(contest: SimContest) -> str:
    """Say who wins in the end: `home`, `away` or `draw`."""
    away, home = contest.scores
    return "draw" if home == away else ("home" if home > away else "away")


def margin(contest: SimContest, side: str) -> int:
    """Give by how many a side (`home` or `away`) is ahead in the end."""
    away, home = contest.scores
    return home - away if side == "home" else away - home
