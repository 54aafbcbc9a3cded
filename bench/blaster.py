"""A WebSocket server that sends frames made beforehand as fast as the other side takes them, or at a steady rate.

`python bench/blaster.py FILE --subscriptions N [--rate PER_S]` prints `{"port": ...}`, takes one client, answers N
subscriptions (the order books with the snapshots of FILE), waits half a second, sends the deltas of FILE, and stays
until the client goes. With `--venue polymarket` it answers nothing, as that venue does, and sends the books of FILE
when N assets are subscribed to. It writes to the socket itself, so that one core is enough to outrun any client.
Standard library only.
"""

import argparse
import base64
import hashlib
import json
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
CHUNK_BYTES = 256 * 1024
SETTLE_S = 0.5


def framed(payload: bytes, opcode: int = TEXT) -> bytes:
    """Put a payload into one WebSocket frame of a server: whole, and not masked."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x80 | opcode, size) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", 0x80 | opcode, 126, size) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, size) + payload


class Client:
    """The client's side of the socket, read frame by frame."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._stream = sock.makefile("rb")

    def shake_hands(self) -> None:
        """Read the upgrade and accept it."""
        lines = [line.decode().strip() for line in iter(self._stream.readline, b"\r\n")]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        key = headers["sec-websocket-key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode()  # noqa: S324 the protocol says SHA-1
        self._sock.sendall(
            f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )

    def command(self) -> dict[str, Any]:
        """Read the next command; answer what is not one. Raises EOFError when the client is gone."""
        while True:
            opcode, payload = self._frame()
            if opcode == PING:
                self._sock.sendall(framed(payload, PONG))
            elif opcode == CLOSE:
                self._sock.sendall(framed(payload, CLOSE))
                raise EOFError
            elif opcode == TEXT and payload == b"PING":
                self._sock.sendall(framed(b"PONG"))
            elif opcode == TEXT:
                command: dict[str, Any] = json.loads(payload)
                return command

    def _frame(self) -> tuple[int, bytes]:
        head = self._exactly(2)
        size = head[1] & 0x7F
        if size == 126:
            size = struct.unpack("!H", self._exactly(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self._exactly(8))[0]
        mask, payload = self._exactly(4), self._exactly(size)
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        return head[0] & 0x0F, (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")

    def _exactly(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise EOFError
        return data


def answer(sock: socket.socket, client: Client, opening: list[bytes], subscriptions: int) -> None:
    """Answer subscriptions until there are as many as are awaited; the order books' come with their snapshots."""
    for number in range(subscriptions):
        command = client.command()
        channel = command["params"]["channels"][0]
        books = channel == "orderbook_delta"
        body = {"channel": channel, "sid": 1 if books else 100 + number}
        said = {"type": "subscribed", "id": command["id"], "msg": body}
        sock.sendall(framed(json.dumps(said).encode() + b"\n") + (b"".join(map(framed, opening)) if books else b""))


def await_assets(sock: socket.socket, client: Client, opening: list[bytes], assets: int) -> None:
    """Take Polymarket's subscriptions, which are never answered, until so many assets are named; send their books."""
    named: set[str] = set()
    while len(named) < assets:
        named.update(client.command().get("assets_ids", ()))
    sock.sendall(b"".join(map(framed, opening)))


def blast(sock: socket.socket, deltas: list[bytes]) -> None:
    """Send everything as fast as it goes."""
    stream = memoryview(b"".join(map(framed, deltas)))
    for start in range(0, len(stream), CHUNK_BYTES):
        sock.sendall(stream[start : start + CHUNK_BYTES])


def pace(sock: socket.socket, deltas: list[bytes], rate_per_s: float) -> None:
    """Send each frame at its own time; what is late goes at once, together."""
    ready = [framed(delta) for delta in deltas]
    began, sent = time.perf_counter(), 0
    while sent < len(ready):
        due = min(len(ready), int((time.perf_counter() - began) * rate_per_s) + 1)
        if due > sent:
            sock.sendall(b"".join(ready[sent:due]))
            sent = due
        else:
            time.sleep(max(0.0, began + sent / rate_per_s - time.perf_counter()))


def main() -> None:
    """Serve one client."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--subscriptions", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--venue", choices=["kalshi", "polymarket"], default="kalshi")
    chosen = parser.parse_args()
    frames = chosen.file.read_bytes().splitlines(keepends=True)
    polymarket = chosen.venue == "polymarket"
    begins = b"[" if polymarket else b'{"type":"orderbook_snapshot"'
    opening = [frame for frame in frames if frame.startswith(begins)]
    deltas = frames[len(opening) + (not polymarket) :]
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(json.dumps({"port": server.getsockname()[1]}), flush=True)
        sock, _ = server.accept()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client = Client(sock)
    with sock, suppress(EOFError, ConnectionError):
        client.shake_hands()
        (await_assets if polymarket else answer)(sock, client, opening, chosen.subscriptions)
        time.sleep(SETTLE_S)
        pace(sock, deltas, chosen.rate) if chosen.rate else blast(sock, deltas)
        while True:
            client.command()


if __name__ == "__main__":
    sys.exit(main())
