"""The simulated Kalshi: an engine on virtual time (`exchange`), and a thin shell with real sockets (`server`).

`world` holds what exists and moves it; `exchange` and its connections say it in Kalshi's words; `faults` spoil what
is said; `truth` writes down what was so, whatever was delivered.

Inside, prices are integers in 1e-4 dollars and sizes integers in 1e-2 contracts: the finest the venue has.
"""
