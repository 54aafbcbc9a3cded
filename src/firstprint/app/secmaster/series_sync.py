"""The series sync: which series there are, which are games, and which are wanted. Requirements C1, C2, C4."""

from typing import Any

from firstprint.app.secmaster.choosing import check_names
from firstprint.app.secmaster.folding import RunFold, disagreements
from firstprint.app.secmaster.games import SPORTS
from firstprint.app.secmaster.planning import Step
from firstprint.app.secmaster.ports import RunProgress
from firstprint.app.secmaster.report import SyncReport
from firstprint.app.secmaster.requests import SeriesRequest
from firstprint.app.secmaster.running import SyncRun
from firstprint.app.secmaster.sync import Sync, plain

TAGS_PATH, SPORTS_PATH, SERIES_PATH = "/search/tags_by_categories", "/search/filters_by_sport", "/series"
ALL_SPORTS = "All sports"
"""Among the venue's sports, and no series has it for a tag."""
WHOLE = {"include_product_metadata": "true"}


class SeriesSync(Sync):
    """Reads the categories, tags and sports, then the series of each category, or of the tags that are asked for."""

    kind = "series"

    async def run(self, request: SeriesRequest) -> SyncReport:
        """Sync series. Raises ConfigurationError for a tag or category that nobody knows."""
        scope = plain(request)
        opened = self._opened("all" if request == SeriesRequest() else "some", scope, {}, None)
        fold = RunFold(self._master, self._reader, opened.run, RunProgress(), games_only=request.games_only)

        async def work(run: SyncRun) -> dict[str, Any]:
            steps = await self._steps(run, request)
            await run.walk(steps)
            disabled = 0
            if run.last_source is not None and not run.problems:
                source = run.last_source
                disabled = await run.persist(lambda: fold.finish_series(source))
            return _details(fold, disabled)

        return await self._conduct(opened, fold, work)

    async def _steps(self, run: SyncRun, request: SeriesRequest) -> list[Step]:
        """Ask for the names first, check those given, and plan one request for each category or tag.

        A category that the venue names no more is asked for too: its series may have vanished.
        """
        told = await run.ask(TAGS_PATH, {})
        tags_of = self._reader.tags_by_category(told[0].body)
        sports = self._reader.sports((await run.ask(SPORTS_PATH, {}))[0].body)
        known = self._master.known_series(self._reader.name)
        categories = set(tags_of) | {one.category for one in known if one.category}
        tags = {tag for some in tags_of.values() for tag in some} | {t for one in known for t in one.tags}
        tags |= sports.keys() - {ALL_SPORTS}
        asked_tags = check_names("tag", request.tags, tags)
        asked = check_names("category", request.categories, categories)
        if asked_tags:
            return [
                _step({"tags": tag, **({"category": one} if one else {})}, f"series tagged {tag}")
                for tag in asked_tags
                for one in (asked or ("",))
            ]
        if request.games_only and not asked:
            asked = (SPORTS,)
        return [_step({"category": one}, f"series of {one}") for one in asked or tuple(sorted(categories))]


def _step(filters: dict[str, str], why: str) -> Step:
    return Step(path=SERIES_PATH, filters={**WHOLE, **filters}, pages=1, why=why)


def _details(fold: RunFold, disabled: int) -> dict[str, Any]:
    findings = fold.findings.values()
    return {
        "games": sum(one.is_game for one in findings),
        "vanished": disabled,
        "disagreements": [
            {
                "ticker": one.ticker,
                "title": one.title,
                "scope": one.scope,
                "by_name": one.by_name,
                "by_scope": one.by_scope,
                "is_game": one.is_game,
            }
            for one in disagreements(findings)
        ],
    }
