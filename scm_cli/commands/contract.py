"""`scm supplier contract`: terms, agreed prices, call-offs, and the paper."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.commands.fields import fields_of, given_fields
from scm_cli.errors import Exit, Say, ScmError

app = group("supplier", "Who sells to us: files, prices, terms.")
contract = group("contract", "Contracts: terms, agreed prices, call-offs, the paper.")
app.add_typer(contract)

Number = Annotated[str, typer.Argument(help="Contract.")]
FLAGS = {
    "contract_no": "number", "valid_from_on": "from", "valid_until_on": "until", "signed_on": "signed",
}  # fmt: skip
NOT_TYPED = ("supplier", "status", "ended_on", "end_reason", "file", "sha256")
TABLE = [
    "contract", "supplier", "title", "standing", "valid_from_on", "valid_until_on", "currency", "called_amount",
    "min_amount", "called_pct", "elapsed_pct", "signed_on",
]  # fmt: skip


@contract.command("list", cls=Reads)
def list_(
    ctx: typer.Context,
    supplier: Annotated[
        str | None, typer.Option("--supplier", "-s", help="Only this supplier.")
    ] = None,
) -> None:
    """Contracts with their standing and how far they are used.

    Example: scm supplier contract list
    """
    from scm_cli.jobs import contract as job

    found = job.listed(ctx.obj, supplier)
    show.rows(ctx.obj, found, TABLE if ctx.obj.form == "table" else [*TABLE, "max_amount"])


@contract.command("show", cls=Reads)
def show_(ctx: typer.Context, number: Number) -> None:
    """One contract: its terms, agreed prices with their use, and the orders under it.

    Example: scm supplier contract show HT-000001
    """
    from scm_cli.jobs import contract as job
    from scm_cli.show import card

    found = job.shown(ctx.obj, number)
    parts = {
        "lines": (Say("Agreed prices"), found.lines),
        "calls": (Say("Call-offs"), found.calls),
    }
    card.draw(ctx.obj, found.record, [found.record], parts)


@contract.command(cls=fields_of("contract", FLAGS, NOT_TYPED))
def add(
    ctx: typer.Context,
    supplier: Annotated[str, typer.Argument(help="Supplier code.")],
    lines: Annotated[
        list[str],
        typer.Argument(help="Lines: SKU=MINIMUM@PRICE; 0 for no minimum.", metavar="LINE..."),
    ],
    most: Annotated[list[str] | None, typer.Option("--most", help="SKU=MAXIMUM.")] = None,
    ex_tax: Annotated[bool, typer.Option("--ex-tax", help="Prices are without tax.")] = False,
) -> None:
    """Enter a contract: its time, its agreed prices, what is taken at least and at most.

    Example: scm supplier contract add S-001 A4-80G=500@21.5 --from 2026-01-01 --until 2026-12-31
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import contract as job

    limits = typed(most) if most else []
    done = job.add(
        ctx.obj, supplier, typed(lines, zero=True), given_fields(ctx), limits, ex_tax=ex_tax
    )
    show.warned(ctx.obj, done.warnings)
    told = Say("Contract {number} is entered.", number=done.number)
    show.done(ctx.obj, told, done.as_json("contract"))


@contract.command(cls=Writes)
def end(ctx: typer.Context, number: Number) -> None:
    """End a contract before its time; say why with --reason.

    Example: scm supplier contract end HT-000001 --reason "the factory was sold"
    """
    from scm_cli.jobs import contract as job

    told = Say("Contract {number} is ended.", number=number)
    show.done(ctx.obj, told, {"contract": number, **job.end(ctx.obj, number).as_json()})


@contract.command("print", cls=Reads)
def print_(
    ctx: typer.Context,
    number: Number,
    file: Annotated[Path | None, typer.Argument(help="Write here (else the outbox).")] = None,
) -> None:
    """Write a contract as PDF, from the firm's template, in the language of --lang.

    Example: scm supplier contract print HT-000001 --lang zh
    """
    from scm_cli.jobs import contract_paper

    path = contract_paper.printed(ctx.obj, number, file)
    _lies(ctx, Say("Written: {path}", path=str(path)), path)


@contract.command(cls=Reads)
def template(ctx: typer.Context) -> None:
    """Put the contract's template into the shop folder, unless the firm has its own there.

    Example: scm supplier contract template --lang zh
    """
    from scm_cli.jobs import contract_paper

    path = contract_paper.template(ctx.obj)
    _lies(ctx, Say("The template is {path}.", path=str(path)), path)


def _lies(ctx: typer.Context, told: Say, path: Path) -> None:
    if ctx.obj.form == "table":
        show.text(ctx.obj, [told])
    else:
        show.rows(ctx.obj, [{"path": str(path)}])


@contract.command(cls=Writes)
def sign(
    ctx: typer.Context,
    number: Number,
    certificate: Annotated[
        Path, typer.Option("--certificate", "-c", help="The firm's .p12 or .pfx file.")
    ],
    file: Annotated[
        Path | None, typer.Option("--file", help="Sign this PDF (else print the contract).")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="Its password (else SCM_SIGN_PASSWORD).")
    ] = None,
) -> None:
    """Sign a contract's PDF (PAdES) with a certificate that the firm owns.

    Example: scm supplier contract sign HT-000001 --certificate firm.p12
    """
    from scm_cli.jobs import contract_paper

    password = _password(password_file)
    done = contract_paper.sign(ctx.obj, number, file, certificate, password)
    body = {"contract": number, "path": str(done.path), **done.committed.as_json()}
    show.done(ctx.obj, Say("Signed: {path}", path=str(done.path)), body)


@contract.command(cls=Reads)
def verify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A signed PDF.")],
    trust: Annotated[
        list[Path] | None, typer.Option("--trust", help="A certificate that is trusted (.pem).")
    ] = None,
) -> None:
    """Check a signed PDF: who signed, when, and whether it is untouched.

    Example: scm supplier contract verify HT-000001-signed.pdf
    """
    from scm_cli.jobs import contract_paper

    found = contract_paper.verified(ctx.obj, file, tuple(trust or ()))
    show.rows(ctx.obj, found)
    for row in found:
        told = _doubt(row)
        if told is not None:
            ctx.obj.talk(told)
    if not all(row["untouched"] and row["valid"] for row in found):
        raise typer.Exit(int(Exit.REFUSED))


def _doubt(row: dict[str, Any]) -> Say | None:
    """What of a signature does not hold, in one sentence; None when all does."""
    signer = row["signer"]
    if not row["untouched"]:
        return Say(
            "The file was changed after {signer} signed it: do not rely on it.", signer=signer
        )
    if not row["valid"]:
        return Say("The signature does not fit the certificate of {signer}.", signer=signer)
    if not row["trusted"]:
        return Say(
            "Nobody vouches for the certificate of {signer}: name its issuer with --trust FILE.",
            signer=signer,
        )
    return None


def _password(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get("SCM_SIGN_PASSWORD")
    try:
        return file.read_text(encoding="utf-8").strip("\r\n")
    except OSError as error:
        raise ScmError(
            "{path} cannot be read: {why}",
            hint="Look at the path.",
            exit_code=Exit.USAGE,
            path=str(file),
            why=error.strerror or str(error),
        ) from error
