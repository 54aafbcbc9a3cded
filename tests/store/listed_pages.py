"""Pages as a venue of real size lists them, made up from a seed."""

import random
from collections.abc import Iterator

from firstprint.domain.entries import EventEntry, ListedPage, MarketEntry, SeriesEntry
from firstprint.domain.instruments import PriceGrid, PriceRange
from firstprint.domain.secmaster import SeriesChoice

NOW_NS = 1_795_305_600_000_000_000
HOUR_NS = 3_600 * 10**9
GRID = PriceGrid((PriceRange(0, 1_000_000, 10_000),))
CATEGORIES = ("Sports", "Politics", "Economics", "Entertainment", "Crypto", "Climate and Weather", "Financials")
RULES = "If the outcome of {0} is as the title says, the market resolves to Yes. " * 6


def series_ticker(number: int) -> str:
    """Name a series."""
    return f"KX{number % 97:02d}SERIES{number:05d}"


def listed_series(count: int) -> tuple[ListedPage, list[SeriesChoice]]:
    """List so many series, in one page, with a choice for each."""
    entries = [_series(number) for number in range(count)]
    choices = [SeriesChoice(one.ticker, one.scope == "Game", None) for one in entries]
    return ListedPage(series=entries), choices


def _series(number: int) -> SeriesEntry:
    return SeriesEntry(
        ticker=series_ticker(number),
        title=f"The series number {number}",
        category=CATEGORIES[number % 3 and number % len(CATEGORIES)],
        categories=(CATEGORIES[number % 3 and number % len(CATEGORIES)],),
        tags=("Soccer", f"Tag {number % 40}") if number % 5 else (),
        frequency="custom",
        scope="Game" if number % 4 == 0 else "Future",
        fee_type="quadratic",
        fee_multiplier="1",
        settlement_sources=({"name": "The source", "url": "https://example.com/results"},),
        contract_url="https://example.com/contract.pdf",
        exchange_index=0,
    )


def listed_events(
    pages: int = 56, *, events_per_page: int = 200, markets: int = 96_000, series: int = 11_000
) -> Iterator[ListedPage]:
    """List events with their markets, page by page: so many markets in all, spread unevenly."""
    rng = random.Random(7)
    total = pages * events_per_page
    sizes = [rng.choice((1, 2, 2, 2, 10, 30)) for _ in range(total)]
    scale = markets / sum(sizes)
    given, owed = 0, 0.0
    for page in range(pages):
        events, listed = [], []
        for number in range(page * events_per_page, (page + 1) * events_per_page):
            owed += sizes[number] * scale
            count = round(owed) - given if number < total - 1 else markets - given
            given += count
            event = _event(number, series_ticker(rng.randrange(series)))
            events.append(event)
            listed += [_market(event, one) for one in range(count)]
        yield ListedPage(events=events, markets=listed, last_page=page == pages - 1)


def _event(number: int, series: str) -> EventEntry:
    return EventEntry(
        ticker=f"{series}-26NOV{number:05d}",
        series_ticker=series,
        title=f"Event number {number}",
        sub_title="On Nov 21",
        category="Sports",
        collateral_return_type="MECNET",
        mutually_exclusive=True,
        strike_ns=NOW_NS + number * HOUR_NS,
        updated_ns=NOW_NS - number,
    )


def _market(event: EventEntry, number: int) -> MarketEntry:
    return MarketEntry(
        ticker=f"{event.ticker}-T{number:03d}",
        event_ticker=event.ticker,
        series_ticker=event.series_ticker,
        market_type="binary",
        title=f"Will {event.title} end with outcome number {number}?",
        yes_sub_title=f"Outcome {number}",
        no_sub_title=f"Outcome {number}",
        status="active",
        created_ns=NOW_NS - 90 * HOUR_NS,
        open_ns=NOW_NS - 80 * HOUR_NS,
        close_ns=NOW_NS + (number + 1) * HOUR_NS,
        expected_expiration_ns=NOW_NS + (number + 2) * HOUR_NS,
        latest_expiration_ns=NOW_NS + 900 * HOUR_NS,
        occurrence_ns=NOW_NS + (number + 2) * HOUR_NS,
        updated_ns=NOW_NS - 70 * HOUR_NS,
        strike_type="structured",
        floor_strike=str(number),
        custom_strike={"football_team": f"e29b78dd-ca06-432f-8f2f-{number:012d}"},
        price_level_structure="linear_cent",
        grid=GRID,
        rules_primary=RULES.format(event.title),
        rules_secondary="The following outcomes are not counted. " * 4,
        early_close_condition="This market will close and expire after a winner is declared.",
        can_close_early=True,
        settlement_timer_s=300,
        notional_e6=1_000_000,
        exchange_index=0,
    )
