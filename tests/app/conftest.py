"""Tests of the use cases run on the virtual time of the network's tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
