"""Lay down a new shop's file, or bring an old one up to the program's schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.errors import Exit, ScmError
from scm_cli.store import backup, migrate
from scm_cli.store.gateway import connection, locked

if TYPE_CHECKING:
    from scm_cli.run import Run


def create(run: Run) -> None:
    """Make `shop.duckdb` with every table; it appears whole or not at all.

    Raises:
        ScmError: there is a shop already.
    """
    if run.database.exists():
        raise ScmError(
            "there is a shop in {folder} already",
            hint="Choose another folder.",
            exit_code=Exit.USAGE,
            folder=str(run.shop),
        )
    temporary = run.database.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with locked(run):
        with connection(temporary, read_only=False) as con:
            migrate.apply(con, run.now.replace(tzinfo=None))
        temporary.replace(run.database)


def upgrade(run: Run) -> list[int]:
    """Bring an older shop up to date, with a backup before the first step."""
    with locked(run):
        with connection(run.database, read_only=True) as con:
            have = migrate.version(con)
        if have == migrate.newest():
            return []
        backup.take_locked(run, "upgrade")
        with connection(run.database, read_only=False) as con:
            return migrate.apply(con, run.now.replace(tzinfo=None))
