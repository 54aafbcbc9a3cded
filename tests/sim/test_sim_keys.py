"""Handshakes: who may come in, and what the others are told."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sim_kit import KEY_ID, RSA_PRIVATE, START_NS, Venue, headers

from firstprint.sim.kalshi.connection import SimConnection
from firstprint.sim.kalshi.exchange import WS_PATH, Refusal
from firstprint.sim.kalshi.faults import FaultRule
from firstprint.sim.kalshi.keys import generate_key


def refusal(venue: Venue, given: dict[str, str], path: str = WS_PATH) -> tuple[int, str]:
    """Knock, be refused, and give the status and the reason."""
    answer = venue.exchange.connect(given, path, venue.now_ns)
    assert isinstance(answer, Refusal)
    return answer.status, json.loads(answer.body)["error"]["details"]


@pytest.mark.parametrize("salt", [32, 222])
def test_an_rsa_key_signs_with_pss_of_digest_or_greatest_salt(salt: int) -> None:
    """RSA-PSS with SHA-256 is accepted with a salt of 32 bytes and with the longest."""
    venue = Venue()
    venue.keys.add("rsa", RSA_PRIVATE.public_key())
    given = headers(venue.now_ns, key=RSA_PRIVATE, key_id="rsa", salt=salt)
    assert isinstance(venue.exchange.connect(given, WS_PATH, venue.now_ns), SimConnection)


def test_an_ed25519_key_opens_a_numbered_connection() -> None:
    """A well-signed handshake gets a connection, whose number is in the response's headers."""
    venue = Venue()
    first, second = venue.connect(), venue.connect()
    assert first.response_headers == {"x-sim-connection": "1"}
    assert second.number == 2


def test_a_foreign_key_is_refused_with_401_and_the_reason() -> None:
    """A signature by another key than the id's is refused (F06)."""
    venue = Venue()
    stranger = Ed25519PrivateKey.generate()
    assert refusal(venue, headers(venue.now_ns, key=stranger)) == (401, "INCORRECT_API_KEY_SIGNATURE")
    assert refusal(venue, headers(venue.now_ns, key_id="unknown")) == (401, "NOT_FOUND")
    assert refusal(venue, {}) == (401, "MISSING_API_KEY")


@pytest.mark.parametrize("skew_s", [-6, 6])
def test_a_skewed_clock_is_refused_with_401(skew_s: int) -> None:
    """A timestamp more than five seconds off either way is refused, though the signature is right (F06)."""
    venue = Venue()
    assert refusal(venue, headers(START_NS + skew_s * 10**9)) == (401, "TIMESTAMP_OUT_OF_RANGE")


def test_the_signed_path_counts() -> None:
    """A signature over another path than the one asked for is refused."""
    venue = Venue()
    assert refusal(venue, headers(venue.now_ns, "/ws/v2")) == (401, "INCORRECT_API_KEY_SIGNATURE")


def test_a_refused_handshake_is_html_where_a_gateway_answers() -> None:
    """An injected 403 or 503 has a page as its body and stands in the truth log (F07, F09)."""
    for status in (403, 503):
        venue = Venue(FaultRule(kind="refuse", status=status))
        answer = venue.exchange.connect(headers(venue.now_ns), WS_PATH, venue.now_ns)
        assert isinstance(answer, Refusal)
        assert answer.status == status
        assert b"<html>" in answer.body
        assert [line.fault for line in venue.finished().faults] == ["refuse"]
        assert isinstance(venue.connect(), SimConnection)


def test_no_more_connections_than_a_user_may_have() -> None:
    """The connection above the limit is answered 429, and there is room again when one closes (F08)."""
    venue = Venue(connections_max=1)
    first = venue.connect()
    answer = venue.exchange.connect(headers(venue.now_ns), WS_PATH, venue.now_ns)
    assert isinstance(answer, Refusal)
    assert answer.status == 429
    first.close(1000, "", venue.now_ns)
    venue.connect()


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_generated_key_is_its_owners_alone(tmp_path: Path, kind: str) -> None:
    """The key file is readable by nobody else, and a second one replaces it with another id."""
    first = generate_key(tmp_path, kind)  # type: ignore[arg-type]
    assert first.path.stat().st_mode & 0o777 == 0o600
    second = generate_key(tmp_path, kind)  # type: ignore[arg-type]
    assert second.path == first.path
    assert second.key_id != first.key_id
    assert KEY_ID not in {first.key_id, second.key_id}
