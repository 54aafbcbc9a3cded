"""What `firstprint verify` says at its end: nobody may take a part of a proof for the whole."""

from pathlib import Path

import pytest

from firstprint.app.verify_report import VerifyReport
from firstprint.bootstrap import proving
from firstprint.cli.prove import verify

BOTH = ["kalshi", "polymarket"]


@pytest.mark.parametrize(
    ("report", "truth", "said", "code"),
    [
        (VerifyReport(venues=BOTH, truth_venues=BOTH), ["a", "b"], "Proved.", 0),
        (VerifyReport(venues=BOTH), [], "Proved.", 0),
        (
            VerifyReport(venues=BOTH, truth_venues=["kalshi"]),
            ["a"],
            "Proved, but the books of polymarket without their truth: see the notes.",
            0,
        ),
        (
            VerifyReport(venues=["kalshi"]),
            ["a"],
            "Proved, but the books of kalshi without their truth: see the notes.",
            0,
        ),
        (VerifyReport(venues=BOTH, truth_venues=["kalshi"], books_wrong=1), ["a"], "NOT proved: see above.", 1),
    ],
)
def test_the_last_line_says_how_much_was_proved(
    report: VerifyReport,
    truth: list[str],
    said: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """B3: with the truth of one of two venues the last line names the other; a wrong session is never proved."""
    monkeypatch.setattr(proving, "verify", lambda *_: report)
    assert verify(truth=[Path(name) for name in truth]) == code
    assert capsys.readouterr().out.splitlines()[-1] == said
