"""Suppliers' papers and states: entered, checked, approved, suspended; what blocks an order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.supplier import qualification as rules
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs.master import Saved, record_row
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scm_cli.core.advise.notices import Notice
    from scm_cli.run import Run

FOLDER = "papers"
PAPERS = """
SELECT * EXCLUDE (entry) FROM qualification WHERE $code IS NULL OR supplier = $code
ORDER BY supplier, kind, valid_until_on DESC, number
"""
SUPPLIERS = """
SELECT supplier, name, category, state FROM supplier
WHERE ($code IS NULL OR supplier = $code) AND (NOT $active OR state IN ('candidate', 'approved'))
ORDER BY supplier
"""
SAME_NUMBER = """
SELECT supplier FROM qualification WHERE kind = ? AND number = ? AND supplier <> ? ORDER BY supplier
"""


def checklists(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    code: str | None = None,
    *,
    active: bool = False,
) -> dict[str, list[dict[str, Any]]]:
    """Supplier → its papers against what its category requires; `active` leaves out who is gone."""
    told = run.settings.papers
    papers: dict[str, list[dict[str, Any]]] = {}
    for paper in rows(con, PAPERS, {"code": code}):
        papers.setdefault(paper["supplier"], []).append(paper)
    return {
        one["supplier"]: rules.checklist(
            papers.get(one["supplier"], []),
            rules.required_kinds(told.required, one["category"]),
            run.today,
            max(told.warn_days, default=0),
        )
        for one in rows(con, SUPPLIERS, {"code": code, "active": active})
    }


def listed(run: Run, code: str | None, status: str | None) -> list[dict[str, Any]]:
    """The papers of a supplier, or of all who deliver; what is missing has a row of its own.

    Raises:
        ScmError: papers have no such status.
    """
    if status not in (None, *rules.STATUSES):
        raise ScmError(
            "papers have no status {status}",
            hint="Use one of: {statuses}.",
            exit_code=Exit.USAGE,
            status=status,
            statuses=", ".join(rules.STATUSES),
        )
    with reading(run) as con:
        if code is not None:
            record_row(con, "supplier", code)
        found = checklists(con, run, code, active=code is None)
    return [
        {"supplier": supplier, **row}
        for supplier, checked in found.items()
        for row in checked
        if status in (None, row["status"])
    ]


def add(run: Run, code: str, texts: Mapping[str, str], file: Path | None) -> Saved:
    """Enter a paper, or its renewal under the same number; its file is kept by the shop.

    Raises:
        ScmError: the supplier or the file is not there, or a value does not fit.
    """
    from scm_cli.core import master

    content = None if file is None else _content(file)
    with writing(run) as con:
        supplier = record_row(con, "supplier", code)
        texts = _numbered(dict(texts), supplier)
        row = master.row(
            "qualification", master.values("qualification", {"supplier": code, **texts})
        )
        row |= {"entered_on": run.today, "person": run.who}
        _require_order(row)
        if file is not None and content is not None:
            row |= _kept(run, file, content)
        changes = Changes()
        old = _stored(con, row)
        if old is None:
            changes.insert("qualification", [row])
        else:
            row = {n: v for n, v in row.items() if v is not None or n == "note"}
            changes.update("qualification", [row])
        return Saved(commit(con, run, changes), _doubts(con, run, supplier, row))


def _numbered(texts: dict[str, str], supplier: Mapping[str, Any]) -> dict[str, str]:
    """A business licence without a number of its own carries the credit code."""
    from scm_cli.core.master import values

    kind = values("qualification", {"kind": texts["kind"]})["kind"]
    if kind == "business_licence" and "number" not in texts and supplier["uscc"]:
        texts["number"] = supplier["uscc"]
    return texts


def _require_order(row: Mapping[str, Any]) -> None:
    first, last = row["valid_from_on"], row["valid_until_on"]
    if first is not None and last < first:
        raise ScmError(
            "the paper ends on {last}, before it starts on {first}",
            hint="Correct --from or --until; nothing was changed.",
            first=first,
            last=last,
        )


def _stored(con: Any, row: Mapping[str, Any]) -> dict[str, Any] | None:  # noqa: ANN401
    found = rows(
        con,
        "SELECT * EXCLUDE (entry) FROM qualification WHERE supplier = ? AND kind = ? AND number = ?",
        [row["supplier"], row["kind"], row["number"]],
    )
    return found[0] if found else None


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ScmError(
            "{path} cannot be read: {why}",
            hint="Look at the path.",
            exit_code=Exit.USAGE,
            path=str(file),
            why=error.strerror or str(error),
        ) from error


def _kept(run: Run, file: Path, content: bytes) -> dict[str, Any]:
    """The file's hash, and where in the shop's folder its copy lies."""
    import hashlib

    from scm_cli.excel.saving import saved

    digest = hashlib.sha256(content).hexdigest()
    target = run.shop / FOLDER / rules.kept_name(digest, file.name)
    if not run.dry_run and not target.exists():
        saved(target, lambda path: _write(path, content))
    return {"file": f"{FOLDER}/{target.name}", "sha256": digest}


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _doubts(
    con: Any,  # noqa: ANN401
    run: Run,
    supplier: Mapping[str, Any],
    row: Mapping[str, Any],
) -> list[Problem]:
    """What looks wrong in a paper, and is taken all the same."""
    found = []
    if row["valid_until_on"] < run.today:
        found.append(
            Problem("valid_until_on", Say("it expired on {day}", day=row["valid_until_on"]))
        )
    number, uscc = row["number"], supplier["uscc"]
    if row["kind"] == "business_licence" and uscc and number != uscc:
        found.append(Problem("number", Say("the credit code on file is {code}", code=uscc)))
    for twin in rows(con, SAME_NUMBER, [row["kind"], number, row["supplier"]]):
        told = Say("{code} has the same: {value}", code=twin["supplier"], value=number)
        found.append(Problem("number", told))
    return found


def altered(run: Run, code: str | None = None) -> list[Problem]:
    """Kept files that are gone, or are no longer what was entered."""
    import hashlib

    with reading(run) as con:
        papers = [p for p in rows(con, PAPERS, {"code": code}) if p["file"] and p["sha256"]]
    found = []
    for paper in papers:
        path = run.shop / paper["file"]
        where = f"{paper['supplier']} {paper['kind']}"
        if not path.is_file():
            found.append(Problem(where, Say("the file {path} is gone", path=paper["file"])))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != paper["sha256"]:
            told = Say("the file {path} is not what was entered", path=paper["file"])
            found.append(Problem(where, told))
    return found


@dataclass(frozen=True, slots=True)
class Stepped:
    """A supplier's step: where it stands now, its checklist, what was overridden."""

    committed: Committed
    state: str
    checklist: list[dict[str, Any]] = field(default_factory=list)
    overridden: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            **self.committed.as_json(),
            "state": self.state,
            "checklist": self.checklist,
            "overridden": self.overridden,
        }


def step(run: Run, code: str, action: str, *, override: bool = False) -> Stepped:
    """Approve, suspend, end or reinstate a supplier; who, when and why is kept.

    Raises:
        ScmError: the state does not allow it, a required paper is missing, no reason is given.
    """
    reason = _reason(run, action, override=override)
    with writing(run) as con:
        supplier = record_row(con, "supplier", code)
        state = rules.next_state(supplier, action)
        checked = checklists(con, run, code)[code]
        overridden = None
        if state == "approved":
            if not override and run.form == "table" and rules.lacking(checked):
                _tell(run, checked)
            overridden = rules.require_papers(
                code, rules.lacking(checked), "approve", reason if override else None
            )
        taken = rows(con, "SELECT count(*) AS n FROM supplier_state WHERE supplier = ?", [code])[0][
            "n"
        ]
        changes = Changes()
        changes.update("supplier", [{"supplier": code, "state": state}])
        changes.insert(
            "supplier_state",
            [{"supplier": code, "step_no": taken + 1, "from_state": supplier["state"], "state": state,
              "changed_on": run.today, "person": run.who, "reason": reason, "overridden": overridden}],
        )  # fmt: skip
        return Stepped(commit(con, run, changes), state, checked, overridden)


def _tell(run: Run, checked: list[dict[str, Any]]) -> None:
    """The whole checklist, before the step is refused for a part of it."""
    for row in checked:
        mark = "✗" if row["required"] and rules.lacking([row]) else "✓"
        values = {"paper": row["kind"], "status": Say(row["status"])}
        run.talk(Say("{mark} {paper}: {status}", mark=mark, **values))


def _reason(run: Run, action: str, *, override: bool) -> str | None:
    if run.reason is None and (override or action in ("suspend", "end")):
        raise ScmError("why?", hint="Say it with --reason.", exit_code=Exit.USAGE)
    return run.reason


def blocking(con: Any, run: Run, code: str) -> list[Problem]:  # noqa: ANN401
    """The expired papers for which nothing new is ordered from a supplier."""
    return rules.lacking(checklists(con, run, code)[code], expired_only=True)


def overridden(con: Any, run: Run, code: str, *, override: bool) -> str | None:  # noqa: ANN401
    """What an order to a supplier overrides, for its note; None when nothing stands in the way.

    Raises:
        ScmError: a required paper has expired and no reason was given.
    """
    reason = _reason(run, "order", override=override)
    found = rules.require_papers(
        code, blocking(con, run, code), "order", reason if override else None
    )
    return None if found is None else f"{found}: {reason}"


def notices(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401
    """Papers that expire, have expired or are missing, of all who deliver."""
    return rules.notices(
        checklists(con, run, active=True), run.today, run.settings.papers.warn_days
    )
