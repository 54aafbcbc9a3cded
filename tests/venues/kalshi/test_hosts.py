"""Where Kalshi is: other addresses than its own, a simulator's for example."""

import pytest

from firstprint.domain.errors import ConfigurationError
from firstprint.venues.kalshi.hosts import PROD, custom_hosts, custom_rest


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/trade-api/v2"),
        ("http://localhost:8080/", "http://localhost:8080/trade-api/v2"),
        ("http://[::1]:8080", "http://[::1]:8080/trade-api/v2"),
        (" https://example.com\n", "https://example.com/trade-api/v2"),
        ("https://example.com/other/root/", "https://example.com/other/root"),
        (PROD.rest_url, PROD.rest_url),
    ],
)
def test_an_address_without_a_path_is_given_kalshis(given: str, used: str) -> None:
    """Host and port are enough to point at a venue; a path that is given stays as it is."""
    assert custom_rest(given) == used


def test_the_streams_address_is_given_its_own_path() -> None:
    """REST and stream have different roots below the same host."""
    hosts = custom_hosts("http://127.0.0.1:80", "ws://127.0.0.1:80")
    assert hosts.rest_url == "http://127.0.0.1:80/trade-api/v2"
    assert hosts.ws_url == "ws://127.0.0.1:80/trade-api/ws/v2"
    assert custom_hosts("http://127.0.0.1:80", "ws://127.0.0.1:80/own").ws_url == "ws://127.0.0.1:80/own"


@pytest.mark.parametrize(
    "url",
    ["http://example.com", "http://127.0.0.1.example.com", "https://user:pw@example.com", "ftp://127.0.0.1", "https://",
     "http://[::1", "", "example.com", "wss://example.com", "https://example.com?a=b", "https://example.com#a",
     "https://example.com:x"],
)  # fmt: skip
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    """Plain http beyond this machine, users in addresses and what is no address at all are refused (F11)."""
    with pytest.raises(ConfigurationError):
        custom_rest(url)
