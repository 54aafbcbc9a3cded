"""The Odds API over HTTP: raw bodies in, nothing interpreted but errors and the budget that every answer states.

The key travels in the query, as the API wants it, and stands nowhere else: not in the request that is journaled, not in
an error, not in a log. What a question costs is known before it is asked, and none is asked that the budget forbids.
Sources: https://the-odds-api.com/liveapi/guides/v4 and .../v4/api-error-codes.html
"""

from collections.abc import Mapping
from random import Random
from typing import NoReturn
from urllib.parse import quote

import msgspec

from firstprint.domain.clock import NS_PER_S, Clock
from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.domain.happenings import RestRequest
from firstprint.domain.odds import Quota
from firstprint.net.answers import excerpt, is_refusal, retry_after_s
from firstprint.net.http import HttpAnswer, HttpClient
from firstprint.net.limiter import Limiter
from firstprint.net.retry import RetrySchedule
from firstprint.venues.oddsapi.budget import OddsBudget
from firstprint.venues.oddsapi.messages import WireError
from firstprint.venues.oddsapi.questions import OddsQuestion, Query, scores_cost, scores_query

RATE_PER_S = 10.0
"""A third of what the API allows: its servers may count our requests closer together than we sent them."""
BURST = 10.0
HIDDEN = "(key)"

_KEY_ADVICE = "set ODDS_API_KEY to the key that came by mail from https://the-odds-api.com"
_ADVICE = {
    "MISSING_KEY": _KEY_ADVICE,
    "INVALID_KEY": _KEY_ADVICE,
    "DEACTIVATED_KEY": "the key's subscription has ended: subscribe again, or set ODDS_API_KEY to another key",
}
_EXHAUSTED = "OUT_OF_USAGE_CREDITS"
_TOO_FAST = "EXCEEDED_FREQ_LIMIT"


class Answer(msgspec.Struct):
    """One body as it came, with the request it answered, without the key. Implements `app.ports.RestAnswer`."""

    request: RestRequest
    body: bytes


def odds_limiter(random: Random, *, rate_per_s: float = RATE_PER_S, burst: float = BURST) -> Limiter:
    """Make the limiter that all requests to The Odds API share. It counts requests; credits are the budget's."""
    return Limiter(rate_per_s=rate_per_s, capacity=burst, random=random)


class OddsApi:
    """Asks The Odds API with one key.

    Every call raises VenueRefused for a final no, and from then on for every call when it is the key that is refused;
    VenueUnavailable when no answer could be had, and when the budget forbids the question: `retry_after_s` says how
    long.
    """

    def __init__(
        self,
        client: HttpClient,
        key: str,
        *,
        budget: OddsBudget,
        clock: Clock,
        random: Random,
        retry: RetrySchedule | None = None,
    ) -> None:
        self.budget = budget
        self._client = client
        self._key = key
        self._clock = clock
        self._random = random
        self._retry = retry or RetrySchedule()
        self._refused: VenueRefused | None = None

    @property
    def quota(self) -> Quota:
        """The credits, as the last answer told them."""
        return self.budget.quota(self._wall_ns())

    async def sports(self, *, every: bool = False) -> Answer:
        """Read the sports in season, or `every` sport. It costs nothing, and tells the credits: ask it first."""
        return await self._ask("/sports", [("all", "true")] if every else [], "", 0)

    async def events(self, sport_key: str) -> Answer:
        """Read a sport's coming and live events without odds. It costs nothing."""
        return await self._ask(f"/sports/{_part(sport_key)}/events", [("dateFormat", "iso")], sport_key, 0)

    async def odds(self, question: OddsQuestion) -> Answer:
        """Read the odds of a sport's coming and live events, for `question.cost` credits."""
        sport = question.sport_key
        return await self._ask(f"/sports/{_part(sport)}/odds", question.query, sport, question.cost)

    async def event_odds(self, event_id: str, question: OddsQuestion) -> Answer:
        """Read the odds of one event, with markets that only it has (`alternate_spreads`, `btts`)."""
        sport = question.sport_key
        path = f"/sports/{_part(sport)}/events/{_part(event_id)}/odds"
        return await self._ask(path, question.query, sport, question.cost)

    async def scores(self, sport_key: str, days_from: int | None = None) -> Answer:
        """Read a sport's scores, for one credit, or two with events that ended up to `days_from` days ago."""
        path = f"/sports/{_part(sport_key)}/scores"
        return await self._ask(path, scores_query(days_from), sport_key, scores_cost(days_from))

    # -- one question --------------------------------------------------------------------------------------------

    async def _ask(self, path: str, query: Query, sport: str, cost: int) -> Answer:
        if (no := self._refused) is not None:
            raise VenueRefused(f"GET {path}", no.status, no.code, no.detail)
        wall_ns = self._wall_ns()
        if not self.budget.may(cost, wall_ns):
            self._raise_unaffordable(path, cost, wall_ns)
        if cost:
            self.budget.begin(sport, cost, wall_ns)
        spent: int | None = 0
        try:
            answer, spent = await self._retry.run(lambda: self._attempt(path, query), self._random)
        finally:
            if cost:
                self.budget.end(cost, spent)
        return answer

    def _raise_unaffordable(self, path: str, cost: int, wall_ns: int) -> NoReturn:
        remaining = self.budget.quota(wall_ns).remaining
        if remaining is None:
            detail, wait_s = "the credits are not known yet: ask for the sports first, which is free", None
        else:
            detail = f"{cost} credits are too many: {remaining} remain, of which {self.budget.plan.reserve} are kept"
            wait_s = (self.budget.resets_ns(wall_ns) - wall_ns) / NS_PER_S
        raise VenueUnavailable(f"GET {path}", None, detail, wait_s)

    async def _attempt(self, path: str, query: Query) -> tuple[Answer, int | None]:
        """Send a question; give the answer, and the credits that it says it took."""
        try:
            came = await self._client.get(path, [("apiKey", self._key), *query], cost=1.0)
        except VenueUnavailable as error:
            # What failed below may have put the whole address into its message.
            raise VenueUnavailable(f"GET {path}", error.status, self._hidden(str(error)), error.retry_after_s) from None
        quota = read_quota(came.headers)
        self.budget.learn(quota, came.wall_ns)
        if came.status != 200:
            raise self._error(path, came)
        if came.body.lstrip()[:1] not in (b"[", b"{"):
            raise VenueUnavailable(f"GET {path}", 200, self._hidden(f"no odds came but {excerpt(came.body)}"))
        return Answer(RestRequest(path=path, query=query, status=came.status), came.body), quota.last_cost

    def _error(self, path: str, came: HttpAnswer) -> VenueRefused | VenueUnavailable:
        told = read_error(came.body)
        code, detail = told or ("unreadable", excerpt(came.body))
        if code == _EXHAUSTED:
            return self._exhausted(path, came, detail)
        wait_s = retry_after_s(came.headers)
        if came.status == 429 or code == _TOO_FAST:
            self._client.limiter.too_many(1.0, wait_s)
            return VenueUnavailable(f"GET {path}", came.status, self._hidden(detail), wait_s)
        if 300 <= came.status < 400:
            detail = "a redirect, which is never followed"
        if not is_refusal(came.status, readable=told is not None):
            return VenueUnavailable(f"GET {path}", came.status, self._hidden(detail), wait_s)
        return self._refusal(path, came.status, code, detail)

    def _refusal(self, path: str, status: int, code: str, detail: str) -> VenueRefused:
        advice = _ADVICE.get(code)
        words = self._hidden(detail if advice is None else f"{detail} ({advice})")
        refused = VenueRefused(f"GET {path}", status, code, words)
        if advice is not None:
            self._refused = refused
        return refused

    def _exhausted(self, path: str, came: HttpAnswer, detail: str) -> VenueUnavailable:
        self.budget.exhaust(came.wall_ns)
        wait_s = (self.budget.resets_ns(came.wall_ns) - came.wall_ns) / NS_PER_S
        return VenueUnavailable(f"GET {path}", came.status, self._hidden(f"no credits are left: {detail}"), wait_s)

    def _hidden(self, text: str) -> str:
        return text.replace(self._key, HIDDEN)

    def _wall_ns(self) -> int:
        return self._clock.now().wall_ns


def read_quota(headers: Mapping[str, str]) -> Quota:
    """Read the credits that every answer states (`x-requests-remaining: 497`); None for what is missing or odd."""
    return Quota(
        remaining=_count(headers.get("x-requests-remaining")),
        used=_count(headers.get("x-requests-used")),
        last_cost=_count(headers.get("x-requests-last")),
    )


def read_error(body: bytes) -> tuple[str, str] | None:
    """Read code and text from an error body; None when it is none of the API's."""
    try:
        told = msgspec.json.decode(body, type=WireError)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return told.error_code[:80], excerpt((told.message or "").encode())


def _count(text: str | None) -> int | None:
    whole = (text or "").strip().partition(".")[0]
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) <= 12 else None


def _part(name: str) -> str:
    """Make a name one part of a path, whatever stands in it. Raises ConfigurationError for one that cannot be."""
    if not name or name in (".", ".."):
        raise ConfigurationError(f"not a name at The Odds API: {name!r}")
    return quote(name, safe="")
