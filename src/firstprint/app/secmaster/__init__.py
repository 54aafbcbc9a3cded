"""The securities master: what the venues list, kept current at the cost of few requests.

A sync asks a venue's lists by a plan, keeps each answer in a journal of its own, and lays it over the master: only what
changed is written, each change with where it is known from. Room for use cases; I/O is behind the ports.
"""
