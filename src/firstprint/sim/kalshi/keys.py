"""API keys of the simulated venue: making throw-away ones, and checking signatures as the venue does."""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key

from firstprint.sim.kalshi.settings import KeyKind
from firstprint.sim.kalshi.texts import NS_PER_MS, uuid_of

PublicKey: TypeAlias = RSAPublicKey | Ed25519PublicKey

_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.AUTO)


class KeyFile(NamedTuple):
    """A throw-away key: where its private half lies, its id, and its public half."""

    path: Path
    key_id: str
    public_key: PublicKey


def generate_key(folder: Path, kind: KeyKind = "ed25519") -> KeyFile:
    """Write a new private key as PEM into a folder, readable by its owner only. Raises OSError."""
    private = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(65_537, 2_048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"simulated-kalshi-{kind}.pem"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return KeyFile(path, uuid_of(pem.decode()), private.public_key())


def signed_text(timestamp: str, method: str, path: str) -> bytes:
    """Put together what a request signs: milliseconds, METHOD, and the path without its query."""
    return f"{timestamp}{method.upper()}{path.partition('?')[0]}".encode()


class KeyRing:
    """The public keys the venue knows, and how far a client's clock may be off."""

    def __init__(self, skew_ms_max: int = 5_000) -> None:
        self._keys: dict[str, PublicKey] = {}
        self._skew_ms_max = skew_ms_max

    def add(self, key_id: str, public_key: PublicKey) -> None:
        """Accept a key from now on."""
        self._keys[key_id] = public_key

    def refusal(self, headers: Mapping[str, str], method: str, path: str, now_ns: int) -> str | None:
        """Check a request's three headers; give the reason why it is refused, None when it is signed well."""
        given = {name.lower(): value for name, value in headers.items()}
        key = self._keys.get(given.get("kalshi-access-key", ""))
        timestamp = given.get("kalshi-access-timestamp", "")
        if "kalshi-access-key" not in given:
            return "MISSING_API_KEY"
        if key is None:
            return "NOT_FOUND"
        if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 16:
            return "INVALID_TIMESTAMP"
        if abs(now_ns // NS_PER_MS - int(timestamp)) > self._skew_ms_max:
            return "TIMESTAMP_OUT_OF_RANGE"
        good = _verifies(key, given.get("kalshi-access-signature", ""), signed_text(timestamp, method, path))
        return None if good else "INCORRECT_API_KEY_SIGNATURE"

    def names(self, headers: Mapping[str, str]) -> str | None:
        """Give the key id a request claims, None when it claims none."""
        return next((value for name, value in headers.items() if name.lower() == "kalshi-access-key"), None)


def _verifies(key: PublicKey, signature: str, text: bytes) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
        if isinstance(key, Ed25519PublicKey):
            key.verify(raw, text)
        else:
            key.verify(raw, text, _PSS, hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
