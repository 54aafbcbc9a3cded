"""Migrations, oldest first. A migration that has been released is never edited."""
