"""The record of imports: which files came in, what became of them, which rows got a number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Problem, Say
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.changes import Changes
    from scm_cli.run import Run


def drawn_before(con: Any, digests: list[str]) -> dict[str, str]:  # noqa: ANN401
    """Digest → document number, of rows without a number that came in before."""
    found = con.execute(
        "SELECT j.key, json_extract_string(j.value, '$') FROM import_batch b, "
        "json_each(b.summary, '$.drawn') j WHERE j.key IN (SELECT unnest(?))",
        [digests],
    ).fetchall()
    return dict(found)


def told(con: Any, where: str, repeated: dict[int, str]) -> list[Problem]:  # noqa: ANN401
    """Say of rows that are left alone when and as what they came in, one sentence per entry."""
    numbers: dict[str, int] = {}
    for number in repeated.values():
        numbers[number] = numbers.get(number, 0) + 1
    batches = rows(
        con,
        "SELECT DISTINCT b.entry, b.imported_at, b.file, json_extract_string(j.value, '$') AS number "
        "FROM import_batch b, json_each(b.summary, '$.drawn') j "
        "WHERE json_extract_string(j.value, '$') IN (SELECT unnest(?)) ORDER BY ALL",
        [list(numbers)],
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in batches:
        found.setdefault(row["entry"], []).append(row)
    return [
        Problem(
            where,
            Say(
                "{n} {n:row|rows} {n:was|were} already imported on {day} as entry {entry} ({numbers}), from {file}",
                n=sum(numbers[r["number"]] for r in mine),
                day=mine[0]["imported_at"].date(),
                entry=entry,
                numbers=", ".join(r["number"] for r in mine[:5]),
                file=mine[0]["file"],
            ),
            Say("If they are new all the same, give them a document number."),
        )
        for entry, mine in found.items()
    ]


def remember(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    changes: Changes,
    files: list[tuple[Path, str, list[dict[str, Any]]]],
    drawn: dict[str, str],
) -> None:
    """One batch per file: its sha256, what became of its sheets; numbers drawn stand in the first."""
    last = rows(con, "SELECT coalesce(max(batch_no), 0) AS n FROM import_batch")[0]["n"]
    for number, (path, digest, sheets) in enumerate(files, last + 1):
        summary = {"sheets": sheets, "drawn": drawn if number == last + 1 else {}}
        changes.insert(
            "import_batch",
            [{
                "batch_no": number, "file": path.name, "sha256": digest,
                "kind": ",".join(sorted({s["kind"] for s in sheets})), "imported_at": run.now,
                "summary": json.dumps(summary, ensure_ascii=False, default=str),
            }],
        )  # fmt: skip
