"""What every simulated venue has, whatever its words: faults, connections, a log of the truth, and servers on loopback.

A venue's own folder brings its world, its messages and its rules, and builds on these. Nothing here knows a venue.
"""
