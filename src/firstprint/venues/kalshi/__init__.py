"""Kalshi as a venue. Its rules stand in docs/venues/kalshi.md.

Pure: messages, times, parse, commands, subscription, session, bodies, auth. With I/O: hosts, rest, stream.
"""
