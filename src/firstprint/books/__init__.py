"""Order books and what makes them certain: sequence rules, book states, gaps. Pure: no I/O, no clock, no venue."""
