"""Where The Odds API is, and the key to it: what a user's settings mean, checked before anything is sent."""

from urllib.parse import urlsplit

from firstprint.domain.errors import ConfigurationError

BASE_URL = "https://api.the-odds-api.com"
ROOT = "/v4"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
KEY_CHARS_MAX = 128


def odds_url(base_url: str | None = None) -> str:
    """Give the API's address; one without a path is given the API's own.

    Raises ConfigurationError unless it is https, or http to this machine: the key travels in the query.
    """
    url = (base_url or BASE_URL).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError(f"not an address: {url[:80]!r}") from None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise ConfigurationError("The Odds API's address needs a host, and may have no user, query or fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise ConfigurationError(f"{host} must be reached by https:// (http:// is for this machine only)")
    return url if parts.path else f"{url}{ROOT}"


def api_key(text: str | None) -> str | None:
    """Give the key, None when there is none: odds are left out then, and everything else goes on.

    Raises ConfigurationError, without the key in it, for text that no key is.
    """
    key = (text or "").strip()
    if not key:
        return None
    if len(key) > KEY_CHARS_MAX or not key.isascii() or not key.replace("-", "").replace("_", "").isalnum():
        raise ConfigurationError("ODDS_API_KEY is no key of The Odds API: letters and digits, as it came by mail")
    return key
