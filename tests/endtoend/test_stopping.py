"""SIGINT and SIGTERM ask once; a second one insists; one recorder to a folder."""

import signal
from pathlib import Path

import pytest
from processes import answer, assert_proved, expect_nobody_left, firstprint, running, wait_until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_session_in_order(tmp_path: Path, number: signal.Signals) -> None:
    """F59: one signal closes the session, brings the projections up to date and exits with 0; nobody stays behind."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    with running(logs, "run", "--simulated", "--markets", "20", "--data", str(data)) as run:
        run.says("valid")
        run.signal(number)
        assert run.ended() == 0, run.said
    expect_nobody_left(str(data))
    assert "Traceback" not in run.said
    (session,) = answer(logs, "sessions", "--data", str(data))["sessions"]
    assert session["outcome"] == "clean"
    assert_proved(answer(logs, "verify", "--data", str(data), "--truth", str(tmp_path / "data-truth.jsonl")))


def test_a_second_signal_leaves_at_once_and_the_next_start_recovers(tmp_path: Path) -> None:
    """F59: two signals in a row end the process with 130 and its children with it; the record is whole anyway."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    with running(logs, "run", "--simulated", "--markets", "20", "--data", str(data)) as run:
        run.says("valid")
        run.signal(signal.SIGTERM)
        wait_until(lambda: run.process.poll() is not None or _insist(run.signal), "the end")
        assert run.ended() in (130, 0)
    expect_nobody_left(str(data))
    assert_proved(answer(logs, "verify", "--data", str(data)))


def _insist(send: object) -> bool:
    send(signal.SIGTERM)  # type: ignore[operator] # a Command's
    return False


def test_a_second_recorder_is_refused_with_the_first_ones_process(tmp_path: Path) -> None:
    """F61: a folder in use is refused in one line that names the process, exit code 1; the first goes on."""
    data, logs = tmp_path / "data", tmp_path / "logs"
    with running(logs, "run", "--simulated", "--markets", "20", "--data", str(data)) as first:
        first.says("valid")
        second = firstprint(logs, "run", "--simulated", "--markets", "20", "--for", "5", "--data", str(data))
        assert second.process.returncode == 1
        assert f"in use by another recorder, process {first.process.pid}" in second.err.read_text()
        assert first.process.poll() is None
        first.signal(signal.SIGTERM)
        assert first.ended() == 0, first.said
    assert_proved(answer(logs, "verify", "--data", str(data)))
