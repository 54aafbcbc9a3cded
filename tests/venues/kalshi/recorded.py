"""Where the real recordings lie, and the mark for tests that need them."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PLACE = os.environ.get("FIRSTPRINT_RECORDINGS")  # noqa: TID251 the tests' own setting, not the product's
RECORDINGS = Path(PLACE) if PLACE else ROOT.parent / "shared" / "recordings"
needs_recordings = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}: set FIRSTPRINT_RECORDINGS to where they lie"
)
