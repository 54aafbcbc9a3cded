"""The budget: what a question costs, what may be asked, and how the credits are spread over the month."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstprint.domain.errors import ConfigurationError
from firstprint.domain.odds import Quota
from firstprint.venues.oddsapi.budget import BudgetPlan, OddsBudget
from firstprint.venues.oddsapi.questions import OddsQuestion, scores_cost, scores_query

S = 10**9
DAY_NS = 86_400 * S


def at(day: int, hour: int = 0, month: int = 11) -> int:
    """Give a moment of 2026 in UTC."""
    return int(datetime(2026, month, day, hour, tzinfo=UTC).timestamp()) * S


def knowing(remaining: int, used: int = 0, wall_ns: int = 0, **plan) -> OddsBudget:
    """Give a budget that has heard of the credits."""
    budget = OddsBudget(BudgetPlan(**plan))
    budget.learn(Quota(remaining=remaining, used=used), wall_ns or at(1))
    return budget


@pytest.mark.parametrize(
    ("question", "cost"),
    [
        (OddsQuestion(sport_key="x"), 3),
        (OddsQuestion(sport_key="x", markets=("h2h",)), 1),
        (OddsQuestion(sport_key="x", regions=("us", "eu")), 6),
        (OddsQuestion(sport_key="x", bookmakers=("a",) * 4, regions=("us", "eu")), 3),
        (OddsQuestion(sport_key="x", bookmakers=("a",) * 10), 3),
        (OddsQuestion(sport_key="x", bookmakers=("a",) * 11), 6),
    ],
)
def test_the_cost_is_known_before_asking(question: OddsQuestion, cost: int) -> None:
    """Markets times regions; ten books by name are a region, and make the regions count for nothing."""
    assert question.cost == cost


def test_a_question_says_what_it_asks() -> None:
    """Books are named in place of regions; the key is no part of it."""
    question = OddsQuestion(sport_key="baseball_mlb", markets=("h2h", "totals"), bookmakers=("fanduel", "betmgm"))
    assert question.query == [
        ("bookmakers", "fanduel,betmgm"),
        ("markets", "h2h,totals"),
        ("oddsFormat", "decimal"),
        ("dateFormat", "iso"),
    ]
    with pytest.raises(ConfigurationError):
        _ = OddsQuestion(sport_key="x", markets=()).query


def test_scores_reach_three_days_back_at_most() -> None:
    """Ended events cost a credit more."""
    assert (scores_cost(None), scores_cost(3), scores_query(2), scores_query(None)) == (1, 2, [("daysFrom", "2")], [])
    with pytest.raises(ConfigurationError):
        scores_query(4)


def test_before_the_first_answer_only_free_questions_may_be_asked() -> None:
    """Unknown credits are no credits; what costs nothing may always be asked."""
    budget = OddsBudget()
    assert (budget.may(0, at(5)), budget.may(1, at(5)), budget.due({"nba": 3}, at(5))) == (True, False, ())


def test_the_reserve_is_never_touched() -> None:
    """With 28 left and 25 in reserve three may be spent, and what is under way counts as spent."""
    budget = knowing(28, reserve=25)
    assert (budget.may(3, at(2)), budget.may(4, at(2))) == (True, False)
    budget.begin("nba", 2, at(2))
    assert (budget.may(1, at(2)), budget.may(2, at(2))) == (True, False)
    budget.end(2)
    assert budget.may(3, at(2))


def test_nothing_is_left_until_the_month_ends() -> None:
    """After the source refused to spend more, nothing is asked this month; in the next one the credits are unknown."""
    budget = knowing(300, 200, at(10))
    budget.exhaust(at(10))
    assert not budget.may(1, at(30, 23))
    assert budget.next_ns("nba", 1, at(10)) == budget.resets_ns(at(10)) == at(1, month=12)
    assert budget.quota(at(10)) == Quota(remaining=0, used=200)
    assert budget.quota(at(1, month=12)) == Quota()
    assert not budget.may(1, at(1, month=12))
    budget.learn(Quota(remaining=500, used=0), at(1, month=12))
    assert budget.may(3, at(1, month=12))


def test_an_answer_that_was_overtaken_teaches_nothing() -> None:
    """Answers under way together may come in any order: what is used never falls by as little as that."""
    budget = knowing(490, 10)
    budget.begin("nba", 3, at(2))
    budget.begin("nfl", 3, at(2))
    budget.learn(Quota(remaining=484, used=16), at(2))
    budget.learn(Quota(remaining=487, used=13), at(2))
    assert budget.quota(at(2)).remaining == 484
    budget.learn(Quota(remaining=500, used=0), at(2))
    assert budget.quota(at(2)).remaining == 500, "a fall by more is a new month of the account's own"


def test_an_answer_without_credits_teaches_nothing() -> None:
    """A reply that does not say what remains leaves what is known."""
    budget = knowing(490, 10)
    budget.learn(Quota(used=12), at(2))
    assert budget.quota(at(2)) == Quota(remaining=490, used=10)


@pytest.mark.parametrize(
    ("day", "now", "resets"),
    [
        (1, at(21), at(1, month=12)),
        (1, at(1, month=12) - S, at(1, month=12)),
        (1, at(1), at(1, month=12)),
        (15, at(14), at(15)),
        (15, at(15), at(15, month=12)),
        (15, at(20, month=12), at(15) + 61 * DAY_NS),
    ],
)
def test_credits_begin_anew_on_the_accounts_day(day: int, now: int, resets: int) -> None:
    """The first of the month in UTC, or the day that the plan says."""
    assert OddsBudget(BudgetPlan(reset_day=day)).resets_ns(now) == resets


def test_the_longest_unasked_sport_is_asked_first() -> None:
    """The bucket pays for as many as it can; those that were not asked come first the next time."""
    budget = knowing(500, burst=6, interval_s_min=60)
    costs = {"mlb": 3, "nba": 3, "nfl": 3}
    assert budget.due(costs, at(1)) == ("mlb", "nba")
    for sport in ("mlb", "nba"):
        budget.begin(sport, 3, at(1))
        budget.end(3)
    assert budget.due(costs, at(1)) == ()
    assert budget.due(costs, at(2))[0] == "nfl"


def test_a_sport_rests_between_questions() -> None:
    """However many credits there are, a sport is not asked again within the least interval."""
    budget = knowing(10_000_000, interval_s_min=300)
    budget.begin("nba", 1, at(1))
    budget.end(1)
    assert budget.due({"nba": 1}, at(1) + 299 * S) == ()
    assert budget.next_ns("nba", 1, at(1)) == at(1) + 300 * S
    assert budget.due({"nba": 1}, at(1) + 300 * S) == ("nba",)


def test_what_an_empty_answer_did_not_cost_is_there_for_the_next() -> None:
    """A sport without events costs nothing: its part of the bucket goes to another, without waiting."""
    budget = knowing(500, burst=3)
    budget.begin("nba", 3, at(1))
    budget.end(3, spent=0)
    assert budget.due({"nba": 3, "nfl": 3}, at(1)) == ("nfl",)
    budget.begin("nfl", 3, at(1))
    budget.end(3, spent=3)
    assert budget.due({"mlb": 1}, at(1)) == ()


def test_next_is_when_the_bucket_has_flowed_full_enough() -> None:
    """At the moment that was said the sport is due, and a second before it is not."""
    budget = knowing(500, burst=3, interval_s_min=1)
    budget.begin("nba", 3, at(1))
    budget.learn(Quota(remaining=497, used=3), at(1))
    budget.end(3)
    due_ns = budget.next_ns("nba", 3, at(1))
    assert at(1, 4) < due_ns < at(1, 5), "472 credits a month are three in four and a half hours"
    assert budget.due({"nba": 3}, due_ns - S) == ()
    assert budget.due({"nba": 3}, due_ns + S) == ("nba",)


@given(st.integers(1, 5), st.integers(26, 5_000), st.integers(1, 12), st.integers(1, 28))
def test_a_month_of_asking_keeps_the_reserve_and_lasts_to_its_end(
    sports: int, credits_: int, cost: int, first_day: int
) -> None:
    """Asked whenever due, hour by hour, credits outlast the month and are all but spent, whatever there is to ask."""
    budget = knowing(credits_, wall_ns=at(first_day))
    costs = {f"sport{n}": cost for n in range(sports)}
    remaining, hour, spent_by_half = credits_, at(first_day), 0
    half = (at(first_day) + at(1, month=12)) // 2
    while hour < at(1, month=12):
        for sport in budget.due(costs, hour):
            assert budget.may(cost, hour)
            budget.begin(sport, cost, hour)
            remaining -= cost
            budget.learn(Quota(remaining=remaining, used=credits_ - remaining), hour)
            budget.end(cost)
        if hour <= half:
            spent_by_half = credits_ - remaining
        hour += 3_600 * S
    assert remaining >= budget.plan.reserve
    assert spent_by_half <= (credits_ - budget.plan.reserve) / 2 + 2 * budget.plan.burst


@pytest.mark.parametrize("plan", [{"reset_day": 0}, {"reset_day": 31}, {"reserve": -1}, {"burst": 0}])
def test_a_plan_that_cannot_be_is_refused(plan: dict) -> None:
    """A day that not every month has, and amounts below zero."""
    with pytest.raises(ConfigurationError):
        OddsBudget(BudgetPlan(**plan))
