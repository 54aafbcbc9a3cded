"""End-to-end tests meet firstprint as its users do: processes, sockets, files."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
