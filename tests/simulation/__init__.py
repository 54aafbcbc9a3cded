"""Seeded simulation on virtual time: the real recorder against the simulated venue, without a socket."""
