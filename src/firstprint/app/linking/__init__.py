"""Linkage as use cases: payloads matched, pairs scored, games discovered. Sees ports only."""
