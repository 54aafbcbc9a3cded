"""The WebSocket shell against a server of raw sockets: what reaches the listener, and how connections end."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from scripted_server import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Ear,
    close_frame,
    frame,
    read_frame,
    refusing,
    serving,
    upgrade,
)

from firstprint.domain.errors import ConfigurationError, VenueRefused, VenueUnavailable
from firstprint.net.clock import SystemClock
from firstprint.net.websocket import Connection, WebSocketDialer, WebSocketSettings

LONG = b'{"type":"orderbook_delta","pad":"' + b"x" * 200 + b'"}'


async def dial(url: str, ear: Ear, **settings: float) -> Connection:
    """Dial with some settings changed."""
    dialer = WebSocketDialer(url, clock=SystemClock(), settings=WebSocketSettings(**settings))
    return await dialer.dial(ear)


def sending(*chunks: bytes):
    """Script a server that upgrades, sends chunks, each on its own, and then only reads."""

    async def script(reader, writer):
        await upgrade(reader, writer)
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    return script


async def test_frames_of_one_read_come_in_one_call() -> None:
    """Frames that arrive together are handed over together, in order, text and binary as bytes."""
    sent = [LONG, b"short", b"", LONG[:126], LONG[:125]]
    burst = b"".join(frame(p, BINARY if i % 2 else TEXT) for i, p in enumerate(sent))
    ear = Ear()
    async with serving(sending(burst)) as url:
        wire = await dial(url, ear)
        await ear.heard(len(sent))
        wire.close(1000, "done")
        await ear.end()
    assert ear.payloads == sent
    assert len(ear.calls) == 1
    assert wire.response_headers["x-served-by"] == "Script"


async def test_a_long_read_is_handed_over_in_bounded_calls() -> None:
    """No call hands over more frames than its bound, and none is lost or reordered."""
    sent = [b"%06d" % i + LONG for i in range(2000)]
    ear = Ear()
    async with serving(sending(b"".join(map(frame, sent)))) as url:
        await dial(url, ear, batch_frames_max=64)
        await ear.heard(len(sent))
    assert ear.payloads == sent
    assert max(map(len, ear.calls)) == 64
    assert ear.times_ns == sorted(ear.times_ns)


async def test_one_byte_slices_give_whole_frames() -> None:
    """A stream cut into single bytes gives the same frames (F17)."""
    stream = frame(LONG) + frame(b"a") + frame(LONG[:130], fin=False) + frame(b"tail", CONTINUATION)
    ear = Ear()
    async with serving(sending(*(bytes([b]) for b in stream))) as url:
        await dial(url, ear)
        await ear.heard(3)
    assert ear.payloads == [LONG, b"a", LONG[:130] + b"tail"]


async def test_fragments_are_joined_around_control_frames() -> None:
    """A message in three parts with a ping between them arrives whole, and the ping is answered."""
    pongs: list[tuple[int, bytes]] = []

    async def script(reader, writer):
        await upgrade(reader, writer)
        parts = [frame(LONG, fin=False), frame(b"heartbeat", PING), frame(LONG, CONTINUATION, fin=False)]
        writer.write(b"".join([*parts, frame(LONG, CONTINUATION), frame(b"next")]))
        pongs.append(await read_frame(reader))
        await reader.read()

    ear = Ear()
    async with serving(script) as url:
        wire = await dial(url, ear)
        await ear.heard(2)
        wire.close(1000, "")
        await ear.end()
    assert ear.payloads == [LONG * 3, b"next"]
    assert pongs == [(PONG, b"heartbeat")]


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(frame(b"x" * 5000), id="one frame"),
        pytest.param(
            b"".join([frame(b"x" * 1000, fin=False)] + [frame(b"x" * 1000, CONTINUATION, fin=False)] * 9), id="parts"
        ),
    ],
)
async def test_a_message_beyond_its_bound_closes_with_1009(stream: bytes) -> None:
    """A frame, or fragments in sum, above max_frame_bytes end the connection with 1009 by us (F20)."""
    closes: list[tuple[int, bytes]] = []

    async def script(reader, writer):
        await upgrade(reader, writer)
        writer.write(frame(b"before") + stream)
        closes.append(await read_frame(reader))
        writer.close()

    ear = Ear()
    async with serving(script) as url:
        await dial(url, ear, max_frame_bytes=4096)
        code, reason, by = await ear.end()
    assert (code, by) == (1009, "us")
    assert "4096" in reason
    assert ear.payloads == [b"before"]
    assert closes[0][0] == CLOSE
    assert closes[0][1][:2] == (1009).to_bytes(2, "big")


async def test_broken_fragmentation_is_a_protocol_error() -> None:
    """A new message inside an unfinished one closes with 1002, and nothing after it is taken for data."""
    ear = Ear()
    async with serving(sending(frame(LONG, fin=False) + frame(LONG) + frame(LONG, CONTINUATION) + frame(LONG))) as url:
        await dial(url, ear, close_s_max=0.05)
        code, _, by = await ear.end()
    assert (code, by) == (1002, "us")
    assert ear.payloads == []


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1012, 4000])
async def test_the_venues_close_is_reported_with_its_code(code: int) -> None:
    """A close frame's code and reason reach the listener once, after the last frames, and are answered (F02)."""
    answers: list[tuple[int, bytes]] = []

    async def script(reader, writer):
        await upgrade(reader, writer)
        writer.write(frame(LONG) + close_frame(code, "maintenance"))
        answers.append(await read_frame(reader))

    ear = Ear()
    async with serving(script) as url:
        await dial(url, ear)
        assert await ear.end() == (code, "maintenance", "venue")
    assert ear.payloads == [LONG]
    assert len(ear.ends) == 1
    assert answers == [(CLOSE, code.to_bytes(2, "big"))]


async def test_a_lost_connection_is_the_networks() -> None:
    """A socket that ends without a close frame is reported without a code, by the network (F01)."""

    async def script(reader, writer):
        await upgrade(reader, writer)
        writer.write(frame(LONG))
        await writer.drain()
        writer.transport.abort()

    ear = Ear()
    async with serving(script) as url:
        await dial(url, ear)
        code, _, by = await ear.end()
    assert (code, by) == (None, "network")
    assert len(ear.ends) == 1


async def test_our_close_is_ours_even_if_the_peer_never_answers() -> None:
    """A close that the peer ignores is cut off after its limit and told once, with our code and reason."""
    ear = Ear()
    async with serving(sending()) as url:
        wire = await dial(url, ear, close_s_max=0.05)
        wire.close(1000, "recorder stops")
        wire.close(1000, "again")
        assert await ear.end() == (1000, "recorder stops", "us")
    assert len(ear.ends) == 1
    wire.send(b"too late")


async def test_half_open_silence_is_found_by_our_own_ping() -> None:
    """A peer that accepts and then says nothing, not even a pong, is cut off (F12, G07)."""

    async def script(reader, writer):
        await upgrade(reader, writer)
        await reader.read()

    ear = Ear()
    async with serving(script) as url:
        await dial(url, ear, ping_every_s=0.02, pong_s_max=0.05)
        code, reason, by = await ear.end()
    assert (code, by) == (None, "network")
    assert "no pong" in reason


async def test_data_counts_as_life() -> None:
    """A peer that never pongs but sends data is kept (F14)."""
    pings = asyncio.Event()

    async def script(reader, writer):
        await upgrade(reader, writer)
        for _ in range(50):
            while (await read_frame(reader))[0] != PING:
                pass
            writer.write(frame(LONG))
        pings.set()
        writer.write(close_frame(1000))
        await reader.read()

    ear = Ear()
    async with serving(script) as url:
        await dial(url, ear, ping_every_s=0.02, pong_s_max=0.4)
        assert (await ear.end())[2] == "venue"
    assert pings.is_set()
    assert len(ear.payloads) == 50


async def test_nothing_is_heard_before_the_dial_returned() -> None:
    """Frames, and even the end, that come with the upgrade's answer wait until the caller has its connection."""

    async def script(reader, writer):
        await upgrade(reader, writer)
        writer.write(frame(LONG) + close_frame(1001, "bye"))
        await writer.drain()

    ear = Ear()
    async with serving(script) as url:
        await dial(url, ear)
        assert ear.calls == []
        assert ear.ends == []
        assert await ear.end() == (1001, "bye", "venue")
    assert ear.payloads == [LONG]


async def test_paused_reading_holds_the_peer_back() -> None:
    """While paused nothing arrives and no pong is expected; resumed, everything arrives in order."""
    sent = [b"%06d" % i + LONG for i in range(500)]
    go = asyncio.Event()

    async def script(reader, writer):
        await upgrade(reader, writer)
        await go.wait()
        writer.write(b"".join(map(frame, sent)))
        await writer.drain()
        await reader.read()

    ear = Ear()
    async with serving(script) as url:
        wire = await dial(url, ear, ping_every_s=0.01, pong_s_max=0.02)
        wire.pause_reading()
        go.set()
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert ear.calls == []
        wire.resume_reading()
        await ear.heard(len(sent))
    assert ear.payloads == sent


async def test_what_is_sent_arrives_as_text() -> None:
    """A payload is sent as one text frame, byte for byte."""
    got: list[tuple[int, bytes]] = []

    async def script(reader, writer):
        await upgrade(reader, writer)
        got.append(await read_frame(reader))
        writer.write(close_frame(1000))

    ear = Ear()
    async with serving(script) as url:
        wire = await dial(url, ear)
        wire.send(b'{"id":1}')
        await ear.end()
    assert got == [(TEXT, b'{"id":1}')]


async def test_a_raising_listener_closes_its_connection() -> None:
    """A listener that breaks its promise not to raise loses its connection, not the event loop."""

    class Broken(Ear):
        def frames(self, payloads: list[bytes], mono_ns: int) -> None:
            raise RuntimeError("bug")

    ear = Broken()
    async with serving(sending(frame(LONG))) as url:
        await dial(url, ear)
        code, _, by = await ear.end()
    assert (code, by) == (1011, "us")


@pytest.mark.parametrize("hours", [0, 1, -1])
async def test_401_is_refused_with_the_clock_skew(hours: int) -> None:
    """A 401 is final and says what the server said and how far our clock is off its Date header (F06)."""
    date = format_datetime(datetime.now(UTC) - timedelta(hours=hours), usegmt=True)  # noqa: TID251 a server's own clock
    body = b'{"error":{"code":"authentication_error","message":"header_timestamp_expired"}}'
    async with serving(refusing(f"401 Unauthorized\r\nDate: {date}", body)) as url:
        with pytest.raises(VenueRefused, match="header_timestamp_expired") as caught:
            await dial(url, Ear())
    assert caught.value.status == 401
    expected = {0: "agrees", 1: r"s ahead of", -1: "s behind"}[hours]
    assert expected in str(caught.value)
    if hours:
        assert any(f"{n} s" in str(caught.value) for n in range(3598, 3603))


@pytest.mark.parametrize(
    ("head", "body", "kind"),
    [
        ("403 Forbidden", b"<html>not available in your region</html>", VenueRefused),
        ("302 Found\r\nLocation: http://127.0.0.1:1/", b"", VenueRefused),
        ("404 Not Found", b'{"code":"not_found","message":"not found"}', VenueRefused),
        ("429 Too Many Requests\r\nRetry-After: 7", b'{"error":"too many requests"}', VenueUnavailable),
        ("503 Service Unavailable", b"<html>sorry</html>", VenueUnavailable),
        ("520 ", b"<html>web server is returning an unknown error</html>", VenueUnavailable),
        ("522 Connection Timed Out", b"", VenueUnavailable),
        ("200 OK", b"<html>a portal</html>", VenueUnavailable),
    ],
)
async def test_refused_upgrades(head: str, body: bytes, kind: type[Exception]) -> None:
    """403 and redirects are a no; 429, 5xx, unknown statuses and pages are no answer (F07, F08, F09)."""
    async with serving(refusing(head, body)) as url:
        with pytest.raises(kind) as caught:
            await dial(url, Ear())
    assert caught.value.status == int(head[:3])
    assert getattr(caught.value, "retry_after_s", None) == (7.0 if "Retry-After" in head else None)


async def test_garbage_and_hang_ups_in_the_handshake_are_unavailable() -> None:
    """A server that hangs up, or does not speak HTTP, is unavailable."""

    async def hang_up(reader, writer):
        await reader.readuntil(b"\r\n\r\n")

    async def garbage(reader, writer):
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        await writer.drain()

    for script in (hang_up, garbage):
        async with serving(script) as url:
            with pytest.raises(VenueUnavailable):
                await dial(url, Ear())


async def test_a_dial_is_bounded_in_time() -> None:
    """A server that accepts and never answers the upgrade is given up (F10)."""

    async def script(reader, writer):
        await reader.read()

    async with serving(script) as url:
        with pytest.raises(VenueUnavailable, match="no connection within"):
            await dial(url, Ear(), dial_s_max=0.05)


async def test_nobody_there_and_no_such_name_are_unavailable(unused_tcp_port: int) -> None:
    """A closed port and a name that cannot be resolved are unavailable, not errors of ours (F10)."""
    for url in (f"ws://127.0.0.1:{unused_tcp_port}/", "ws://no-such-host.invalid/"):
        with pytest.raises(VenueUnavailable):
            await dial(url, Ear())


def test_tls_is_always_verified() -> None:
    """A TLS context that does not verify is refused before anything is dialled (F11)."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ConfigurationError):
        WebSocketDialer("wss://localhost/", clock=SystemClock(), ssl_context=context)


def authority_and_server(tmp_path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a self-signed certificate for a host: the context of a server that has it, of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)  # noqa: TID251 a certificate is valid today
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=path)


@pytest.mark.parametrize(("host", "trusted"), [("localhost", True), ("localhost", False), ("elsewhere.test", True)])
async def test_only_a_trusted_certificate_of_that_host_will_do(tmp_path, host: str, trusted: bool) -> None:
    """A certificate that nobody vouches for, or of another host, is never accepted; a good one carries frames (F11)."""
    server, client = authority_and_server(tmp_path, host)
    ear = Ear()
    async with serving(sending(frame(LONG) + close_frame(1000)), server) as plain:
        url = plain.replace("ws://127.0.0.1", "wss://localhost")
        dialer = WebSocketDialer(url, clock=SystemClock(), ssl_context=client if trusted else None)
        if trusted and host == "localhost":
            await dialer.dial(ear)
            await ear.end()
            assert ear.payloads == [LONG]
        else:
            with pytest.raises(VenueUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
                await dialer.dial(ear)
