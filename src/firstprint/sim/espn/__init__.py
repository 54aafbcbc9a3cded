"""The simulated ESPN scoreboard: `scoreboard` answers from the shared world, `server` puts it on loopback."""
