"""Series by the thousand: names made by rules, in the venue's categories and about their real proportions.

A rule is a pattern of ticker and title for each word of a list. Nothing is drawn: the same number gives the same
series, and a smaller number gives the beginnings of each category.
"""

from collections.abc import Iterator
from itertools import chain, cycle, islice
from typing import NamedTuple
from zlib import crc32

from firstprint.sim.kalshi import words
from firstprint.sim.kalshi.listings import SimSeries
from firstprint.sim.kalshi.names import LEAGUES
from firstprint.sim.kalshi.words import Word
from firstprint.sim.world.leagues import LEAGUES as WORLD_LEAGUES

_FEES: tuple[tuple[str, float], ...] = (
    ("quadratic", 1), ("quadratic", 1), ("quadratic", 1), ("quadratic_with_maker_fees", 1), ("quadratic", 0.5),
    ("quadratic_with_maker_fees", 0.5), ("flat", 1), ("quadratic_with_combo_maker_fees", 1),
)  # fmt: skip
_SOURCES: tuple[Word, ...] = (
    ("https://www.example.org/results", "Official results"),
    ("https://www.example.org/wire", "Newswire"),
    ("https://www.example.org/statistics", "Bureau of Statistics"),
)


class Rule(NamedTuple):
    """A pattern for the words of a list: `{}` stands for the code in the ticker and for the name in the title."""

    ticker: str
    title: str
    words: tuple[Word, ...]
    frequency: str = "custom"
    tag: str | None = None


class Category(NamedTuple):
    """A category: how many series of ten thousand are in it, another one that some are in too, and its rules."""

    name: str
    share: int
    also: str | None
    rules: tuple[Rule, ...]


def _rules(words_of: tuple[Word, ...], text: str, frequency: str = "custom", tag: str | None = None) -> list[Rule]:
    """Read rules written as `TICKER=Title; ...`."""
    pairs = (one.strip().split("=") for one in text.split(";"))
    return [Rule(f"KX{ticker}", title, words_of, frequency, tag) for ticker, title in pairs]


_ELECTIONS = (
    *_rules(
        words.STATES,
        "GOVPARTY{}=Party of the governor of {}; SENATE{}=Senate race in {}; GOVNOM{}R=Republican nominee in {};"
        "GOVNOM{}D=Democratic nominee in {}; SENATENOM{}R=Republican for the Senate in {}; MARGIN{}=Margin in {};"
        "SENATENOM{}D=Democrat for the Senate in {}; AG{}=Attorney general of {}; TURNOUT{}=Turnout in {};"
        "SOS{}=Secretary of state of {}; LTGOV{}=Lieutenant governor of {}; BALLOT{}=Ballot measure in {};"
        "STATEHOUSE{}=State house of {}; STATESEN{}=State senate of {}; PRES{}=Presidential race in {}",
    ),
    *_rules(words.DISTRICTS, "HOUSE{}=House race in {}; HOUSENOM{}=House primary in {}"),
    *_rules(words.COUNTRIES, "{}PARLI=Parliament of {}; {}PRES=President of {}; {}PM=Prime minister of {}"),
    *_rules(words.CITIES, "MAYOR{}=Mayor of {}; {}COUNCIL=Council of {}"),
)
_POLITICS = (
    *_rules(
        words.SURNAMES,
        "{}OUT={} leaves office; APR{}=Approval of {}; {}PARDON=Pardon of {}; {}EO=Executive orders by {};"
        "{}VISIT=Where will {} travel?; {}VETO=Vetoes by {}; {}NOMINEE={} confirmed; {}IMPEACH=Impeachment of {};"
        "{}ENDORSE=Endorsement by {}; {}BOOK=Book by {}; {}CHARGE=Charges against {}; {}RUN=Will {} run?;"
        "{}POLL=Polls of {}; {}RESIGN=Resignation of {}; {}MEET=Who will {} meet?; {}DEBATE={} in the debate",
        tag="US Elections",
    ),
    *_rules(words.COUNTRIES, "{}TREATY=Treaty with {}; {}TRAVELBAN=Travel ban on {}; {}ENVOY=Envoy to {}"),
    *_rules(words.TOPICS, "{}BILL={} bill; {}VOTE={} vote; {}COURT={} in court; {}CZAR={} czar", tag="Policy"),
)
_ENTERTAINMENT = (
    *_rules(
        words.WORKS,
        "RT{}={} on the Tomatometer; {}OPENING=Opening weekend of {}; {}OSCAR=Oscars for {}; {}SEQUEL=Sequel of {};"
        "{}EMMY=Emmys for {}; {}STREAM={} on the charts; {}CAST=Cast of {}",
        tag="Movies",
    ),
    *_rules(
        words.SURNAMES,
        "SPOTIFY{}={} on Spotify; {}ALBUM=Next album of {}; {}TOUR=Tour of {}; {}GRAMMY=Grammys for {};"
        "{}HALFTIME={} at halftime; {}COLLAB={} and friends; {}TOPSONG=Top song of {}; {}WEDDING=Wedding of {};"
        "{}YOUTUBE={} on YouTube; {}NO1={} at number one; {}FEATURE={} features; {}LISTEN=Listeners of {};"
        "{}FOLLOW=Followers of {}; {}GUEST=Guests of {}; {}SHOW=Show of {}; {}ROLE=Next role of {};"
        "{}FESTIVAL={} at the festival; {}VMA=VMAs for {}; {}HOST=Will {} host?; {}DANCE={} dances;"
        "{}SINGLE=Single of {}",
        "weekly",
        "Music",
    ),
    *_rules(words.WORKS, "VIDEOGAME{}={}: the game; {}GAMESALES=Game sales of {}", tag="Video games"),
)
_FINANCIALS = (
    *_rules(words.INDEXES, "{}={} range; {}U={} above", "daily", "Daily"),
    *_rules(words.INDEXES, "{}H={} this hour", "hourly"),
    *_rules(words.INDEXES, "{}Y={} at the year's end; {}MINY={} low; {}MAXY={} high", "annual"),
    *_rules(
        words.COMPANIES,
        "{}CLOSE={} closes; {}W={} this week; {}M={} this month; {}CAP={} market cap; {}SPLIT={} splits;"
        "{}ADD={} joins an index; {}SHORT=Short interest in {}; {}TOP={} at a record; {}DIV=Dividend of {}",
        "weekly",
    ),
)
_COMPANIES = (
    *_rules(
        words.COMPANIES,
        "{}REV=Revenue of {}; {}EPS=Earnings of {}; {}USERS=Users of {}; {}UNITS=Units sold by {}",
        "quarterly",
        "KPIs",
    ),
    *_rules(words.COMPANIES, "IPO{}={} goes public; {}MERGE={} is acquired"),
    *_rules(words.COMPANIES, "{}CEO=Chief of {}", tag="CEOs"),
    *_rules(words.COMPANIES, "{}LAYOFF=Layoffs at {}", tag="Layoffs"),
    *_rules(words.COMPANIES, "{}LAUNCH=Product launch of {}", tag="Product launches"),
)
_MENTIONS = (
    *_rules(words.COMPANIES, "EARNINGSMENTION{}=What will {} say?", "quarterly"),
    *_rules(words.SURNAMES, "{}SAY=What will {} say?; {}MENTION=Mentions by {}; {}SOTU={} in the address"),
    *_rules(words.SURNAMES, "{}PRESSER={} at the press conference; {}INTERVIEW={} in the interview", "weekly"),
    *_rules(words.SURNAMES, "{}PODCAST={} on the podcast; {}RALLY={} at the rally; {}TWEET={} posts"),
)
_ECONOMICS = (
    *_rules(words.COUNTRIES, "CPI{}=Inflation in {}", "monthly", "Inflation"),
    *_rules(words.COUNTRIES, "{}CBDECISION=Central bank of {}; {}RATECUT=Rate cuts in {}", tag="Fed"),
    *_rules(words.COUNTRIES, "U3{}=Unemployment in {}; PAYROLLS{}=Jobs in {}", "monthly", "Employment"),
    *_rules(words.COUNTRIES, "GDP{}=GDP of {}", "quarterly"),
    *_rules(words.STATES, "HOMEUS{}=Home prices in {}; MORT{}=Mortgages in {}", "monthly", "Housing"),
    *_rules(words.COUNTRIES, "{}EXPORTS=Exports of {}; {}DEBT=Debt of {}; RECESSION{}=Recession in {}", "annual"),
)
_CLIMATE = (
    *_rules(words.CITIES, "HIGH{}=Highest temperature in {}", "daily", "Daily temperature"),
    *_rules(words.CITIES, "LOWT{}=Lowest temperature in {}", "daily", "Daily temperature"),
    *_rules(words.CITIES, "RAIN{}M=Rain in {} this month; {}SNOWM=Snow in {} this month", "monthly", "Snow and rain"),
    *_rules(words.CITIES, "HUR{}=Hurricane hits {}", "annual", "Hurricanes"),
    *_rules(words.STATES, "{}QUAKE=Earthquake in {}; {}TORNADO=Tornadoes in {}", "monthly", "Natural disasters"),
    *_rules(words.COUNTRIES, "{}CO2=Emissions of {}; {}HEAT=Record heat in {}", "annual", "Climate change"),
)
_SCIENCE = (
    *_rules(words.COMPANIES, "{}MODEL=Next model of {}; {}BENCH={} on the leaderboard", tag="AI"),
    *_rules(words.COMPANIES, "{}LAUNCHES=Rocket launches of {}", "monthly", "Space"),
    *_rules(words.TOPICS, "{}PATENT={} patents; {}FUSION={} by fusion", tag="Energy"),
)
_CRYPTO = (
    *_rules(words.COINS_TOLD, "{}15M={} 15 minutes", "fifteen_min"),
    *_rules(words.COINS_TOLD, "{}D={} price", "hourly", "Hourly"),
    *_rules(words.COINS_TOLD, "{}={} range; {}W={} this week; {}MAXY={} high; {}MINY={} low; {}ETF={} fund", tag="BTC"),
    *_rules(words.COINS_TOLD, "{}FDV={} before the market; {}LIST={} listed; {}FLIP={} overtakes", tag="Pre-Market"),
)
CATEGORIES: tuple[Category, ...] = (
    Category("Sports", 2140, None, ()),
    Category("Elections", 1640, "Politics", _ELECTIONS),
    Category("Politics", 1360, None, _POLITICS),
    Category("Entertainment", 1210, None, _ENTERTAINMENT),
    Category("Financials", 790, None, _FINANCIALS),
    Category("Companies", 640, "Financials", _COMPANIES),
    Category("Mentions", 500, None, _MENTIONS),
    Category("Economics", 430, None, _ECONOMICS),
    Category("Climate and Weather", 360, None, _CLIMATE),
    Category("Science and Technology", 280, None, _SCIENCE),
    Category("Crypto", 190, "Financials", _CRYPTO),
    Category("World", 180, None, tuple(_rules(words.COUNTRIES, "{}LEADEROUT={}; {}WAR={} at war; {}BORDER={} border"))),
    Category("Commodities", 90, "Financials", tuple(_rules(words.GOODS, "{}D={} price; {}MON={} this month", "daily"))),
    Category("Health", 80, None, tuple(_rules(words.AILMENTS, "{}CASES={} cases; {}VAX={} vaccine", "weekly"))),
    Category("Social", 60, None, tuple(_rules(words.SURNAMES, "{}TIKTOK={} on TikTok; {}POSTS={} posts"))),
    Category("Transportation", 50, None, tuple(_rules(words.CITIES, "TSA{}=Travellers in {}; {}DELAY=Delays in {}"))),
)


def made_series(count: int, start_ns: int) -> Iterator[SimSeries]:
    """Make so many series, each category its share; every ticker is given once. `start_ns` is Unix ns."""
    seen: set[str] = set()
    whole = sum(category.share for category in CATEGORIES)
    for category in CATEGORIES:
        every = _sports() if category.name == "Sports" else _ruled(category)
        fresh = (one for one in every if one.ticker not in seen)
        for series in islice(fresh, round(count * category.share / whole)):
            seen.add(series.ticker)
            series.updated_ns = start_ns - crc32(series.ticker.encode()) % (200 * 86_400) * 1_000_000_000
            yield series


def _ruled(category: Category) -> Iterator[SimSeries]:
    """Go through a category's rules word by word, so that a few series are of many kinds; then again with a number."""
    most = max(len(rule.words) for rule in category.rules)
    for lap in range(1, 100):
        suffix = "" if lap == 1 else f"-{lap}"
        for at in range(most):
            for rule in category.rules:
                if at < len(rule.words):
                    yield _told(category, rule, rule.words[at], suffix)


def _told(category: Category, rule: Rule, word: Word, suffix: str) -> SimSeries:
    ticker = f"{rule.ticker.format(word[0])}{suffix}"
    mark = crc32(ticker.encode())
    tags = (rule.tag,) if rule.tag is not None and mark % 7 else None
    also = (category.also,) if category.also is not None and mark % 5 == 0 else ()
    series = SimSeries(ticker, rule.title.format(word[1]), category.name, rule.frequency, tags, None, None, also=also)
    return _priced(series, mark)


def _priced(series: SimSeries, mark: int) -> SimSeries:
    """Give a series its fees and sources; a third has no sources, as null."""
    series.fee_type, series.fee_multiplier = _FEES[mark // 16 % len(_FEES)]
    series.sources = tuple(islice(cycle(_SOURCES), mark % 3, mark % 3 + mark // 3 % 3)) or None
    return series


def _sports() -> Iterator[SimSeries]:
    """Give each league's contests first, then every league's kinds of bets, then bets on single teams."""
    majors = [words.MinorLeague(one.kalshi_stem, one.kalshi_title, one.sport) for one in WORLD_LEAGUES]
    others = [words.MinorLeague(one.stem, one.title, one.sport) for one in LEAGUES]
    leagues = [*majors, *others, *words.MINOR_LEAGUES]
    contests = (_contest(league) for league in leagues)
    kinds = (_kind(league, kind) for kind in words.KINDS for league in leagues)
    teams = (
        _kind(league, words.Kind(f"WINS-{code}", f"Season wins of {name}", "Win Total"))
        for code, name in words.CITIES
        for league in leagues
    )
    return chain(contests, kinds, teams)


def _contest(league: words.MinorLeague) -> SimSeries:
    suffix, word = words.CONTEST_WORD.get(league.sport, ("GAME", "Game"))
    scope = "Tournament" if suffix == "TOUR" else "Game"
    return _kind(league, words.Kind(suffix, word, scope))


def _kind(league: words.MinorLeague, kind: words.Kind) -> SimSeries:
    ticker = f"{league.stem}{kind.suffix}"
    mark = crc32(ticker.encode())
    tags = (league.sport, league.title) if mark % 9 else (league.sport,)
    competition = league.title if kind.scope else None
    return _priced(
        SimSeries(ticker, f"{league.title} {kind.words}", "Sports", "custom", tags, kind.scope, competition), mark
    )
