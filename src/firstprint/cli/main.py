"""The command `firstprint`."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import cyclopts

import firstprint
from firstprint.cli.output import complain
from firstprint.domain.errors import FirstprintError

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

app = cyclopts.App(
    name="firstprint",
    help="Record prediction markets completely, prove it, and read what was recorded.",
    version=firstprint.__version__,
)
COMMANDS = {
    "record:run": "Record every market from its creation to its settlement, until Ctrl-C.",
    "replay:replay": "Replay recorded frames and say what their books are.",
    "prove:verify": "Prove a session: no silent gap, no wrong book, nothing lost, nothing twice.",
    "prove:coverage": "Say, and draw, for how much of each market's stay its book was certain.",
    "prove:book": "Show a market's book as it was at a time.",
    "show:sessions": "List the sessions: one for each run of the recorder.",
    "show:gaps": "List the holes: when, where, why, and how each was repaired.",
    "series:series": "The series of the securities master: sync them, list them, count their markets.",
    "secmaster:secmaster": "The securities master: every event and market, kept current.",
    "markets:markets": "The markets of the securities master.",
    "serve:serve": "Answer questions about the master and the record over HTTP.",
    "discover:discover": "Find games, their listings on every venue and odds, and link what is the same bet.",
    "discover:games": "List the games that are known, with their listings, links and odds.",
    "discover:links": "List the links: which markets are the same bet, and why.",
    "discover:review": "List what was refused and needs a person, each once with a count.",
    "link:link": "Match recorded payloads, explain a pair, score linkage, decide.",
    "project:project": "Bring the projections (SQLite and Parquet) up to date with the journal.",
    "project:rebuild": "Remove all projections and make them again from the journal.",
    "simulate:sim": "Run simulated venues on loopback.",
}
for command, summary in COMMANDS.items():
    app.command(f"firstprint.cli.{command}", help=summary)  # imported when called: each pays for its own libraries


def _reasons(error: BaseException) -> list[str] | None:
    """Give the lines that say what is wrong, each once; None when anything in it is a fault of our own."""
    if isinstance(error, FirstprintError):
        return [str(error)]
    if not isinstance(error, BaseExceptionGroup):
        return None
    lines: dict[str, None] = {}
    for one in error.exceptions:
        inner = _reasons(one)
        if inner is None:
            return None
        lines.update(dict.fromkeys(inner))
    return list(lines)


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, or the given words; exit 1 with one clear line when something is wrong."""
    try:
        outcome = app(sys.argv[1:] if words is None else words)
    except (FirstprintError, BaseExceptionGroup) as error:
        reasons = _reasons(error)
        if reasons is None:
            raise
        for reason in reasons:
            complain(reason)
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(EXIT_FAILED)
    sys.exit(outcome if isinstance(outcome, int) else 0)
