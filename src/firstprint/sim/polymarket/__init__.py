"""The simulated Polymarket: Gamma, CLOB and market stream over one seeded world, with faults and a log of the truth.

`exchange.py` is the venue without sockets, on any time; `server.py` puts it on loopback. Its games are those of
`sim.world`; nothing here is shared with the client that it tests.
"""
