"""Polymarket as a venue: its lists, its books and its words, told as ours.

Pure, of the lists: gamma, rows, entries, times, slugs, rules, topics, sightings, bets, listings.
"""
