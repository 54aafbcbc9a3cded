"""The texts of game markets: rules as the venue words them, and the names of players that props are about."""

from firstprint.sim.polymarket.texts import clock_text, eastern

_POSTPONED = "If the game is postponed, this market will remain open until the game has been completed."
_CANCELLED = "If the game is canceled entirely, with no make-up game, this market will resolve 50-50."
_REGULATION = "This market refers only to the outcome within the first 90 minutes of regular play plus stoppage time."
PLAYERS: tuple[str, ...] = (
    "Dražen Kovač", "Tomas Ahlström", "DeShawn Whitfield Jr.", "Nikola Đurić", "Marcus O'Dell", "Jalen Brooks III",
    "Luís Ferrão", "Andre St. Clair", "Bogdan Šimić", "Kwame Asante", "Théo Lacombe", "Isaiah Van Houten",
)  # fmt: skip


def moneyline_rules(league: str, teams: tuple[str, str], start_ns: int) -> str:
    """Word the rules of a game with two ways."""
    when = clock_text(start_ns).replace(" PM", "PM").replace(" AM", "AM")
    return (
        f"In the upcoming {league} game, scheduled for {when}:\n"
        + "".join(f'If the {team} win, the market will resolve to "{team}".\n' for team in teams)
        + f"{_POSTPONED}\n{_CANCELLED}\nThe result will be determined based on the final score including any overtime"
        " periods."
    )


def result_rules(team: str | None, start_ns: int) -> str:
    """Word the rules of one of a game's three ways; None is the draw."""
    happens = f"If {team} wins" if team is not None else "If the game ends in a draw"
    when = eastern(start_ns)
    return (
        f"In the upcoming game, scheduled for {when:%B} {when.day}, {when.year}\n"
        f'{happens}, this market will resolve to "Yes".\nOtherwise, this market will resolve to "No".\n'
        f"{_POSTPONED}\n{_CANCELLED}\n{_REGULATION}"
    )


def spread_rules(league: str, favourite: str, other: str, needed: int, unit: str, start_ns: int, *, full: bool) -> str:
    """Word the rules of a handicap; `full` is false where only regulation counts."""
    tail = "" if full else f"\n\n{_REGULATION}"
    return (
        f"In the upcoming {league} game, scheduled for {clock_text(start_ns)}:\n\n"
        f'This market will resolve to "{favourite}" if the {favourite} win the game by {needed} or more {unit}.\n\n'
        f'Otherwise, this market will resolve to "{other}". If the game ends in a tie, this market will resolve to '
        f'"{other}".\n\n{_POSTPONED} {_CANCELLED}{tail}'
    )


def total_rules(league: str, teams: tuple[str, str], needed: int, unit: str, start_ns: int, *, full: bool) -> str:
    """Word the rules of an over and under."""
    tail = "" if full else f"\n\n{_REGULATION}"
    return (
        f"In the upcoming {league} game, scheduled for {clock_text(start_ns)}:\n\n"
        f'This market will resolve to "Over" if the {teams[0]} and {teams[1]} combine to score {needed} or more {unit}'
        f' in this game.\n\nIf the combined total is less than {needed}, this market will resolve to "Under".\n\n'
        f"{_POSTPONED} {_CANCELLED}{tail}"
    )


def half_rules(league: str, teams: tuple[str, str], body: str, start_ns: int) -> str:
    """Word the rules of a bet on the first half; `body` says when it pays."""
    return (
        f"In the first half of the {league} game between {teams[0]} and {teams[1]}, scheduled for "
        f"{clock_text(start_ns)}:\n\n{body}\n\nThe result will be determined based on the score at halftime only.\n\n"
        f"{_POSTPONED} {_CANCELLED}"
    )


def prop_rules(league: str, player: str, line: str, start_ns: int) -> str:
    """Word the rules of a player's points."""
    return (
        f"In the upcoming {league} game, scheduled for {clock_text(start_ns)}:\n\n"
        f'This market will resolve to "Yes" if {player} scores more than {line} points during the game.\n\n'
        f'This market will resolve to "No" if {player} scores {line} points or fewer during the game.\n\n'
        f"The entire game including all overtime periods will be considered.\n\n{_POSTPONED} {_CANCELLED}\n\n"
        "If the player is listed as inactive or otherwise does not take the court at any point, the market will "
        'resolve "No".'
    )
