"""The relational side of what is recorded: tables, migrations, queries, and the ledger that projections commit to.

SQL lives here and nowhere else. SQLite serves one folder; the same tables, migrations and queries serve PostgreSQL.
"""
