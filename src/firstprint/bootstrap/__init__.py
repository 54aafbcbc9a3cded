"""The composition root: the only place that joins ports to adapters.

venue       Kalshi's REST, stream and pure half, from the configuration
recording   the main job, with its journal, connections and watchdog
projecting  the projections, in a process of their own
replaying   recorded frames through a journal of their own
reading     what commands read from a data folder
simulating  the simulated venue
"""
