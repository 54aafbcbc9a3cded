"""Differences in rules between two listings of one proposition: what a trader of both must know."""

import re
from functools import lru_cache

from firstprint.domain.links import Difference
from firstprint.domain.propositions import Listing, Terms

_ADDRESS = re.compile(r"^https?://(?:www\.)?")
_ABOUT = ("tie", "postponed", "postponed_h_max", "cancelled", "inactive", "rounding")


def overtime_differs(a: Terms, b: Terms) -> bool:
    """Tell whether one listing counts overtime and the other does not: then they are different bets."""
    return a.overtime is not None and b.overtime is not None and a.overtime is not b.overtime


def differences(a: Listing, b: Listing) -> tuple[Difference, ...]:
    """List what two listings' rules say differently; what one of them does not say is said to be not stated."""
    found = [
        Difference(about=about, a=_said(getattr(a.terms, about)), b=_said(getattr(b.terms, about)))
        for about in _ABOUT
        if getattr(a.terms, about) != getattr(b.terms, about)
    ]
    if a.terms.sources and b.terms.sources and _settled_by(a.terms.sources).isdisjoint(_settled_by(b.terms.sources)):
        sources = (", ".join(a.terms.sources), ", ".join(b.terms.sources))
        found.append(Difference(about="settlement_source", a=sources[0], b=sources[1]))
    return tuple(found)


@lru_cache(maxsize=4_096)
def _settled_by(sources: tuple[str, ...]) -> frozenset[str]:
    """Give sources in a form in which one source is one text: the host of an address, without `www.`."""
    return frozenset(_ADDRESS.sub("", one.lower()).partition("/")[0] for one in sources)


def _said(value: object) -> str:
    return "not stated" if value is None else str(value)
