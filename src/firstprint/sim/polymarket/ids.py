"""Names that machines give: condition and question ids, token ids, hashes. All are functions of a seed and a name."""

from hashlib import blake2b, sha1, sha256

_TOKEN_MIN = 10**76
_TOKEN_MAX = 10**78
"""Token ids are 77 or 78 digits long on the venue."""


def condition_id(seed: int, slug: str) -> str:
    """Give the id of a market's condition: 0x and 64 hex digits."""
    return "0x" + sha256(f"condition/{seed}/{slug}".encode()).hexdigest()


def question_id(seed: int, slug: str) -> str:
    """Give the id of a market's question."""
    return "0x" + sha256(f"question/{seed}/{slug}".encode()).hexdigest()


def token_ids(condition: str) -> tuple[str, str]:
    """Give the tokens of a condition's two outcomes, decimal."""
    return _token(condition, 0), _token(condition, 1)


def _token(condition: str, index: int) -> str:
    wide = int.from_bytes(sha256(f"{condition}/{index}".encode()).digest())
    return str(_TOKEN_MIN + wide % (_TOKEN_MAX - _TOKEN_MIN))


def game_id(seed: int, name: str) -> int:
    """Give the number of a game at the venue's data provider."""
    return 20_000_000 + int.from_bytes(sha256(f"game/{seed}/{name}".encode()).digest()[:4]) % 9_000_000


def lot(seed: int, name: str) -> float:
    """Draw a number from 0 to 1 for a name, always the same."""
    return int.from_bytes(blake2b(f"{seed}/{name}".encode(), digest_size=6).digest()) / 2**48


def change_hash(seed: int, token: str, count: int) -> str:
    """Give the hash of a token's change number `count`: an order's hash on the venue, which never recurs."""
    return blake2b(f"{seed}/{token}/{count}".encode(), digest_size=20).hexdigest()


def book_hash(canonical: bytes) -> str:
    """Give the hash of a book by the bytes of its canonical JSON."""
    return sha1(canonical, usedforsecurity=False).hexdigest()
