"""Names of teams and people brought into one spelling, so that equal names are equal text. Nothing here is fuzzy. Pure.

Names arrive as people at venues and sources wrote them, and are hostile text: every string has a key, and a key's key
is itself.
"""

import re
import unicodedata

_LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "ß": "ss", "æ": "ae", "œ": "oe",
    "þ": "th", "ĸ": "k", "ŋ": "n", "ŀ": "l", "ə": "e",
})  # fmt: skip
_JOINED = str.maketrans("", "", "'`´‘’‛ʻʼʽ′‵＇")  # noqa: RUF001 every way of writing an apostrophe
_FILLERS = str.maketrans(dict.fromkeys("\u3164\u115f\u1160\uffa0", " "))
"""Characters that count as letters and show nothing, Hangul's fillers, are space."""
_PREFIX = re.compile(r"^(?:\s*reg(?:ulation)?\.? time\s*:)+\s*")
_INITIALS = re.compile(r"(?<!\w)(?:\w\.){2,}")
_WORDS = re.compile(r"[^\W_]+")
_SPELLED = {"utd": "united", "intl": "international", "univ": "university", "mt": "mount", "ft": "fort"}
_SAINTS = frozenset({
    "albans", "andrews", "anselm", "augustine", "bonaventure", "bonifatius", "cloud", "edwards", "etienne", "francis",
    "gallen", "george", "germain", "gilloise", "helens", "james", "john", "johns", "johnstone", "joseph", "josephs",
    "kilda", "kitts", "lawrence", "leo", "louis", "lucia", "mary", "marys", "michaels", "mirren", "olaf", "patricks",
    "pauli", "peter", "peters", "polten", "thomas", "truiden", "vincent", "xavier",
})  # fmt: skip
_ESPORTS = frozenset({"team", "esports", "esport", "gaming", "club", "clan"})
_SOCCER = frozenset({
    "fc", "cf", "sc", "ac", "afc", "cfc", "club", "fk", "sk", "nk", "bk", "if", "ff", "sv", "ca", "cd", "cs", "csd",
    "ec", "cr", "ud", "sd", "rcd", "rc", "as", "ss", "ssc", "kv", "hnk", "mfk",
})  # fmt: skip
_PEOPLE = frozenset({"mma", "tennis", "boxing"})
"""Sports whose sides are people."""
_SUFFIXES = {"junior": "jr", "senior": "sr"}
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
"""Written behind a fighter's name in one place and not in the other; a father and his son do not meet one opponent."""


def name_key(text: str) -> str:
    """Bring a name into lower case without accents, punctuation and spelling habits.

    `St.` is Saint where it leads or a saint's name follows, else State. Apostrophes and the dots of initials join, all
    other punctuation parts; `&` is `and`. `(OH)` stays a word. `Reg Time:` in front is dropped.
    """
    bare = _PREFIX.sub("", _shown(text)).translate(_JOINED).replace("&", " and ")
    if "." in bare:
        bare = _INITIALS.sub(lambda found: found.group().replace(".", "") + " ", bare)
    words = [_SPELLED.get(word, word) for word in _WORDS.findall(bare)]
    if "st" not in words:
        return " ".join(words)
    return " ".join(_saint_or_state(words, place) if word == "st" else word for place, word in enumerate(words))


def _shown(text: str) -> str:
    """Give what is seen of text, without case and accents. ASCII has nothing else: most names are, and are quick."""
    if text.isascii():
        return text.lower()
    joined = text.translate(_JOINED)  # taken apart, an acute accent that stands alone would be a space
    return "".join(one for one in _plain(joined) if unicodedata.category(one) != "Cf").translate(_FILLERS)


def _plain(text: str) -> str:
    """Give text without case and accents. Case may bring accents with it, and the other way round: both twice."""
    for _ in range(2):
        apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
        text = "".join(one for one in apart if unicodedata.category(one)[0] != "M")
    return text


def _saint_or_state(words: list[str], place: int) -> str:
    followed = place + 1 < len(words) and words[place + 1] in _SAINTS
    return "saint" if place == 0 or followed else "state"


def core_key(text: str, sport: str) -> str:
    """Give a name's key without what clubs of this sport may or may not be written with (`Team`, `FC`).

    A name of such words alone keeps them. In sports of single people a name of two words has them in one order.
    """
    if sport in _PEOPLE:
        key = person_key(text)
        return _in_order(" ".join(word for word in key.split() if word not in _GENERATIONS) or key)
    key = name_key(text)
    fillers = _SOCCER if sport == "soccer" else _ESPORTS if sport == "esports" else frozenset()
    words = [word for word in key.split() if word not in fillers]
    return " ".join(words) or key


def person_key(text: str) -> str:
    """Give a person's key: `Last, First` is turned, `Junior` is `jr`, and `St` in a name stays a saint's."""
    last, comma, first = text.partition(",")
    turned = f"{first} {last}" if comma and name_key(first) not in ("jr", "sr", "ii", "iii", "iv") else text
    words = name_key(turned).replace(" state ", " saint ").split()
    return " ".join(_SUFFIXES.get(word, word) for word in words)


def person_keys_equal(a: str, b: str) -> bool:
    """Tell whether two people's keys name the same person: equal, or two words in either order."""
    return _in_order(a) == _in_order(b)


def _in_order(key: str) -> str:
    return " ".join(sorted(key.split())) if key.count(" ") == 1 else key
