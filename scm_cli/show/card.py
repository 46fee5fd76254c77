"""One thing and what hangs on it: its fields, then a table for each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli import show
from scm_cli.errors import Say
from scm_cli.locale import put
from scm_cli.show import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scm_cli.run import Run

    Rows = Sequence[dict[str, Any]]


def draw(run: Run, head: dict[str, Any], rows: Rows, parts: Mapping[str, tuple[Say, Rows]]) -> None:
    """Show `head` and `parts`; `rows` are what --csv and --output write.

    `parts` maps a JSON name to its title and rows. When the part is named `rows`, it is the
    main list and the head stands at the top of the document.
    """
    if run.form == "json" and run.output is None:
        top = head if "rows" in parts else {}
        told = {"rows": rows, **{name: found for name, (_, found) in parts.items()}}
        show.document(run, {**top, **{n: list(found[: run.limit]) for n, found in told.items()}})
        return
    if run.form == "csv" or run.output is not None:
        show.rows(run, rows)
        return
    known = {n: show.cell_of(n, v, run) for n, v in head.items() if v is not None}
    table.blocks(list(known), [list(known.values())])
    lists(run, parts)


def lists(run: Run, parts: Mapping[str, tuple[Say, Rows]]) -> None:
    """The parts that have rows, each below its title."""
    for title, found in parts.values():
        if found:
            show.line(put(title, run.lang))
            show.rows(run, found)
            show.line("")


def saved(run: Run, what: Say, body: dict[str, Any], result: Any) -> None:  # noqa: ANN401 -- jobs are above
    """The answer of a command that wrote one record: what changed, and what looks wrong.

    `result` holds `warnings` (problems) and `changed` (field → old and new).
    """
    show.warned(run, result.warnings)
    nothing = not body["changes"]
    show.done(
        run, Say("Nothing changed.") if nothing else what, {**body, "changed": result.changed}
    )
    if run.form != "json":
        for name, value in result.changed.items():
            show.line(
                f"  {name}: {show.cell(value['old']) or '-'} → {show.cell(value['new']) or '-'}"
            )
