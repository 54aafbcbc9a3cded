"""Which listings are the same bet: contests joined, bets joined, ambiguity refused. Pure."""
