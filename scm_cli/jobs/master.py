"""One master record: find it by its code, add it, edit it. Suppliers and customers share this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.records.keys import KEYS
from scm_cli.core.search import unknown
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, what looks wrong in it, and per field the value before and after."""

    committed: Committed
    warnings: list[Problem]
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            **self.committed.as_json(),
            "warnings": [f"{w.where}: {w.what.english}" for w in self.warnings],
        }


def record_row(con: Any, table: str, code: str) -> dict[str, Any]:  # noqa: ANN401 -- the store's connection
    """The stored row of a master record.

    Raises:
        ScmError: there is none; the nearest code is named (exit 4).
    """
    key = KEYS[table][0]
    found = rows(con, f"SELECT * EXCLUDE (entry) FROM {table} WHERE {key} = ?", [code])
    if found:
        return found[0]
    names = {r["code"]: r["name"] for r in rows(con, f"SELECT {key} AS code, name FROM {table}")}
    raise unknown(table, code, names)


def add(run: Run, table: str, code: str, texts: Mapping[str, str]) -> Saved:
    """Enter a new record.

    Raises:
        ScmError: there is one with that code, a value does not fit, a currency has no rate.
    """
    from scm_cli.core import master

    key = KEYS[table][0]
    row = master.row(table, master.values(table, {key: code, **texts}))
    with writing(run) as con:
        if rows(con, f"SELECT 1 FROM {table} WHERE {key} = ?", [row[key]]):
            raise ScmError(
                "there is a {what} {code} already",
                hint="Change it with `scm {table} edit {code}`.",
                what=Say(table),
                table=table,
                code=row[key],
            )
        _require_rate(con, run, table, row)
        changes = Changes()
        changes.insert(table, [row])
        warned = master.warnings(row, _others(con, table, row[key]))
        return Saved(commit(con, run, changes), warned)


def edit(run: Run, table: str, code: str, texts: Mapping[str, str]) -> Saved:
    """Change the stated fields of a record; equal values change nothing."""
    from scm_cli.core import master

    values = master.values(table, texts)
    key = KEYS[table][0]
    with writing(run) as con:
        old = record_row(con, table, code)
        new = master.changed(table, old, values)
        _require_rate(con, run, table, new)
        if table == "supplier" and "currency" in new:
            _require_free(con, run, code, new["currency"])
        changes = Changes()
        if new:
            changes.update(table, [{key: code, **new}])
        warned = master.warnings(new, _others(con, table, code))
        told = {n: {"old": old[n], "new": v} for n, v in new.items()}
        return Saved(commit(con, run, changes), warned, told)


def _require_rate(con: Any, run: Run, table: str, row: Mapping[str, Any]) -> None:  # noqa: ANN401
    """What a supplier asks in a currency without a rate could not be compared with anything."""
    if table == "supplier" and row.get("currency") is not None:
        from scm_cli.jobs import rates

        rates.of_today(con, run)(row["currency"])


def _require_free(con: Any, run: Run, code: str, currency: str | None) -> None:  # noqa: ANN401
    from scm_cli.jobs import rates

    for what in rates.moved(con, {code: currency}, run.settings.currency).values():
        raise ScmError(
            "{what}",
            hint="Enter it once more under another code for the other currency.",
            what=what,
        )


def _others(con: Any, table: str, code: str) -> list[dict[str, Any]]:  # noqa: ANN401
    """The fields by which a twin shows, of every other record of the table."""
    account = ", bank_account" if table == "supplier" else ""
    key = KEYS[table][0]
    return rows(
        con, f"SELECT {key}, name, uscc{account} FROM {table} WHERE {key} <> ? ORDER BY 1", [code]
    )
