"""Which series a user means: names checked against what there is, and the nearest ones told for those there are not."""

from collections.abc import Collection, Iterable, Sequence

from rapidfuzz import process, utils

from firstprint.app.secmaster.ports import KnownSeries
from firstprint.domain.errors import ConfigurationError

NEAREST_MAX = 5
NEAREST_SCORE_MIN = 50


def check_names(kind: str, given: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Give names as they are spelt at the venue. Raises ConfigurationError naming the nearest for one that is not."""
    by_fold = {name.casefold(): name for name in sorted(known)}
    return tuple(dict.fromkeys(_check(kind, name, by_fold) for name in given))


def _check(kind: str, name: str, by_fold: dict[str, str]) -> str:
    found = by_fold.get(name.strip().casefold())
    if found is not None:
        return found
    near = nearest(name, list(by_fold.values()))
    hint = f"the nearest are: {', '.join(near)}" if near else f"known are: {', '.join(list(by_fold.values())[:20])}"
    raise ConfigurationError(f"there is no {kind} {name[:80]!r}; {hint}")


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """Give the known names most like one, the most likely first; they are only proposed, never taken."""
    found = process.extract(
        name, known, processor=utils.default_process, limit=NEAREST_MAX, score_cutoff=NEAREST_SCORE_MIN
    )
    return [one for one, _, _ in found]


def chosen_series(
    known: Iterable[KnownSeries], *, tags: Sequence[str] = (), categories: Sequence[str] = (), games_only: bool = False
) -> list[KnownSeries]:
    """Give the active series with one of the tags and of one of the categories (none given: all), by ticker."""
    found = (
        one
        for one in known
        if one.active
        and (not games_only or one.is_game)
        and (not tags or not set(tags).isdisjoint(one.tags))
        and (not categories or one.category in categories)
    )
    return sorted(found, key=lambda one: one.ticker)
