"""The words of firstprint: units, identities, market data, gaps, lifecycle, errors and the clock port.

Everything here is a value or a protocol. Nothing here does I/O, reads a clock or knows a venue's wire format.
The meaning of each word stands in docs/glossary.md.
"""
