"""Events that are no game of the shared world: coins, nominees, champions, and games of long ago.

They look like listings of other venues without being the same bet: another hour, another round, another season.
"""

from collections.abc import Callable, Iterator

from firstprint.sim.polymarket.ids import lot
from firstprint.sim.polymarket.listings import EventPlan, Plan, Tag
from firstprint.sim.polymarket.texts import day_text, eastern
from firstprint.sim.world.contests import SimContest, SimLeague

_DAY_NS = 86_400 * 1_000_000_000
_CRYPTO, _POLITICS, _SPORTS = Tag(21, "Crypto", "crypto"), Tag(2, "Politics", "politics"), Tag(1, "Sports", "sports")
_COINS = (("Bitcoin", "bitcoin", 60_000, 2_000), ("Ethereum", "ethereum", 1_600, 100), ("Solana", "solana", 140, 10))
_PARTIES = ("Democratic", "Republican")
_NAMES = ("Avery Lindqvist", "José Marín-Ortega", "Stephanie A. Cole", "T. J. Okafor", "Rosalind Pike")
_LONG_AGO_NS = 200 * _DAY_NS


def steady(chance: float) -> Callable[[int], float]:
    """Give the price of what nothing of the world decides: always the same."""
    return lambda _: chance


def unrelated(count: int, leagues: tuple[SimLeague, ...], seed: int, now_ns: int) -> Iterator[EventPlan]:
    """Plan so many events that have no counterpart, of every kind in turn."""
    for number in range(count):
        turn = number // 3
        if number % 3 == 0:
            yield _coin(turn, seed, now_ns)
        elif number % 3 == 1 and leagues:
            yield _champion(leagues[turn % len(leagues)], seed, now_ns)
        else:
            yield _nominee(turn, seed, now_ns)


def relisted(slug: str, seed: int) -> str:
    """Put the tail of digits on a slug that one in three relisted events has."""
    drawn = lot(seed, f"relisted/{slug}")
    return f"{slug}-{int(drawn * 3e17) + 10**17}" if drawn < 0.33 else slug


def _coin(turn: int, seed: int, now_ns: int) -> EventPlan:
    """Plan `Bitcoin above ___ on October 3?`: above, by the minute's candle of an exchange, at noon."""
    name, word, middle, step = _COINS[turn % len(_COINS)]
    noon_ns = (now_ns // _DAY_NS + 1 + turn // len(_COINS)) * _DAY_NS + 16 * 3_600 * 1_000_000_000
    day = eastern(noon_ns)
    when, slug_when = f"{day:%B} {day.day}", f"{day:%B}-{day.day}".lower()
    rules = (
        f'This market will resolve to "Yes" if the Binance 1 minute candle for {name} 12:00 in the ET timezone (noon) '
        'on the date specified in the title has a final "Close" price higher than the price specified in the title. '
        'Otherwise, this market will resolve to "No".'
    )
    plans = tuple(
        Plan(f"{word}-above-{_thousands(price)}-on-{slug_when}-{day.year}",
             f"Will the price of {name} be above ${price:,} on {when}?", ("Yes", "No"), rules,
             steady(0.5 - (price - middle) / step * 0.12), float(price < middle), group=f"{price:,}", tick_e4=10)
        for price in range(middle - 3 * step, middle + 4 * step, step)
    )  # fmt: skip
    return EventPlan(
        slug=relisted(f"{word}-above-on-{slug_when}-{day.year}", seed), title=f"{name} above ___ on {when}?",
        description=rules, listed_ns=now_ns - 3 * _DAY_NS, deadline_ns=noon_ns, ends_ns=noon_ns, tags=(_CRYPTO,),
        plans=plans, source="https://www.binance.com/",
    )  # fmt: skip


def _thousands(price: int) -> str:
    return f"{price // 1_000}k" if price % 1_000 == 0 else str(price)


def _nominee(turn: int, seed: int, now_ns: int) -> EventPlan:
    """Plan a party's nominees: one of many may win, and two places are kept for names to come."""
    party, year = _PARTIES[turn % 2], 2028 + 4 * (turn // 2)
    rules = (
        f'This market will resolve to "Yes" if the named individual wins and accepts the {year} nomination of the '
        f'{party} Party for U.S. president. Otherwise, this market will resolve to "No".'
    )
    listed = [(name, "", False) for name in _NAMES] + [("Person A", "inactive", False), ("Other", "inactive", True)]
    plans = tuple(
        Plan(f"will-{_hyphened(name)}-win-the-{year}-{party.lower()}-presidential-nomination-{100 + number * 7}",
             f"Will {name} win the {year} {party} presidential nomination?", ("Yes", "No"), rules,
             steady(0.4 / (1 + number)), 0.0, group=name, tick_e4=10, flaw=flaw, other=other)
        for number, (name, flaw, other) in enumerate(listed)
    )  # fmt: skip
    slug = f"{party.lower()}-presidential-nominee-{year}"
    return EventPlan(
        slug=relisted(slug, seed), title=f"{party} Presidential Nominee {year}", description=rules,
        listed_ns=now_ns - 90 * _DAY_NS, deadline_ns=now_ns + 700 * _DAY_NS, ends_ns=None, tags=(_POLITICS,),
        plans=plans, neg_risk=True,
    )  # fmt: skip


def _champion(league: SimLeague, seed: int, now_ns: int) -> EventPlan:
    """Plan a league's champion: the same teams as its games, and another bet."""
    year = eastern(now_ns).year + 1
    rules = f'This market will resolve to "Yes" if the listed team wins the {year} {league.title} championship.'
    plans = tuple(
        Plan(f"will-the-{_hyphened(team.polymarket_title)}-win-the-{year}-{league.polymarket_prefix}-finals",
             f"Will the {team.polymarket_title} win the {year} {league.title} Finals?", ("Yes", "No"), rules,
             steady(0.3 / (1 + number)), 0.0, group=team.polymarket_title, tick_e4=10)
        for number, team in enumerate(league.teams[:8])
    )  # fmt: skip
    return EventPlan(
        slug=relisted(f"{league.polymarket_prefix}-{year}-champion", seed), title=f"{year} {league.title} Champion",
        description=rules, listed_ns=now_ns - 60 * _DAY_NS, deadline_ns=now_ns + 250 * _DAY_NS, ends_ns=None,
        tags=(_SPORTS, Tag(league.polymarket_tag, league.title, league.polymarket_prefix)), plans=plans, neg_risk=True,
    )  # fmt: skip


def _hyphened(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def zombie(contest: SimContest) -> EventPlan:
    """Plan a game of the same two teams long ago, whose result was proposed and never settled."""
    then_ns = contest.scheduled_ns - _LONG_AGO_NS
    names = contest.ordered[0].polymarket_name, contest.ordered[1].polymarket_name
    codes = "-".join(team.polymarket_code.lower() for team in contest.ordered)
    name = f"{contest.league.polymarket_prefix}-{codes}-{day_text(then_ns)}"
    plan = Plan(name, f"{names[0]} vs. {names[1]}", names, "A game of long ago.", steady(0.5), 0.5, "moneyline")
    return EventPlan(
        slug=name, title=plan.question, description=plan.description, listed_ns=then_ns - 5 * _DAY_NS,
        deadline_ns=then_ns, ends_ns=then_ns, plans=(plan,), starts_ns=then_ns, zombie=True,
        tags=(_SPORTS, Tag(contest.league.polymarket_tag, contest.league.title, contest.league.polymarket_prefix)),
        series=(contest.league.polymarket_series, contest.league.polymarket_prefix), game=name,
    )  # fmt: skip
