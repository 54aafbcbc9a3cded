"""The simulated The Odds API: `api` answers from the shared world, `server` puts it on loopback."""
