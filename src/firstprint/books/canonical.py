"""The canonical form of books, so that two programs can agree on them by one hash.

Compact JSON `[[ticker,[[price,size],...] of yes,[...] of no],...]`: tickers sorted, prices ascending with four
decimals, sizes with two, levels of zero left out; sha256 over its UTF-8 bytes.
"""

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from firstprint.books.ladder import Ladder
from firstprint.domain.marketdata import Level
from firstprint.domain.units import format_e6

CanonicalLevel: TypeAlias = list[str]
CanonicalBook: TypeAlias = list[str | list[CanonicalLevel]]

_PRICE_DECIMALS = 4
_SIZE_DECIMALS = 2


def _text(value_e6: int, decimals: int) -> str:
    """Render with the form's decimals, or with all six where the value needs more: nothing is rounded away."""
    return format_e6(value_e6, decimals if value_e6 % 10 ** (6 - decimals) == 0 else 6)


def _side(levels: list[Level]) -> list[CanonicalLevel]:
    return [[_text(price_e6, _PRICE_DECIMALS), _text(size_e6, _SIZE_DECIMALS)] for price_e6, size_e6 in levels]


def canonical_books(ladders: Mapping[str, Ladder]) -> list[CanonicalBook]:
    """Bring ladders into the canonical form, tickers sorted."""
    return [
        [ticker, _side(ladders[ticker].levels("yes")), _side(ladders[ticker].levels("no"))]
        for ticker in sorted(ladders)
    ]


def books_sha256(books: list[CanonicalBook]) -> str:
    """Hash books in canonical form: lower-case hexadecimal sha256."""
    return hashlib.sha256(msgspec.json.encode(books)).hexdigest()
