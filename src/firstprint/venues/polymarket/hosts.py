"""Where Polymarket is, or another address such as a simulator's; checked before anything is sent."""

from urllib.parse import SplitResult, urlsplit

import msgspec

from firstprint.domain.errors import ConfigurationError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
WS_PATH = "/ws/market"


class Hosts(msgspec.Struct, frozen=True):
    """The base addresses of Gamma and of the CLOB's REST API, and the address of the market WebSocket."""

    gamma_url: str = "https://gamma-api.polymarket.com"
    clob_url: str = "https://clob.polymarket.com"
    ws_url: str = "wss://ws-subscriptions-clob.polymarket.com/ws/market"


PROD = Hosts()


def custom_hosts(gamma_url: str | None = None, clob_url: str | None = None, ws_url: str | None = None) -> Hosts:
    """Use other addresses, such as a simulator's, where they are given: POLYMARKET_GAMMA_URL and so on.

    A WebSocket address without a path is given the market channel's. Raises ConfigurationError, which names the
    setting, unless they are https and wss; plain http and ws are for this machine only.
    """
    return Hosts(
        gamma_url=_rest("POLYMARKET_GAMMA_URL", gamma_url) or PROD.gamma_url,
        clob_url=_rest("POLYMARKET_CLOB_URL", clob_url) or PROD.clob_url,
        ws_url=_stream("POLYMARKET_WS_URL", ws_url) or PROD.ws_url,
    )


def _rest(setting: str, url: str | None) -> str | None:
    return None if url is None else _check(setting, url, secure="https", plain="http")[0]


def _stream(setting: str, url: str | None) -> str | None:
    if url is None:
        return None
    bare, parts = _check(setting, url, secure="wss", plain="ws")
    return bare if parts.path else f"{bare}{WS_PATH}"


def _check(setting: str, url: str, *, secure: str, plain: str) -> tuple[str, SplitResult]:
    bare = url.strip().rstrip("/")
    try:
        parts = urlsplit(bare)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError(f"{setting} is not an address: {bare[:80]!r}") from None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise ConfigurationError(f"{setting} needs a host, and may have no user, query or fragment: {parts.netloc!r}")
    if parts.scheme != secure and not (parts.scheme == plain and host in LOOPBACK):
        raise ConfigurationError(f"{setting}: {host} needs {secure}:// ({plain}:// is for this machine only)")
    return bare, parts
