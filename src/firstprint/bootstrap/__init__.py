"""The composition root: the only place that joins ports to adapters.

venues      the venues that are known, and how each is joined (kalshi, polymarket)
recording   the main job, with its journal, connections and watchdog
projecting  the projections, in a process of their own
replaying   recorded frames through a journal of their own
reading     what commands read from a data folder
simulating  the simulated venue
"""
