"""Signing, and the key file."""

import base64
import copy
import pickle

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.errors import ConfigurationError
from firstprint.venues.kalshi.auth import Signer, load_private_key
from firstprint.venues.kalshi.hosts import custom_hosts, hosts_of, read_key_file

RSA_KEY = rsa.generate_private_key(65537, 2048)
ED_KEY = ed25519.Ed25519PrivateKey.generate()
KEY_ID = "a952bcbe-ec3b-4b5b-b8f9-11dae589608c"


def pem(key, encryption=None, form=PrivateFormat.PKCS8) -> bytes:
    """Write a private key as PEM."""
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption())


def verify(key, signature: bytes, text: bytes) -> None:
    """Verify a signature with the public key, as Kalshi does."""
    if isinstance(key, rsa.RSAPrivateKey):
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
        key.public_key().verify(signature, text, scheme, hashes.SHA256())
    else:
        key.public_key().verify(signature, text)


@pytest.mark.parametrize("key", [RSA_KEY, ED_KEY], ids=["rsa", "ed25519"])
@given(
    timestamp_ms=st.integers(0, 2**45),
    method=st.sampled_from(["GET", "get", "POST"]),
    path=st.from_regex(r"/trade-api/v2(/[A-Za-z0-9.%_-]{1,20}){1,4}", fullmatch=True),
    query=st.sampled_from(["", "?limit=1", "?a=b?c"]),
)
def test_signatures_verify(key, timestamp_ms: int, method: str, path: str, query: str) -> None:
    """The public key verifies time, method and path without query, for both kinds of key, and nothing else."""
    headers = Signer(KEY_ID, load_private_key(pem(key))).headers(method, path + query, timestamp_ms)
    signature = base64.b64decode(headers["KALSHI-ACCESS-SIGNATURE"], validate=True)
    text = f"{timestamp_ms}{method.upper()}{path}".encode()
    verify(key, signature, text)
    with pytest.raises(InvalidSignature):
        verify(key, signature, text + b"x")
    assert headers["KALSHI-ACCESS-KEY"] == KEY_ID
    assert headers["KALSHI-ACCESS-TIMESTAMP"] == str(timestamp_ms)


def test_the_older_pem_form_is_read_too() -> None:
    """A PKCS#1 file ("BEGIN RSA PRIVATE KEY"), as Kalshi gave until 2026, is loaded."""
    assert isinstance(load_private_key(pem(RSA_KEY, form=PrivateFormat.TraditionalOpenSSL)), rsa.RSAPrivateKey)


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"", "cannot be read"),
        (b"not a key", "cannot be read"),
        (pem(RSA_KEY)[:500], "cannot be read"),
        (pem(RSA_KEY, BestAvailableEncryption(b"secret")), "passphrase"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "neither RSA nor Ed25519"),
        (RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "cannot be read"),
    ],
    ids=["empty", "garbage", "cut", "passphrase", "ec", "public"],
)
def test_unusable_keys_are_refused_in_one_clear_line(data: bytes, hint: str) -> None:
    """Any other content is a ConfigurationError of one line that shows nothing of the file (F84)."""
    with pytest.raises(ConfigurationError, match=hint) as caught:
        load_private_key(data)
    assert "\n" not in str(caught.value)
    assert "BEGIN" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_signer_shows_nothing() -> None:
    """Neither key nor key id appears in repr or str, and a signer cannot be copied or pickled (S13)."""
    signer = Signer(KEY_ID, ED_KEY)
    assert KEY_ID not in f"{signer!r} {signer}"
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as caught:
            attempt(signer)
        assert KEY_ID not in str(caught.value)


@pytest.mark.parametrize("key_id", ["", "a b", "a\nb", "schlüssel"])
def test_a_key_id_that_no_header_can_carry_is_refused(key_id: str) -> None:
    """A key id with white space or foreign letters is refused without being shown."""
    with pytest.raises(ConfigurationError) as caught:
        Signer(key_id, ED_KEY)
    assert not key_id or key_id not in str(caught.value)


def test_a_private_key_file_is_read(tmp_path) -> None:
    """A file of mode 0600 is read, through a link too."""
    path = tmp_path / "key.pem"
    path.write_bytes(pem(ED_KEY))
    path.chmod(0o600)
    (tmp_path / "link").symlink_to(path)
    assert read_key_file(path) == read_key_file(tmp_path / "link") == pem(ED_KEY)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_readable_by_others_is_refused(tmp_path, mode: int) -> None:
    """A file that others can read, even behind a link, is refused with the command that mends it (F84, S13)."""
    path = tmp_path / "key.pem"
    path.write_bytes(pem(ED_KEY))
    path.chmod(mode)
    (tmp_path / "link").symlink_to(path)
    for name in (path, tmp_path / "link"):
        with pytest.raises(ConfigurationError, match="chmod 600") as caught:
            read_key_file(name)
        assert "BEGIN" not in str(caught.value)


def test_a_missing_key_file_and_a_folder_are_refused(tmp_path) -> None:
    """A path with nothing at it, a folder or a file too large is a clear error."""
    with pytest.raises(ConfigurationError, match="KALSHI_PRIVATE_KEY_PATH"):
        read_key_file(tmp_path / "nothing")
    with pytest.raises(ConfigurationError, match="not a key file"):
        read_key_file(tmp_path)


def test_environments_have_their_own_hosts() -> None:
    """Demo and prod are two worlds; any other word is refused."""
    assert hosts_of("demo").ws_url.endswith("demo.kalshi.co/trade-api/ws/v2")
    assert hosts_of("prod").rest_url == "https://external-api.kalshi.com/trade-api/v2"
    with pytest.raises(ConfigurationError, match="demo or prod"):
        hosts_of("staging")


@pytest.mark.parametrize(
    "rest",
    ["http://example.com/v2", "https://user:pw@example.com/v2", "ftp://127.0.0.1/v2", "https:///v2", "http://[::1", ""],
)
def test_signatures_never_travel_in_the_clear(rest: str) -> None:
    """Addresses without TLS, outside this machine, or that make no sense are refused (F11)."""
    with pytest.raises(ConfigurationError):
        custom_hosts(rest, "ws://127.0.0.1:1/ws")


def test_a_simulator_on_this_machine_may_be_plain() -> None:
    """Loopback may be reached without TLS."""
    hosts = custom_hosts("http://127.0.0.1:80/trade-api/v2/", "ws://localhost:81/trade-api/ws/v2")
    assert hosts.rest_url == "http://127.0.0.1:80/trade-api/v2"
