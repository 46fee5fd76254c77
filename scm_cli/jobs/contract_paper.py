"""The contract as a paper: printed from the firm's template, signed, checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.supplier import contracts as rules
from scm_cli.errors import Exit, ScmError
from scm_cli.excel.saving import saved, saved_text
from scm_cli.store import lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.run import Run

LINES = """
SELECT l.* EXCLUDE (entry), i.name, i.spec FROM contract_line l LEFT JOIN item i USING (sku)
WHERE l.contract_no = ? ORDER BY l.line_no
"""


def printed(run: Run, number: str, target: Path | None) -> Path:
    """Write the contract as PDF; where it was written.

    Raises:
        ScmError: the target is no PDF.
    """
    path = target or _place(run, f"{number}.pdf")
    if path.suffix.lower() != ".pdf":
        raise ScmError(
            "{path}: a printed contract ends in .pdf",
            hint="Give the file that ending.",
            exit_code=Exit.USAGE,
            path=str(path),
        )
    content = _set(run, number)
    return saved(path, lambda file: _write(file, content))


def _set(run: Run, number: str) -> bytes:
    """The contract as PDF in the language of the run.

    Raises:
        ScmError: no such contract, no font, or the firm's template is wrong.
    """
    from scm_cli.paper import contract as papers
    from scm_cli.paper.pdf import pdf

    with reading(run) as con:
        contract = lookup.one(con, "contract", "contract_no", number)
        supplier = lookup.one(con, "supplier", "supplier", contract["supplier"])
        lines = rows(con, LINES, [number])
    told = run.settings
    currency = contract["currency"] or supplier["currency"] or told.currency
    contract |= {"currency": currency, "total": rules.value(lines)}
    buyer = {
        "name": told.company,
        "uscc": told.company_credit_code,
        "address": told.company_address,
    }
    source = papers.template(run.lang, run.shop)
    paper = papers.paper(contract, lines, (buyer, supplier), source, run.lang)
    return pdf(paper, told.pdf.font)


def _place(run: Run, name: str) -> Path:
    return run.shop / run.settings.folders.outbox / "contracts" / name


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def template(run: Run) -> Path:
    """Where the firm's own template lies; the shipped one is copied there when there is none."""
    from scm_cli.paper import contract as papers

    target = papers.own_template(run.lang, run.shop)
    if target.exists():
        return target
    return saved_text(target, papers.template(run.lang, run.shop)[0])


@dataclass(frozen=True, slots=True)
class Signed:
    """A contract that was signed: the file, and what was written."""

    path: Path
    committed: Committed


def sign(
    run: Run, number: str, file: Path | None, certificate: Path, password: str | None
) -> Signed:
    """Sign the contract's paper (else `file`) and remember the signed file by its hash.

    Raises:
        ScmError: the extra is missing, the certificate does not open, the contract is over.
    """
    from scm_cli.paper import signing

    require(certificate)
    if file is not None:
        require(file)
    bare = _set(run, number) if file is None else file.read_bytes()
    content = signing.signed(bare, certificate, password, number)
    near = file or _place(run, f"{number}.pdf")
    path = near.with_name(f"{near.stem.removesuffix('-signed')}-signed.pdf")
    with writing(run) as con:
        contract = lookup.one(con, "contract", "contract_no", number)
        if rules.standing(contract, run.today) in ("expired", "terminated"):
            raise ScmError(
                "contract {number} ended on {day}; it is not signed any more",
                hint="Enter a new one with `scm supplier contract add`.",
                number=number,
                day=rules.last_on(contract),
            )
        if not run.dry_run:
            path = saved(path, lambda target: _write(target, content))
        changes = Changes()
        changes.update("contract", [{
            "contract_no": number, "signed_on": contract["signed_on"] or run.today,
            "file": str(path), "sha256": hashlib.sha256(content).hexdigest(),
        }])  # fmt: skip
        return Signed(path, commit(con, run, changes))


def require(path: Path) -> None:
    """Refuse a path at which there is no file.

    Raises:
        ScmError: there is none (exit 2).
    """
    if not path.is_file():
        raise ScmError(
            "there is no file {path}",
            hint="Look at the path.",
            exit_code=Exit.USAGE,
            path=str(path),
        )


def verified(run: Run, file: Path, issuers: tuple[Path, ...]) -> list[dict[str, Any]]:
    """Who signed a file, when, and whether it is untouched; the contract that it belongs to.

    Raises:
        ScmError: the file carries no signature.
    """
    from zoneinfo import ZoneInfo

    from scm_cli.paper import signing

    kept = _place(run, file.name)  # named without its folder, it is the one that we wrote
    if not file.exists() and file.name == str(file) and kept.is_file():
        file = kept
    for path in (file, *issuers):
        require(path)
    content = file.read_bytes()
    try:
        found = signing.checked(content, issuers)
    except ScmError as error:
        error.where = error.where or str(file)
        raise
    if not found:
        raise ScmError(
            "{path} carries no signature",
            hint="Sign it with `scm supplier contract sign`.",
            path=str(file),
        )
    with reading(run) as con:
        digest = hashlib.sha256(content).hexdigest()
        known = rows(con, "SELECT contract_no FROM contract WHERE sha256 = ?", [digest])
    zone = ZoneInfo(run.settings.time_zone)
    return [
        {
            "signer": one.signer,
            "issuer": one.issuer,
            "signed_at": one.signed_at.astimezone(zone).replace(tzinfo=None)
            if one.signed_at
            else None,
            "untouched": one.untouched,
            "valid": one.valid,
            "trusted": one.trusted,
            "contract": known[0]["contract_no"] if known else None,
        }
        for one in found
    ]
