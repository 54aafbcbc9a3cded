"""Signing Kalshi requests. Pure: the key arrives as bytes, the time as a number, the headers leave as a dict.

    text      = timestamp in ms + METHOD + path      (path with /trade-api/v2, without host and query)
    RSA       RSA-PSS, SHA-256, MGF1 with SHA-256, salt as long as the digest
    Ed25519   over the same bytes
    headers   KALSHI-ACCESS-KEY, KALSHI-ACCESS-TIMESTAMP, KALSHI-ACCESS-SIGNATURE (standard base64)

The kind of signature follows from the loaded key, never from the PEM's label. Neither the key nor its id appears in a
repr, a pickle or an error. Source: Kalshi, "API keys"; Ed25519 since 2026-09-24.
"""

import base64
from typing import NoReturn, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from firstprint.domain.errors import ConfigurationError

PrivateKey: TypeAlias = RSAPrivateKey | Ed25519PrivateKey

_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)


def load_private_key(pem: bytes) -> PrivateKey:
    """Load an RSA or Ed25519 private key from PEM bytes.

    Raises ConfigurationError, in one line that holds nothing of the key, for anything else.
    """
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise ConfigurationError(
            "the private key is protected by a passphrase: store it without one, readable by you alone"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError("the private key cannot be read: a PEM file as Kalshi gives it is needed") from None
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ConfigurationError("the private key is neither RSA nor Ed25519: create a new API key at Kalshi")
    return key


class Signer:
    """Signs requests with one API key. Does not show, copy or pickle what it holds."""

    __slots__ = ("_key", "_key_id")

    def __init__(self, key_id: str, key: PrivateKey) -> None:
        if not key_id or not key_id.isascii() or not key_id.isprintable() or " " in key_id:
            raise ConfigurationError("the API key id is empty or has characters that no key id has")
        self._key_id = key_id
        self._key = key

    def headers(self, method: str, path: str, timestamp_ms: int) -> dict[str, str]:
        """Sign one request at `timestamp_ms` (Unix milliseconds); a query in `path` is left out of the signature."""
        text = f"{timestamp_ms}{method.upper()}{path.partition('?')[0]}".encode()
        return {
            "KALSHI-ACCESS-KEY": self._key_id,
            "KALSHI-ACCESS-TIMESTAMP": str(timestamp_ms),
            "KALSHI-ACCESS-SIGNATURE": base64.b64encode(self._sign(text)).decode("ascii"),
        }

    def _sign(self, text: bytes) -> bytes:
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(text)
        return self._key.sign(text, _PSS, hashes.SHA256())

    def __repr__(self) -> str:
        return "Signer(<secret>)"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a Signer holds a private key: it cannot be copied or pickled")
