"""Where ESPN's scoreboards are, or another address such as a simulator's; checked before anything is sent."""

from urllib.parse import urlsplit

from firstprint.domain.errors import ConfigurationError

BASE_URL = "https://site.api.espn.com"
ROOT = "/apis/site/v2/sports"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def scoreboards_url(base_url: str | None = None) -> str:
    """Give the address below which the sports lie; one without a path is given ESPN's own.

    Raises ConfigurationError unless it is https, or http to this machine.
    """
    url = (base_url or BASE_URL).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError(f"not an address: {url[:80]!r}") from None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise ConfigurationError(f"ESPN's address needs a host, and may have no user, query or fragment: {url[:80]!r}")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise ConfigurationError(f"{host} must be reached by https:// (http:// is for this machine only)")
    return url if parts.path else f"{url}{ROOT}"
