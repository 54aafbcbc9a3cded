"""Where the real recordings lie, for tests that need them; they are never part of the repository."""

import os
from pathlib import Path

import pytest

PLACE = os.environ.get("FIRSTPRINT_RECORDINGS")  # noqa: TID251 the tests' own setting, not the product's
RECORDINGS = Path(PLACE) if PLACE else Path(__file__).parents[2] / "shared" / "recordings"

needs_recordings = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}: set FIRSTPRINT_RECORDINGS to where they lie"
)
