"""What is unchanged is neither asked nor sent again."""

from hypothesis import given
from hypothesis import strategies as st
from serve_kit import Api, a_series

from firstprint.serve.rendered import Question, RenderedAnswers


async def _etag(served: Api, path: str) -> str:
    async with served.http.get(served.url + path) as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-cache"
        return answer.headers["ETag"]


async def test_an_unchanged_answer_is_a_304_without_a_query(served: Api) -> None:
    """C5: a client that has the answer of this revision gets 304, and the reader is asked for the revision only."""
    etag = await _etag(served, "/v1/series")
    served.master.calls.clear()
    async with served.http.get(served.url + "/v1/series", headers={"If-None-Match": f'"other", {etag}'}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
        assert answer.headers["ETag"] == etag
    assert served.master.calls == ["revision"]


async def test_an_answer_is_rendered_once_for_a_revision(served: Api) -> None:
    """C5: the same question of the same revision comes from memory, in whatever order its parameters are."""
    first = await served.get("/v1/series?category=Sports&is_game=true")
    served.master.calls.clear()
    assert await served.get("/v1/series?is_game=true&category=Sports") == first
    assert served.master.calls == ["revision"]


async def test_a_change_in_the_master_changes_etag_and_answer(served: Api) -> None:
    """C5: when the revision moves, the ETag does, and nothing old is given."""
    old = await _etag(served, "/v1/series?text=new")
    served.master.all_series.append(a_series("KXNEW"))
    served.master.number += 1
    async with served.http.get(served.url + "/v1/series?text=new", headers={"If-None-Match": old}) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != old
        assert [one["ticker"] for one in (await answer.json())["series"]] == ["KXNEW"]


async def test_different_questions_have_different_etags(served: Api) -> None:
    """C5: an ETag belongs to one path with one set of parameters."""
    paths = ["/v1/series", "/v1/series?limit=1", "/v1/events", "/v1/markets", "/v1/series?category=Sports"]
    assert len({await _etag(served, path) for path in paths}) == len(paths)


async def test_what_is_not_under_the_revision_is_never_kept(served: Api) -> None:
    """C5: sync runs, sessions, gaps and health have no ETag and are not to be stored."""
    for path in ("/v1/sync-runs", "/v1/sessions", "/v1/gaps", "/healthz", "/metrics"):
        async with served.http.get(served.url + path) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            assert "ETag" not in answer.headers


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.binary(max_size=600)), max_size=40))
def test_the_memory_of_answers_stays_within_its_bytes(puts: list[tuple[int, int, bytes]]) -> None:
    """C5: whatever is kept, the memory stays bounded, and gives only what was last put at that revision."""
    memory = RenderedAnswers(bytes_max=2_000)
    last: dict[Question, tuple[int, bytes]] = {}
    for number, revision, body in puts:
        question = Question("/", str(number))
        memory.put(question, revision, body)
        last[question] = revision, body
        assert memory.bytes <= 2_000
        for asked, (known, kept) in last.items():
            assert memory.get(asked, known) in (kept, None)
            assert memory.get(asked, known + 1) is None
