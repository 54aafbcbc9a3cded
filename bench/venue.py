"""A small Kalshi for the benchmarks: as many markets as wanted, with books of exactly the depth wanted, listed at once.

`python bench/venue.py --markets N --levels N --spare N` prints one JSON line with its addresses and then obeys lines on
standard input: `create N` announces N of the spare markets at once, `flow N` sends N deltas on every connection.
It answers what the recorder asks and nothing else; the simulated venue of firstprint is the one that is true to life.
Standard library only.
"""

import argparse
import json
import random
import socket
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from blaster import Client, framed
from frames import MarketBook, delta, snapshot

PAGE_ROWS = 1_000
OPEN_S, CLOSE_S = 1_700_000_000, 1_900_000_000
GRID = [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}]
FLOW_FRAMES = 200
FLOW_PAUSE_S = 0.02


def encode(content: object) -> bytes:
    """Render JSON as the venue does."""
    return json.dumps(content, separators=(",", ":")).encode()


class Venue:
    """All markets, and the connections that listen to their lives."""

    def __init__(self, markets: int, levels: int, spare: int) -> None:
        rng = random.Random(1)
        books = [MarketBook(rng, number, levels) for number in range(markets + spare)]
        self.listed = books[:markets]
        self.spare = books[markets:]
        self.books = {book.ticker: book for book in books}
        self.sessions: list[Session] = []
        self.pages = [
            encode({"markets": [market_row(book) for book in self.listed[start : start + PAGE_ROWS]],
                    "cursor": str(start + PAGE_ROWS) if start + PAGE_ROWS < markets else ""})
            for start in range(0, markets, PAGE_ROWS)
        ]  # fmt: skip

    def create(self, count: int) -> None:
        """List markets now: one message for each, all in one write to every connection that listens."""
        born, self.spare = self.spare[:count], self.spare[count:]
        for session in self.sessions:
            session.announce(born)

    def flow(self, count: int) -> None:
        """Send deltas on every connection that has books, a little at a time."""
        for session in self.sessions:
            threading.Thread(target=session.flow, args=(count,), daemon=True).start()


def market_row(book: MarketBook) -> dict[str, Any]:
    """Render a market as REST lists it, at about its real size."""
    ticker = book.ticker
    return {
        "ticker": ticker, "event_ticker": ticker.rpartition("-")[0], "title": f"{ticker} Winner?", "status": "active",
        "yes_sub_title": ticker[-3:], "no_sub_title": ticker[-3:], "market_type": "binary", "result": "",
        "rules_primary": f"If {ticker[-3:]} wins the game, then the market resolves to Yes.", "rules_secondary": "",
        "created_time": "2023-11-14T22:13:20Z", "open_time": "2023-11-14T22:13:20Z",
        "close_time": "2030-03-17T17:46:40Z", "expiration_time": "2030-03-17T17:46:40Z", "can_close_early": True,
        "latest_expiration_time": "2030-03-17T17:46:40Z", "expected_expiration_time": "2030-03-17T17:46:40Z",
        "yes_bid_dollars": "0.4000", "yes_ask_dollars": "0.4200", "no_bid_dollars": "0.5800",
        "no_ask_dollars": "0.6000", "last_price_dollars": "0.4100", "volume_fp": "1200.00", "volume_24h_fp": "100.00",
        "open_interest_fp": "500.00", "settlement_timer_seconds": 60, "notional_value_dollars": "1.0000",
        "price_level_structure": "linear_cent", "price_ranges": GRID, "exchange_index": 0,
    }  # fmt: skip


def created(book: MarketBook) -> dict[str, Any]:
    """Render the `created` message's body."""
    title = f"{book.ticker} Winner?"
    return {
        "market_ticker": book.ticker, "event_type": "created", "exchange_index": 0, "open_ts": OPEN_S,
        "close_ts": CLOSE_S, "price_level_structure": "linear_cent", "price_ranges": GRID,
        "additional_metadata": {
            "name": book.ticker[-3:], "title": title, "yes_sub_title": book.ticker[-3:],
            "no_sub_title": book.ticker[-3:], "rules_primary": f"If {book.ticker[-3:]} wins, Yes.",
            "rules_secondary": "", "can_close_early": True, "event_ticker": book.ticker.rpartition("-")[0],
            "expected_expiration_ts": CLOSE_S,
        },
    }  # fmt: skip


class Session:
    """One WebSocket: a thread that answers, one sid for each channel, a number for each frame of a sid."""

    def __init__(self, venue: Venue, sock: socket.socket) -> None:
        self._venue = venue
        self._sock = sock
        self._sending = threading.Lock()
        self._sids: dict[str, int] = {}
        self._channels: dict[int, str] = {}
        self._seqs: dict[int, int] = {}
        self._tickers: dict[int, list[str]] = {}
        self._rng = random.Random(len(venue.sessions))

    def serve(self) -> None:
        """Answer commands until the client goes."""
        client = Client(self._sock)
        with self._sock, suppress(EOFError, OSError):
            client.shake_hands()
            self._venue.sessions.append(self)
            while True:
                command = client.command()
                with self._sending:
                    self._sock.sendall(b"".join(map(framed, self._answer(command))))

    def _seq(self, sid: int) -> int:
        self._seqs[sid] = self._seqs.get(sid, 0) + 1
        return self._seqs[sid]

    def _answer(self, command: dict[str, Any]) -> list[bytes]:
        params = command["params"]
        if command["cmd"] == "subscribe":
            return self._subscribed(command["id"], params["channels"][0], params.get("market_tickers", []))
        sid, markets = params["sids"][0], params["market_tickers"]
        if params["action"] == "get_snapshot":
            return self._snapshots(sid, markets, f'"id":{command["id"]},')
        held = self._tickers[sid]
        if params["action"] == "add_markets":
            held += [market for market in markets if market not in held]
        else:
            held[:] = [market for market in held if market not in set(markets)]
        said = {"type": "ok", "id": command["id"], "sid": sid, "seq": self._seq(sid), "msg": {"market_tickers": held}}
        added = markets if params["action"] == "add_markets" and self._channels[sid] == "orderbook_delta" else []
        return [encode(said) + b"\n", *self._snapshots(sid, added)]

    def _subscribed(self, command: int, channel: str, markets: list[str]) -> list[bytes]:
        sid = self._sids[channel] = len(self._sids) + 1
        self._channels[sid], self._tickers[sid] = channel, list(markets)
        said = {"type": "subscribed", "id": command, "msg": {"channel": channel, "sid": sid}}
        return [encode(said) + b"\n", *(self._snapshots(sid, markets) if channel == "orderbook_delta" else [])]

    def _snapshots(self, sid: int, markets: list[str], answers: str = "") -> list[bytes]:
        return [snapshot(self._venue.books[market], sid, self._seq(sid), answers) for market in markets]

    def announce(self, born: list[MarketBook]) -> None:
        """Say that markets were created, where that is listened to."""
        sid = self._sids.get("market_lifecycle_v2")
        if sid is None:
            return
        said = [
            encode({"type": "market_lifecycle_v2", "sid": sid, "seq": self._seq(sid), "msg": created(book)}) + b"\n"
            for book in born
        ]
        with self._sending:
            self._sock.sendall(b"".join(map(framed, said)))

    def flow(self, count: int) -> None:
        """Send deltas of this connection's markets until the client goes."""
        with suppress(OSError):
            self._flow(count)

    def _flow(self, count: int) -> None:
        sid = self._sids.get("orderbook_delta")
        books = [self._venue.books[market] for market in self._tickers.get(sid or 0, [])]
        while count > 0 and sid is not None and books:
            with self._sending:
                now_us = time.time_ns() // 1000  # noqa: TID251 a venue has a clock of its own
                some = [
                    delta(book, sid, self._seq(sid), book.change(self._rng), now_us)
                    for book in self._rng.choices(books, k=min(count, FLOW_FRAMES))
                ]
                self._sock.sendall(b"".join(map(framed, some)))
            count -= len(some)
            time.sleep(FLOW_PAUSE_S)


def rest_handler(venue: Venue) -> type[BaseHTTPRequestHandler]:
    """Make the REST side: the open markets in pages, and empty lists for the rest."""

    class Rest(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            where = urlsplit(self.path)
            query = parse_qs(where.query)
            body = encode({"markets": [], "trades": [], "cursor": ""})
            if where.path.endswith("/account/limits"):
                bucket = {"refill_rate": 10_000, "bucket_capacity": 20_000}
                body = encode({"usage_tier": "prestige", "read": bucket, "write": bucket})
            elif where.path.endswith("/exchange/status"):
                body = encode({"exchange_active": True, "trading_active": True})
            elif where.path.endswith("/markets") and query.get("status") == ["open"] and venue.pages:
                body = venue.pages[int(query.get("cursor", ["0"])[0]) // PAGE_ROWS]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 the name is the standard library's
            """Keep quiet."""

    return Rest


def accept(venue: Venue, server: socket.socket) -> None:
    """Serve each client in a thread of its own."""
    while True:
        sock, _ = server.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=Session(venue, sock).serve, daemon=True).start()


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markets", type=int, default=0)
    parser.add_argument("--levels", type=int, default=10)
    parser.add_argument("--spare", type=int, default=0)
    chosen = parser.parse_args()
    venue = Venue(chosen.markets, chosen.levels, chosen.spare)
    server = socket.create_server(("127.0.0.1", 0), backlog=512)
    rest = ThreadingHTTPServer(("127.0.0.1", 0), rest_handler(venue))
    threading.Thread(target=accept, args=(venue, server), daemon=True).start()
    threading.Thread(target=rest.serve_forever, daemon=True).start()
    where = {
        "rest_url": f"http://127.0.0.1:{rest.server_address[1]}/trade-api/v2",
        "ws_url": f"ws://127.0.0.1:{server.getsockname()[1]}/trade-api/ws/v2",
    }
    print(json.dumps(where), flush=True)
    for line in sys.stdin:
        order, _, count = line.partition(" ")
        (venue.create if order == "create" else venue.flow)(int(count))


if __name__ == "__main__":
    main()
