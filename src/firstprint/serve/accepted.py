"""What each parameter accepts, in the words of both the documentation and the errors."""

from firstprint.app.secmaster.reading import PAGE_ROWS_MAX
from firstprint.domain.contests import ContestState
from firstprint.domain.propositions import BetKind

TEXT_LENGTH_MAX = 200
_A_TEXT = f"at most {TEXT_LENGTH_MAX} characters"
_A_FLAG = "true or false"
_A_TIME = "RFC 3339 with a zone, such as 2026-08-07T06:46:28Z, or Unix seconds"

ACCEPTED = {
    "ticker": f"a ticker of {_A_TEXT}",
    "category": f"a category, such as Sports: {_A_TEXT}",
    "tag": f"a tag, such as Soccer: {_A_TEXT}",
    "is_game": _A_FLAG,
    "games_only": _A_FLAG,
    "text": f"a text that the ticker or the title has: {_A_TEXT}",
    "active": "true, false or any",
    "series": f"a series ticker of {_A_TEXT}",
    "event": f"an event ticker of {_A_TEXT}",
    "status": f"the venue's word, such as active: {_A_TEXT}",
    "closes_after": _A_TIME,
    "closes_before": _A_TIME,
    "gone": _A_FLAG,
    "session": f"a session's id of {_A_TEXT}",
    "market": f"a market ticker of {_A_TEXT}",
    "reason": f"a gap's reason, such as SEQ_GAP: {_A_TEXT}",
    "open_only": _A_FLAG,
    "kind": f"series, markets or clean: {_A_TEXT}",
    "league": f"a league's code, such as NBA: {_A_TEXT}",
    "sport": f"a sport, such as basketball: {_A_TEXT}",
    "game_state": ", ".join(state.value for state in ContestState),
    "linked": _A_FLAG,
    "starts_after": _A_TIME,
    "starts_before": _A_TIME,
    "game": f"a game's id of {_A_TEXT}",
    "contest": f"a game's id of {_A_TEXT}",
    "venue": f"a venue, such as kalshi: {_A_TEXT}",
    "refused": _A_FLAG,
    "bet": f"a kind of bet: {', '.join(kind.value for kind in BetKind)}",
    "limit": f"a whole number from 1 to {PAGE_ROWS_MAX}",
    "cursor": "the `next` of the page before, unchanged",
}
