"""Help is documentation: every command of the contract is listed and says what its options do."""

import pytest

from firstprint.cli.main import COMMANDS, main

OPTIONS = {
    "run": ("--simulated", "--seed", "--markets", "--faults", "--for", "--data"),
    "replay": ("--checkpoint-every", "--json"),
    "verify": ("--truth", "--json"),
    "sessions": ("--data", "--json"),
    "coverage": ("--plot", "--json"),
    "book": ("--at", "--json"),
    "gaps": ("--json",),
    "rebuild": ("--yes",),
    "series sync": ("--tag", "--category", "--games-only", "--explain", "--data", "--kalshi-url", "--json"),
    "series list": ("--category", "--tag", "--games-only", "--data", "--kalshi-url", "--json"),
    "series stats": ("--category", "--data", "--kalshi-url", "--json"),
    "secmaster sync": (
        "--by-series",
        "--active-only",
        "--full",
        "--tag",
        "--games-only",
        "--close-within-hours",
        "--plan",
        "--dry-run",
        "--every",
        "--data",
        "--kalshi-url",
        "--json",
    ),
    "secmaster clean": ("--stale", "--resync", "--yes", "--data", "--kalshi-url", "--json"),
    "markets list": ("--series", "--status", "--text", "--closes-before", "--data", "--kalshi-url", "--json"),
    "markets show": ("--data", "--kalshi-url", "--json"),
    "serve": ("--host", "--port", "--data", "--kalshi-url"),
    "sim kalshi": (
        "--port",
        "--markets",
        "--series",
        "--combo-ratio",
        "--tier",
        "--seed",
        "--rate",
        "--faults",
        "--truth",
    ),
}


def _help(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_every_command_is_listed_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    """F5: `firstprint --help` names every command."""
    said = _help(capsys)
    for command in COMMANDS:
        assert command.partition(":")[2] in said


@pytest.mark.parametrize("command", OPTIONS)
def test_every_option_of_the_contract_is_explained(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """F5: the help of a command has each option of its contract, and none that is for our own processes only."""
    said = _help(capsys, *command.split())
    for option in OPTIONS[command]:
        assert option in said
    assert "--end-with-stdin" not in said


@pytest.mark.parametrize(
    "words", [["no-such-command"], ["run", "--no-such-option"], ["book"], ["run", "--for", "soon"]]
)
def test_words_that_make_no_sense_fail(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """F5: what cannot be understood is said, and the exit code is not 0."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code != 0
    said = capsys.readouterr()
    assert (said.out + said.err).strip()
