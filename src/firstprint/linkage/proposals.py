"""What an unlinked listing might be: names that look alike, for whoever reviews it. Proposes, never decides."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_SCORE_MIN = 55.0


class Proposals:
    """Titles by league and venue, searched by likeness. Built once over what is listed, asked as often as needed."""

    def __init__(self, titles: Iterable[tuple[str, str]]) -> None:
        """Take pairs of name (shown) and title (compared)."""
        self._names: list[str] = []
        self._titles: list[str] = []
        for name, title in titles:
            self._names.append(name)
            self._titles.append(_sorted(title))
        self._asked: dict[str, tuple[str, ...]] = {}

    def near(self, title: str, count: int = 3) -> tuple[str, ...]:
        """Give the names whose titles look most alike, best first; none when nothing does."""
        key = _sorted(title)
        if key not in self._asked:
            found = process.extract(key, self._titles, scorer=fuzz.ratio, score_cutoff=_SCORE_MIN, limit=count)
            self._asked[key] = tuple(self._names[place] for _, _, place in found)
        return self._asked[key]


def _sorted(title: str) -> str:
    """Sort a title's words: so many titles are compared that it is not left to each comparison."""
    return " ".join(sorted(title.casefold().split()))
