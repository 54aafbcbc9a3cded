"""Brings a database to the version of this program, from code and without an ini file."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from firstprint.domain.errors import DataFolderError

LOCATION = "firstprint.store:migrations"


def migrate(engine: Engine, name: str) -> None:
    """Run the migrations that are missing, in one transaction.

    `name` is what to call the database in errors. Raises DataFolderError, before anything is touched, when the
    database was written by a newer firstprint.
    """
    config = Config()
    config.set_main_option("script_location", LOCATION)
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    with engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found == scripts.get_current_head():
            return
        if found is not None and found not in known:
            raise DataFolderError(
                f"{name}: written by a newer firstprint (schema {found}, this program knows up to "
                f"{scripts.get_current_head()}). Upgrade firstprint, or use another data folder"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
