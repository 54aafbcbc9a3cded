"""The Odds API as a source: what sportsbooks quote, within a budget of requests.

Pure: messages, times, numbers, quotes, parse, questions, budget. With I/O: hosts, rest.
"""
