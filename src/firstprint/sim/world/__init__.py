"""The seeded world that the simulated venues and sources share: who plays whom, when, and how it ends."""
