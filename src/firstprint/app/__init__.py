"""Use cases: record, replay, project, verify, query. They see ports only; bootstrap gives them adapters."""
