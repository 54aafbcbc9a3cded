"""Keys that do not fit: one clear line, exit code 1, and nothing secret in it."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from processes import Simulator, clean_environment, firstprint, simulator


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    """Run a simulated venue with one key."""
    with simulator(tmp_path / "venue") as one:
        yield one


def _write(path: Path, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem)
    path.chmod(0o600)
    return pem


def _refused(folder: Path, env: dict[str, str], secrets: list[str]) -> str:
    """Run the recorder into a refusal; give its one line, after a look for secrets everywhere."""
    data = folder / "data"
    run = firstprint(folder / "logs", "run", "--for", "20", "--data", str(data), env=clean_environment(**env))
    assert run.process.returncode == 1, run.said
    assert "Traceback" not in run.said
    kept = b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file())
    for secret in secrets:
        assert secret not in run.said
        assert secret.encode() not in kept
    (line,) = [line for line in run.err.read_text().splitlines() if line.startswith("firstprint: ")]
    return line


def _body(pem: bytes) -> str:
    return pem.decode().splitlines()[1]


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_key_that_the_venue_does_not_accept_ends_the_start(tmp_path: Path, venue: Simulator, kind: str) -> None:
    """F06, F84: another key of the same kind or of the other is refused in one line, and the clock is cleared."""
    other = tmp_path / "other.pem"
    key = ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else rsa.generate_private_key(65537, 2048)
    secret = _body(_write(other, key))
    line = _refused(tmp_path, venue.settings | {"KALSHI_PRIVATE_KEY_PATH": str(other)}, [secret, venue.where["key_id"]])
    assert "401" in line


def test_an_unknown_key_id_is_refused(tmp_path: Path, venue: Simulator) -> None:
    """F06: a key id that the venue does not know is refused in one line that does not repeat it."""
    unknown = "99999999-aaaa-4bbb-8ccc-123456789012"
    assert "401" in _refused(tmp_path, venue.settings | {"KALSHI_KEY_ID": unknown}, [unknown])


def test_a_key_of_another_algorithm_is_refused_before_anything_is_sent(tmp_path: Path, venue: Simulator) -> None:
    """F84: an EC key is refused by name of what is needed."""
    path = tmp_path / "ec.pem"
    secret = _body(_write(path, ec.generate_private_key(ec.SECP256R1())))
    line = _refused(tmp_path, venue.settings | {"KALSHI_PRIVATE_KEY_PATH": str(path)}, [secret])
    assert "neither RSA nor Ed25519" in line


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, venue: Simulator) -> None:
    """F84: mode 0644 is refused, with the command that mends it."""
    path = Path(venue.where["key_path"])
    path.chmod(0o644)
    line = _refused(tmp_path, venue.settings, [_body(path.read_bytes())])
    assert "0644" in line
    assert f"chmod 600 {path}" in line


def test_a_missing_key_file_is_named(tmp_path: Path, venue: Simulator) -> None:
    """F84: a key file that is not there is named, with the variable that points at it."""
    line = _refused(tmp_path, venue.settings | {"KALSHI_PRIVATE_KEY_PATH": str(tmp_path / "none.pem")}, [])
    assert "there is no key file" in line
    assert "KALSHI_PRIVATE_KEY_PATH" in line


def test_half_a_key_is_refused(tmp_path: Path, venue: Simulator) -> None:
    """F84: a key id without a file is a mistake, not a wish to go without a key."""
    env = {name: value for name, value in venue.settings.items() if name != "KALSHI_PRIVATE_KEY_PATH"}
    assert "set both, or neither" in _refused(tmp_path, env, [venue.where["key_id"]])


def test_nothing_secret_is_printed_or_kept_by_a_good_run(tmp_path: Path, venue: Simulator) -> None:
    """S14, S15: key id, key and signatures are in no output at the finest log level, and in no file of the record."""
    data = tmp_path / "data"
    env = clean_environment(**venue.settings, FIRSTPRINT_LOG_LEVEL="debug")
    run = firstprint(tmp_path / "logs", "run", "--for", "3", "--data", str(data), env=env)
    assert run.process.returncode == 0, run.said
    pem = Path(venue.where["key_path"]).read_bytes()
    raw = b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file()) + run.said.encode()
    for secret in (venue.where["key_id"], _body(pem), "KALSHI-ACCESS-SIGNATURE", "kalshi-access-signature"):
        assert secret.encode() not in raw
        assert base64.b64encode(secret.encode()) not in raw
