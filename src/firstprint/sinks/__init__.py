"""Projections of the journal: listeners that turn what the fold of a session finds into rows, exactly once.

A sink gathers rows and is told between blocks to commit them with the number of the last record they come from. On a
new start the session is folded again from its first record, and each sink passes over what it has committed. Nothing
in here knows SQL: the database is behind the `Ledger` port.
"""
