"""Names that users give, series that they mean, and what counts as a game."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.app.secmaster.choosing import check_names, chosen_series
from firstprint.app.secmaster.games import find_game
from firstprint.app.secmaster.ports import KnownSeries
from firstprint.domain.entries import SeriesEntry
from firstprint.domain.errors import ConfigurationError

TAGS = ("Soccer", "Basketball", "Baseball", "Football", "Daily temperature")


def test_names_are_taken_whatever_their_case() -> None:
    """A tag is found by its letters, is given back as the venue spells it, and counts once."""
    assert check_names("tag", ["soccer", "SOCCER", " basketball "], TAGS) == ("Soccer", "Basketball")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    """An unknown tag is refused, never guessed, and the nearest known ones are named (C4)."""
    with pytest.raises(ConfigurationError, match=r"there is no tag 'Socer'; the nearest are: Soccer"):
        check_names("tag", ["Socer"], TAGS)


def test_a_name_like_none_is_answered_with_what_there_is() -> None:
    """A tag that resembles nothing is answered with the known ones."""
    with pytest.raises(ConfigurationError, match=r"known are: .*Baseball"):
        check_names("tag", ["\x00\x1b"], TAGS)


@pytest.mark.parametrize(
    ("ticker", "category", "scope", "game"),
    [
        ("KXNBAGAME", "Sports", "Game", True),
        ("KXATPMATCH", "Sports", None, True),
        ("KXNBASPREAD", "Sports", "Spread", False),
        ("KXUFCFIGHT", "Sports", "Game", True),
        ("KXALLSTARGAMEMVP", "Sports", "Award", False),
        ("KXVIDEOGAME", "Entertainment", None, False),
        ("KXVIDEOGAME", "Entertainment", "Game", False),
        ("KXF1RACE", "Sports", None, False),
    ],
)
def test_the_venues_scope_says_what_a_game_is(ticker: str, category: str, scope: str | None, game: bool) -> None:
    """A sports series is a game by its scope, by GAME or MATCH in its ticker where there is no scope (C2)."""
    assert find_game(SeriesEntry(ticker=ticker, category=category, scope=scope)).is_game is game


def test_name_and_scope_disagree_only_where_both_speak() -> None:
    """What `series sync --explain` lists is where the venue states a scope and the name says otherwise (C2)."""
    fight = find_game(SeriesEntry(ticker="KXUFCFIGHT", category="Sports", scope="Game"))
    silent = find_game(SeriesEntry(ticker="KXUFCFIGHT", category="Sports"))
    future = find_game(SeriesEntry(ticker="KXGAMESWON", category="Sports", scope="Future"))
    assert (fight.disagrees, silent.disagrees, future.disagrees) == (True, False, True)


known = st.lists(
    st.builds(
        KnownSeries,
        ticker=st.text("ABC", min_size=1, max_size=4),
        category=st.sampled_from(["Sports", "Politics", None]),
        tags=st.lists(st.sampled_from(TAGS), max_size=3).map(tuple),
        is_game=st.booleans(),
        active=st.booleans(),
        disabled_reason=st.none(),
    ),
    max_size=20,
)


@given(known, st.sets(st.sampled_from(TAGS)), st.sets(st.sampled_from(["Sports", "Politics"])), st.booleans())
def test_chosen_series_are_those_that_satisfy_every_wish(
    all_known: list[KnownSeries], tags: set[str], categories: set[str], games_only: bool
) -> None:
    """A series is chosen exactly when it is active and meets each wish: any of the tags, of the categories, a game."""
    chosen = chosen_series(all_known, tags=tuple(tags), categories=tuple(categories), games_only=games_only)
    for one in all_known:
        wished = [one.active]
        wished += [any(tag in tags for tag in one.tags)] if tags else []
        wished += [one.category in categories] if categories else []
        wished += [one.is_game] if games_only else []
        assert (one in chosen) is all(wished)
    assert [one.ticker for one in chosen] == sorted(one.ticker for one in chosen)
