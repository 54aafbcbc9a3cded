"""What users get wrong: each mistake is one line that says what, where and what to do, and exit code 1."""

import gzip
import json
from pathlib import Path

import pytest

from firstprint.cli.main import main
from firstprint.config import read_config
from firstprint.domain.errors import ConfigurationError

FRAME = {"raw": '{"type":"subscribed","id":1,"msg":{"channel":"ticker","sid":1}}', "recv_ts_ns": 1}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (
        "KALSHI_KEY_ID", "KALSHI_PRIVATE_KEY_PATH", "KALSHI_REST_URL", "KALSHI_WS_URL", "DATABASE_URL",
        "FIRSTPRINT_DATA",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command that must fail with exit code 1; give what it complains."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("firstprint: ")
    return line


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "--simulated", "--for", "0"], "--for is 0"),
        (["run", "--simulated", "--for", "nan"], "--for is nan"),
        (["run", "--simulated", "--for", "inf"], "--for is inf"),
        (["sim", "kalshi", "--markets", "0"], "--markets is 0: it must be from 1 to 100,000"),
        (["sim", "kalshi", "--faults", "nowhere.json"], "--faults is 'nowhere.json': it must be none, standard"),
        (["sim", "kalshi", "--rate", "-1"], "--rate is -1"),
        (["sim", "kalshi", "--compression", "0"], "--compression is 0"),
        (["sim", "kalshi", "--series", "20001"], "--series is 20001: it must be from 0 to 20,000"),
        (["sim", "kalshi", "--combo-ratio", "-1"], "--combo-ratio is -1: it must be from 0 to 100"),
        (["sim", "kalshi", "--tier", "silver"], "--tier is 'silver': it must be one of basic, advanced"),
        (["replay"], "give at least one file"),
        (["secmaster", "sync", "--every", "0"], "--every is 0"),
        (["secmaster", "sync", "--active-only", "--close-within-hours", "0"], "--close-within-hours is 0"),
        (["secmaster", "sync", "--kalshi-url", "ftp://x"], "must be reached by https://"),
        (["secmaster", "sync", "--kalshi-url", "http://example.com"], "must be reached by https://"),
        (["secmaster", "clean", "--stale", "--resync"], "give one of --stale and --resync"),
        (["series", "list", "--data", "nowhere"], "no database here yet"),
        (["markets", "list", "--data", "nowhere"], "no database here yet"),
        (["series", "list", "--limit", "0"], "--limit is 0"),
        (["markets", "list", "--limit", "-1"], "--limit is -1"),
        (["serve", "--data", "nowhere"], "no database here yet"),
        (["serve", "--port", "70000"], "70000"),
        (["replay", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
        (["replay", "--checkpoint-every", "0", "nowhere.jsonl"], "--checkpoint-every is 0"),
        (["verify", "--data", "nowhere"], "nowhere is not a data folder of firstprint"),
        (["sessions", "--data", "nowhere"], "nowhere is not a data folder of firstprint"),
        (["gaps", "--data", "nowhere"], "nowhere is not a data folder of firstprint"),
        (["coverage", "--data", "nowhere"], "nowhere is not a data folder of firstprint"),
        (["rebuild", "--data", "nowhere"], "nowhere is not a data folder of firstprint"),
        (["book", "KXA-1", "--at", "2026-08-07T06:46:28Z", "--data", "nowhere"], "nowhere is not a data folder"),
        (["book", "KXA-1", "--at", "yesterday", "--data", "nowhere"], "yesterday"),
    ],
)
def test_a_mistake_is_one_line(capsys: pytest.CaptureFixture[str], words: list[str], expected: str) -> None:
    """F5, F84: each mistake is named in one line with the value that was given, and the exit code is 1."""
    assert expected in complaint(capsys, *words)


def test_a_fault_script_that_cannot_be_read_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """F84: a script with an unknown fault is refused with what is known."""
    script = tmp_path / "faults.json"
    script.write_text('{"faults": [{"kind": "earthquake"}]}')
    line = complaint(capsys, "sim", "kalshi", "--faults", str(script))
    assert "earthquake" in line
    assert str(script) in line


def test_a_truth_log_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """F84: a truth file that cannot be written is one line, not a traceback."""
    line = complaint(capsys, "sim", "kalshi", "--truth", "nowhere/truth.jsonl")
    assert "the simulated venue cannot start" in line


def test_a_foreign_file_is_no_recording(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Bad input: a file without one recorded frame is refused with an example of what is expected."""
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("a,b\n1,2\n")
    assert "no line of it is a recorded frame" in complaint(capsys, "replay", str(foreign))
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(json.dumps(FRAME).encode())[:20])
    assert "cannot be read" in complaint(capsys, "replay", str(broken))
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n\n")
    assert "no line of it" in complaint(capsys, "replay", str(empty))


def test_a_folder_of_another_version_and_one_of_something_else_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Bad input: a newer data folder is not touched, and neither is a folder of something else."""
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "firstprint.json").write_text('{"format": 99}')
    for words in (["verify"], ["run", "--for", "1"]):
        line = complaint(capsys, *words, "--data", str(newer))
        assert "format 99, and this program knows format 1" in line
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("words")
    assert "holds files of something else" in complaint(capsys, "run", "--for", "1", "--data", str(foreign))
    assert [one.name for one in foreign.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KALSHI_ENV", "staging"),
        ("DISCOVERY_INTERVAL_MINS", "-1"),
        ("DISCOVERY_INTERVAL_MINS", "1.5"),
        ("DISCOVERY_INTERVAL_MINS", "soon"),
        ("LIFECYCLE_DISCOVERY_MODE", "maybe"),
        ("MARKETS_PER_SUBSCRIPTION", "0"),
        ("KALSHI_CONNECTIONS_MAX", "0"),
        ("FIRSTPRINT_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(name: str, value: str) -> None:
    """A1, F5: a setting that cannot be is a clear error at start, with its name and its value."""
    with pytest.raises(ConfigurationError, match=rf"{name} is '{value}': it must be"):
        read_config({name: value})


def test_settings_are_read() -> None:
    """A1, B8: every setting has one name, and minutes become seconds; 0 switches discovery off."""
    config = read_config({"LIFECYCLE_DISCOVERY_MODE": "FALSE", "DISCOVERY_INTERVAL_MINS": "0", "KALSHI_ENV": " Demo "})
    assert not config.recorder.lifecycle_discovery
    assert config.recorder.discovery_interval_s == 0
    assert config.kalshi_env == "demo"
    assert read_config({}).recorder.discovery_interval_s == 900
