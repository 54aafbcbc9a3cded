"""Prove the simulated Kalshi with clients nobody here wrote: `make compat`.

Each client gets an environment of its own under build/compat, a throw-away key, and a simulated venue whose books
stand still at the end. What the client saw must then be what the truth log says. A client whose Python is not on this
machine is named as missing. Exit code 1 when one saw something else, 0 otherwise.
"""
# ruff: noqa: INP001 a script beside others, not a package

import asyncio
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from firstprint.domain.clock import Instant
from firstprint.sim.kalshi.server import SimulatedKalshi
from firstprint.sim.kalshi.settings import SimSettings
from firstprint.sim.kalshi.truth import TruthReader

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "compat"
LISTEN_S = 8.0
STILL_FROM_S = 7.0
INSTALL_S_MAX = 300.0


class Client(NamedTuple):
    """A client from PyPI: what to install, the script that drives it, and what the venue must do for it.

    `allowances` are settings of the simulated venue that the client needs because it knows less than the venue's
    present wire.
    """

    name: str
    requirement: str
    script: str
    allowances: dict[str, Any] = {}  # noqa: RUF012 never changed
    python: tuple[int, int] = (3, 12)


CLIENTS = (
    # It demands liquidity_dollars, gone since 2026-10-01, and both sides of every snapshot.
    Client(
        "kalshi-sdk",
        "kalshi-sdk==22.4.0",
        "with_kalshi_sdk.py",
        {"liquidity_field": True, "empty_side": "list"},
    ),
    Client("pykalshi", "pykalshi==2.0.0", "with_pykalshi.py"),
)


class SystemClock:
    """The machine's clocks, at the outer edge of a script."""

    def now(self) -> Instant:
        """Read both clocks."""
        return Instant(time.monotonic_ns(), time.time_ns())  # noqa: TID251 this is the edge


class Failed(Exception):  # noqa: N818 says it all
    """A command did not succeed."""


async def run(*command: str, seconds_max: float) -> str:
    """Run a command; give what it wrote. Raises Failed with its last words."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(seconds_max):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Failed(f"{command[0]} took longer than {seconds_max:.0f} s") from None
    if process.returncode != 0:
        raise Failed(err.decode(errors="replace")[-2_000:])
    return out.decode()


def candidates() -> list[str]:
    """Name the places where a Python may be: on the path, and where pyenv keeps its versions."""
    named = (shutil.which(f"python3.{minor}") for minor in range(20, 11, -1))
    kept = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python3"), reverse=True)
    return [sys.executable, *(path for path in named if path is not None), *map(str, kept)]


async def find_python(least: tuple[int, int]) -> str | None:
    """Find an interpreter on this machine that starts and is new enough; None when there is none."""
    question = f"import sys, venv; sys.exit(sys.version_info[:2] < {least})"
    for path in candidates():
        try:
            await run(path, "-c", question, seconds_max=30)
        except (Failed, OSError):
            continue
        return path
    return None


async def environment(client: Client) -> Path | None:
    """Make the client's environment; None when no Python on this machine suits it."""
    python = BUILD / client.name / "bin" / "python"
    if not python.exists():
        base = await find_python(client.python)
        if base is None:
            return None
        await run(base, "-m", "venv", str(BUILD / client.name), seconds_max=INSTALL_S_MAX)
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", client.requirement)
    await run(str(python), *install, seconds_max=INSTALL_S_MAX)
    return python


async def listen(client: Client, python: Path) -> tuple[dict[str, Any], TruthReader]:
    """Let a client watch a venue of its own; give what it saw, and the truth."""
    folder = BUILD / f"{client.name}-run"
    folder.mkdir(parents=True, exist_ok=True)
    still = folder / "still.json"
    still.write_text(json.dumps({"faults": [{"kind": "pause", "at_s": STILL_FROM_S, "for_s": 600}]}))
    settings = SimSettings(markets=60, rate_per_s=400, created_per_s=4, tier="prestige", **client.allowances)
    truth = folder / "truth.jsonl"
    async with SimulatedKalshi(
        settings, SystemClock(), folder, faults=str(still), truth=truth, key_kind="rsa"
    ) as venue:
        task = {
            "rest_url": venue.rest_url,
            "ws_url": venue.ws_url,
            "key_id": venue.key_id,
            "key_path": str(venue.key_path),
            "seconds": LISTEN_S,
        }
        said = await run(str(python), str(HERE / client.script), json.dumps(task), seconds_max=60)
    return json.loads(said), TruthReader.open(truth)


def differences(seen: dict[str, Any], truth: TruthReader) -> list[str]:
    """Compare what a client saw with the truth; give a sentence for each thing that differs."""
    wrong = [f"{name} saw nothing" for name in ("markets", "events", "books", "trades", "tickers", "lifecycle")
             if not seen[name]]  # fmt: skip
    wrong += [f"market {ticker} does not exist" for ticker in seen["markets"] if ticker not in truth.final]
    for source in ("books", "rest_books"):
        for ticker, book in seen[source].items():
            final = truth.final[ticker]
            if book != {"yes": dict(final.yes or ()), "no": dict(final.no or ())}:
                wrong.append(f"{source}: {ticker} differs from the truth")
    missing = set(seen["markets"]) - set(seen["books"])
    wrong += [f"no book of {ticker}" for ticker in sorted(missing)]
    frames = [line for lines in truth.frames.values() for line in lines]
    ready = max((i for i, line in enumerate(frames) if line.type == "subscribed"), default=0)
    for name, kind in (("trades", "trade"), ("tickers", "ticker"), ("lifecycle", "market_lifecycle_v2")):
        sent = [(i, [line.t, line.what] if name == "lifecycle" else line.t) for i, line in enumerate(frames)
                if line.type == kind]  # fmt: skip
        early = sum(i < ready for i, _ in sent)
        if not _is_heard([what for _, what in sent], seen[name], early, to_the_end=name != "lifecycle"):
            wrong.append(f"{name}: the {len(seen[name])} seen are not the {len(sent)} sent")
    numbers = seen.get("book_numbers", [])
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append("book frames are not numbered 1, 2, 3, ...")
    return wrong


def _is_heard(sent: list[Any], heard: list[Any], early: int, *, to_the_end: bool) -> bool:
    """Say whether `heard` is one unbroken stretch of `sent`.

    Of the first `early`, sent while the client still subscribed, it may have missed any number at the start; lifecycle
    messages go on when the client has left, so that only the others must be heard to the end.
    """
    starts = range(len(sent) - len(heard), len(sent) - len(heard) + 1) if to_the_end else range(early + 1)
    return any(0 <= start <= early and sent[start : start + len(heard)] == heard for start in starts)


async def check(client: Client) -> bool:
    """Try one client; say what came of it, and whether all is well."""
    python = await environment(client)
    if python is None:
        sys.stdout.write(
            f"{client.requirement}: missing: no Python {client.python[0]}.{client.python[1]} or newer on this machine\n"
        )
        return True
    seen, truth = await listen(client, python)
    wrong = differences(seen, truth)
    counts = ", ".join(
        f"{len(seen[name])} {name}" for name in ("markets", "events", "books", "trades", "tickers", "lifecycle")
    )
    sys.stdout.write(f"{client.requirement}: {'differs' if wrong else 'agrees'}: {counts}\n")
    for sentence in wrong[:20]:
        sys.stdout.write(f"  {sentence}\n")
    return not wrong


async def main() -> int:
    """Try every client, one after the other."""
    good = True
    for client in CLIENTS:
        try:
            good = await check(client) and good
        except Failed as failure:
            sys.stdout.write(f"{client.requirement}: failed\n{failure}\n")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
