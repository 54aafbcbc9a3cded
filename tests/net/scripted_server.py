"""A WebSocket server made of raw sockets, which does exactly what a test's script says."""

import asyncio
import base64
import hashlib
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA


def frame(payload: bytes, opcode: int = TEXT, *, fin: bool = True) -> bytes:
    """Build one server frame, unmasked."""
    head = bytes([(0x80 if fin else 0) | opcode])
    size = len(payload)
    if size < 126:
        return head + bytes([size]) + payload
    if size < 65536:
        return head + b"\x7e" + struct.pack(">H", size) + payload
    return head + b"\x7f" + struct.pack(">Q", size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Build a close frame."""
    return frame(struct.pack(">H", code) + reason.encode(), CLOSE)


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read one client frame and give its opcode and payload."""
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size == 126:
        size = struct.unpack(">H", await reader.readexactly(2))[0]
    mask = await reader.readexactly(4)
    masked = await reader.readexactly(size)
    return first & 0xF, bytes(b ^ mask[i % 4] for i, b in enumerate(masked))


async def upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> dict[str, str]:
    """Answer the handshake with 101 and give the request's headers, names in lower case."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    names = {name.lower(): value for name, value in headers.items()}
    key = names["sec-websocket-key"].encode()
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324 RFC 6455
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"X-Served-By: Script\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    return names


@asynccontextmanager
async def serving(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve a script on loopback and give its ws:// address."""
    writers: list[asyncio.StreamWriter] = []
    tasks: list[asyncio.Task[None]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.append(asyncio.current_task())
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/trade-api/ws/v2"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def refusing(head: str, body: bytes) -> Script:
    """Script a server that answers the upgrade with another HTTP answer."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    return script


class Ear:
    """A listener that remembers, and lets a test wait for what it heard."""

    def __init__(self) -> None:
        self.calls: list[list[bytes]] = []
        self.times_ns: list[int] = []
        self.ends: list[tuple[int | None, str, str]] = []
        self.ended = asyncio.Event()
        self._news = asyncio.Event()

    @property
    def payloads(self) -> list[bytes]:
        return [payload for call in self.calls for payload in call]

    def frames(self, payloads: list[bytes], mono_ns: int) -> None:
        self.calls.append(payloads)
        self.times_ns.append(mono_ns)
        self._news.set()

    def closed(self, code: int | None, reason: str, by: str) -> None:
        self.ends.append((code, reason, by))
        self.ended.set()

    async def heard(self, count: int) -> None:
        """Wait until so many frames came."""
        while len(self.payloads) < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 20)

    async def end(self) -> tuple[int | None, str, str]:
        """Wait for the end and give it."""
        await asyncio.wait_for(self.ended.wait(), 20)
        return self.ends[0]
