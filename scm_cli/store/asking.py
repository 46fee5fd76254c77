"""A person's own question in SQL: one SELECT, over a file that is open for reading only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    import duckdb


class NotUnderstoodError(Exception):
    """The engine does not understand the question; its words are the message."""


def answer(
    con: duckdb.DuckDBPyConnection, question: str, limit: int | None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of one SELECT.

    Raises:
        ScmError: it is no single SELECT (exit 2).
        NotUnderstoodError: the engine refuses it.
    """
    from scm_cli.store.engine import duckdb

    try:
        kinds = [s.type for s in duckdb.extract_statements(question)]
        if kinds != [duckdb.StatementType.SELECT]:
            raise ScmError(
                "only one SELECT (or WITH ... SELECT) is answered: this door only reads",
                hint="`scm sql --views` lists what there is to ask.",
                exit_code=Exit.USAGE,
            )
        result = con.execute(question)
        columns = [column[0] for column in result.description or []]
        return columns, result.fetchmany(limit) if limit else result.fetchall()
    except duckdb.Error as error:
        raise NotUnderstoodError(str(error)) from error
