"""`firstprint link`: the contract of its output, and what it says of bad input."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from firstprint.cli.main import main

KALSHI = {
    "events": [
        {
            "event_ticker": "KXNBAGAME-26JAN09MILLAL",
            "series_ticker": "KXNBAGAME",
            "title": "Milwaukee at Los Angeles L",
            "markets": [
                {"ticker": "KXNBAGAME-26JAN09MILLAL-MIL", "event_ticker": "KXNBAGAME-26JAN09MILLAL",
                 "yes_sub_title": "Milwaukee"},
                {"ticker": "KXNBAGAME-26JAN09MILLAL-LAL", "event_ticker": "KXNBAGAME-26JAN09MILLAL",
                 "yes_sub_title": "Los Angeles L"},
            ],
        }
    ]
}  # fmt: skip
POLYMARKET = [
    {
        "id": "140938", "slug": "nba-mil-lal-2026-01-09", "title": "Bucks vs. Lakers",
        "startTime": "2026-01-10T03:30:00Z",
        "markets": [
            {"id": "1096983", "conditionId": "0xf0", "slug": "nba-mil-lal-2026-01-09", "question": "Bucks vs. Lakers",
             "outcomes": '["Bucks", "Lakers"]', "clobTokenIds": '["111", "222"]', "sportsMarketType": "moneyline",
             "gameStartTime": "2026-01-10 03:30:00+00", "active": True, "closed": False}
        ],
    }
]  # fmt: skip
ESPN = {
    "leagues": [{"slug": "nba"}],
    "events": [
        {"id": "401", "date": "2026-01-10T03:30Z", "name": "Milwaukee Bucks at Los Angeles Lakers",
         "competitions": [{"competitors": [
             {"homeAway": "home", "team": {"displayName": "Los Angeles Lakers", "abbreviation": "LAL"}},
             {"homeAway": "away", "team": {"displayName": "Milwaukee Bucks", "abbreviation": "MIL"}}]}]}
    ],
}  # fmt: skip
ODDS = [
    {"id": "b1", "sport_key": "basketball_nba", "commence_time": "2026-01-10T03:41:00Z",
     "home_team": "Los Angeles Lakers", "away_team": "Milwaukee Bucks", "bookmakers": []}
]  # fmt: skip


class Files:
    """Payloads as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: object) -> str:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path = self.folder / name
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return str(path)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Have a folder for payloads."""
    return Files(tmp_path)


def run(*words: str) -> int:
    """Run a command; give its exit code."""
    with pytest.raises(SystemExit) as left:
        main(words)
    return int(left.value.code or 0)


def matched(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Match payloads; give what is printed."""
    assert run("link", "match", *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_payloads_of_four_sources_become_links_and_contests(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """The contract: tickers, slug, condition, the token that pays with Kalshi's YES, and the contest's other ids."""
    told = matched(
        capsys, "--kalshi", files.put("k.json", KALSHI), "--polymarket", files.put("p.json.gz", POLYMARKET),
        "--espn", files.put("e.json", ESPN), "--odds", files.put("o.json", ODDS),
    )  # fmt: skip
    assert {(one["kalshi_ticker"], one["token_id"], one["polarity"]) for one in told["links"]} == {
        ("KXNBAGAME-26JAN09MILLAL-MIL", "111", "same"),
        ("KXNBAGAME-26JAN09MILLAL-LAL", "222", "inverse"),
    }
    one = told["links"][0]
    assert (one["polymarket_slug"], one["condition_id"], one["relation"]) == (
        "nba-mil-lal-2026-01-09",
        "0xf0",
        "identical",
    )
    assert 0.9 < one["confidence"] <= 1
    assert one["reason"]
    (contest,) = told["contests"]
    assert (contest["kalshi_event_ticker"], contest["espn_event_id"], contest["odds_event_id"]) == (
        "KXNBAGAME-26JAN09MILLAL", "401", "b1",
    )  # fmt: skip
    assert told["refused"] == []


@pytest.mark.parametrize("shape", ["markets", "list of events", "list of markets", "tickers", "two files"])
def test_any_of_kalshis_shapes_will_do(shape: str, files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """A page of markets, bare lists, tickers with nothing else, or several files: the links are the same."""
    events = KALSHI["events"]
    markets = events[0]["markets"]
    bare = [{"ticker": one["ticker"], "event_ticker": one["event_ticker"]} for one in markets]
    contents: list[object] = {
        "markets": [{"markets": markets, "cursor": ""}],
        "list of events": [events],
        "list of markets": [markets],
        "tickers": [{"markets": bare}],
        "two files": [{"markets": markets[:1]}, {"markets": markets[1:]}],
    }[shape]
    paths = [files.put(f"{number}.json", content) for number, content in enumerate(contents)]
    told = matched(capsys, "--kalshi", *paths, "--polymarket", files.put("p.json", {"events": POLYMARKET}))
    assert [one["token_id"] for one in told["links"]] == ["222", "111"]


def test_what_is_not_linked_is_refused_with_its_reason(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """Another day's game is no link: both markets are in the refusals, and so is the event that ESPN does not have."""
    later = json.loads(json.dumps(POLYMARKET).replace("2026-01-10", "2026-01-12"))
    other = json.loads(json.dumps(ESPN).replace("2026-01-10", "2026-01-14"))
    told = matched(
        capsys, "--kalshi", files.put("k.json", KALSHI), "--polymarket", files.put("p.json", later),
        "--espn", files.put("e.json", other),
    )  # fmt: skip
    assert told["links"] == told["contests"] == []
    assert {one["kalshi_ticker"] for one in told["refused"]} == {
        "KXNBAGAME-26JAN09MILLAL", "KXNBAGAME-26JAN09MILLAL-MIL", "KXNBAGAME-26JAN09MILLAL-LAL",
    }  # fmt: skip
    assert all(one["reason"] for one in told["refused"])


def test_a_score_explains_every_miss(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """A right pair, one that is labelled wrong, and one that nobody listed; the exit code says that a link is wrong."""
    pairs = files.put(
        "pairs.csv",
        b"kalshi_ticker,condition_id,token_id\n"
        b"KXNBAGAME-26JAN09MILLAL-MIL,0xf0,111\n"
        b"KXNBAGAME-26JAN09MILLAL-LAL,0xf0,111\n"
        b"KXNBAGAME-26JAN09SACGSW-SAC,0xaa,333\n",
    )
    assert run("link", "score", "--pairs", pairs, "--polymarket", files.put("p.json", POLYMARKET), "--json") == 1
    (score,) = json.loads(capsys.readouterr().out).values()
    assert (score["labelled"], score["unlisted"], score["right"], score["wrong"]) == (3, 1, 1, 1)
    assert (score["precision"], score["recall"]) == (0.5, 0.5)
    (miss,) = score["misses"]
    assert (miss["expected"], "222" in miss["found"]) == ("111", True)


def test_two_markets_are_explained_from_payloads(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """What each pays on, how they stand to each other, and the link."""
    words = ("--kalshi", files.put("k.json", KALSHI), "--polymarket", files.put("p.json", POLYMARKET))
    assert run("link", "explain", "KXNBAGAME-26JAN09MILLAL-LAL", "nba-mil-lal-2026-01-09", *words, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["relation"], told["link"]["token_id"]) == ("complement", "222")
    assert run("link", "explain", "KXNBAGAME-26JAN09MILLAL-LAL", "0xf0", *words) == 0
    assert "token 222 pays when KXNBAGAME-26JAN09MILLAL-LAL YES pays" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("link", "match"), "nothing to match"),
        (("link", "match", "--kalshi", "nowhere.json"), "nowhere.json cannot be read"),
        (("link", "match", "--kalshi", "{html}"), "is no payload of kalshi"),
        (("link", "match", "--polymarket", "{html}"), "an HTML page"),
        (("link", "match", "--espn", "{html}"), "is no payload of espn"),
        (("link", "match", "--odds", "{html}"), "is no payload of oddsapi"),
        (("link", "match", "--kalshi", "{odd}"), "its keys are colour"),
        (("link", "score", "--pairs", "{csv}"), "is no file of labelled pairs: its columns are foo, bar"),
        (("link", "explain", "A", "B", "--kalshi", "{kalshi}"), "no market is known as 'A'"),
        (("link", "decide", "espn:1", "espn:1", "--as", "same", "--note", "n"), "given twice"),
    ],
)
def test_bad_input_gets_a_clear_error(
    words: tuple[str, ...], said: str, files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong, where, and what to do; exit 1."""
    places = {
        "{html}": files.put("x.html", b"<!DOCTYPE html><html></html>"),
        "{odd}": files.put("odd.json", {"colour": "blue"}),
        "{csv}": files.put("bad.csv", b"foo,bar\n1,2\n"),
        "{kalshi}": files.put("k.json", KALSHI),
    }
    assert run(*(places.get(word, word) for word in words)) == 1
    assert said in capsys.readouterr().err
