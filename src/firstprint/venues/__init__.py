"""Venues: one folder for each exchange with order books, the same file names in every one. None knows another."""
