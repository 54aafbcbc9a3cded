"""Where Kalshi is, and the private key file: what a user's settings mean, checked before anything is sent."""

import os
import stat
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import msgspec

from firstprint.domain.errors import ConfigurationError

KEY_FILE_BYTES_MAX = 64 * 1024
REST_ROOT = "/trade-api/v2"
WS_PATH = "/trade-api/ws/v2"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Hosts(msgspec.Struct, frozen=True):
    """The REST base address (with /trade-api/v2) and the WebSocket address of one Kalshi environment."""

    name: str
    rest_url: str
    ws_url: str


PROD = Hosts(
    "prod",
    "https://external-api.kalshi.com/trade-api/v2",
    "wss://external-api-ws.kalshi.com/trade-api/ws/v2",
)
DEMO = Hosts(
    "demo",
    "https://external-api.demo.kalshi.co/trade-api/v2",
    "wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2",
)
ENVIRONMENTS = {hosts.name: hosts for hosts in (PROD, DEMO)}


def hosts_of(environment: str) -> Hosts:
    """Give the addresses of `prod` or `demo`, the values of KALSHI_ENV. Keys belong to one of them only."""
    try:
        return ENVIRONMENTS[environment.strip().lower()]
    except KeyError:
        raise ConfigurationError(f"KALSHI_ENV must be demo or prod, not {environment[:40]!r}") from None


def custom_hosts(rest_url: str, ws_url: str) -> Hosts:
    """Use other addresses, such as a simulator's; one without a path is given Kalshi's own path.

    Raises ConfigurationError unless they are https and wss; plain http and ws are for this machine only, because
    a signature must not travel in the clear.
    """
    return Hosts("custom", custom_rest(rest_url), _checked(ws_url, secure="wss", plain="ws", path=WS_PATH))


def custom_rest(rest_url: str) -> str:
    """Give another REST base address, with Kalshi's root where it has no path: all that a securities master needs.

    Raises ConfigurationError unless it is https, or http to this machine.
    """
    return _checked(rest_url, secure="https", plain="http", path=REST_ROOT)


def _checked(url: str, *, secure: str, plain: str, path: str) -> str:
    bare = url.strip().rstrip("/")
    parts = _check_address(bare, secure=secure, plain=plain)
    return bare if parts.path else f"{bare}{path}"


def _check_address(url: str, *, secure: str, plain: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError(f"not an address: {url[:80]!r}") from None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise ConfigurationError(f"an address needs a host, and may have no user, query or fragment: {parts.netloc!r}")
    if parts.scheme != secure and not (parts.scheme == plain and host in LOOPBACK):
        raise ConfigurationError(f"{host} must be reached by {secure}:// ({plain}:// is for this machine only)")
    return parts


def read_key_file(path: Path) -> bytes:
    """Read a private key file, which must be a file of the user's own that nobody else can read.

    Raises ConfigurationError that names the file and says what to do. A link is followed; its target is checked.
    """
    try:
        if path.exists() and not path.is_file():
            raise ConfigurationError(f"{path} is not a key file")
        with path.open("rb") as file:
            _check_key_file(path, os.fstat(file.fileno()))
            return file.read(KEY_FILE_BYTES_MAX)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no key file {path}: set KALSHI_PRIVATE_KEY_PATH to it") from None
    except OSError as error:
        raise ConfigurationError(f"the key file {path} cannot be opened: {error.strerror}") from None


def _check_key_file(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_size > KEY_FILE_BYTES_MAX:
        raise ConfigurationError(f"{path} is not a key file")
    if os.name != "posix":
        return
    if status.st_uid not in (os.geteuid(), 0):
        raise ConfigurationError(f"the key file {path} belongs to another user: make a copy of your own (chmod 600)")
    if stat.S_IMODE(status.st_mode) & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        raise ConfigurationError(f"the key file {path} can be read by others (mode {mode:04o}): chmod 600 {path}")
