"""Throw-away environments for the rivals, below build/bench, made with uv from PyPI.

Nothing of them is installed where firstprint runs. A rival whose Python is not on this machine, or that cannot be
installed, is named as missing with the reason, and the others run.
"""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

PYTHONS = ("3.12", "3.13")
INSTALL_S_MAX = 240.0


class Rival(NamedTuple):
    """A package, what to install of it, and the script that drives it."""

    name: str
    requirement: str
    script: str


RIVALS = (
    Rival("kalshi-sdk", "kalshi-sdk==22.4.0", "rivals/drive_kalshi_sdk.py"),
    Rival("pykalshi", "pykalshi==2.0.0", "rivals/drive_pykalshi.py"),
    Rival("nautilus_trader", "nautilus_trader[polymarket]", "rivals/drive_nautilus_trader.py"),
)


class Missing(Exception):  # noqa: N818 a rival that is not there is an answer, not a failure of ours
    """A rival cannot run here; the text says why."""


def python_of(rival: Rival, work: Path) -> Path:
    """Give the interpreter with the rival installed, made at the first call. Raises Missing."""
    root = work / rival.name
    python, ready = root / "bin" / "python", root / "installed"
    if ready.exists() and ready.read_text() == rival.requirement:
        return python
    shutil.rmtree(root, ignore_errors=True)
    uv = shutil.which("uv") or shutil.which(str(work.parent.parent / ".uv" / "bin" / "uv"))
    if uv is None:
        raise Missing("uv is not on this machine")
    _run([uv, "venv", "--quiet", "--no-python-downloads", "--python", _interpreter(), str(root)])
    _run([uv, "pip", "install", "--quiet", "--python", str(python), rival.requirement])
    ready.write_text(rival.requirement)
    return python


def _interpreter() -> str:
    """Find a Python that works: on PATH, or among those that pyenv keeps."""
    for version in PYTHONS:
        kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        for candidate in filter(None, (shutil.which(f"python{version}"), *map(str, kept))):
            asked = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            if subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version:
                return candidate
    raise Missing(f"no Python {' or '.join(PYTHONS)} on this machine")


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S_MAX, check=False)
    except subprocess.TimeoutExpired:
        raise Missing(f"installing took longer than {INSTALL_S_MAX:.0f} s") from None
    if done.returncode:
        raise Missing(done.stderr.strip().splitlines()[-1][:200] if done.stderr.strip() else "it cannot be installed")
