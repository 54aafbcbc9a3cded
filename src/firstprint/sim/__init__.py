"""Simulated venues: servers on loopback that behave as the real ones, from one seeded world.

Nothing here is shared with the client side of firstprint: a mistake in one cannot hide in the other. Only
`firstprint.domain.clock` and libraries may be imported. The engines are pure: bytes and times in, bytes out.

`world` is what all of them tell of, `venue` what every venue has; a further venue is one more folder beside `kalshi`
and `polymarket`, with the same files in it.
"""
