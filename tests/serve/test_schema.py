"""What OpenAPI promises, asked for at random."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from linked_kit import a_linked_world
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from serve_kit import FakeMaster, FakeRecord, a_gap, a_market, a_run, a_series, a_session, an_event, in_thread

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PATHS = 19
EXAMPLES = 8


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve one of everything."""
    master, record = FakeMaster(), FakeRecord()
    master.all_series, master.all_events = [a_series("KXA")], [an_event("KXA-1")]
    master.all_markets = [a_market("KXA-1-X", settlement_value_e6=1_000_000)]
    record.all_runs, record.all_sessions, record.all_gaps = [a_run("r")], [a_session("s")], [a_gap("s", 1)]
    links = a_linked_world()
    with in_thread(master, record, links) as url:
        yield url


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_is_a_server_error_and_every_answer_is_as_described(address: str, mode: GenerationMode) -> None:
    """C5: whatever is asked, rightly or wrongly, the answer is one that OpenAPI describes, and never a 500."""
    schema = schemathesis.openapi.from_url(f"{address}/schema/openapi.json")
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) == PATHS
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.path_parameters):
            continue

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def answered(case: Any) -> None:
            case.call_and_validate(base_url=address, checks=CHECKS)

        answered()
