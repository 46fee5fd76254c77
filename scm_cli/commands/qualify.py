"""`scm supplier`: papers, risk, and the states from candidate to ended."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.commands.fields import fields_of, given_fields
from scm_cli.errors import Problem, Say

app = group("supplier", "Who sells to us: files, prices, terms.")

Code = Annotated[str, typer.Argument(help="Supplier code.")]
AnyCode = Annotated[str | None, typer.Argument(help="Supplier code (else all).")]
Override = Annotated[
    bool, typer.Option("--override", help="Go on all the same; say why with --reason.")
]
PAPER_FLAGS = {"valid_from_on": "from", "valid_until_on": "until"}
NOT_TYPED = ("supplier", "kind", "file", "sha256", "entered_on", "person")
PAPERS = [
    "supplier", "kind", "required", "status", "number", "issuer", "valid_until_on", "left_days",
]  # fmt: skip
CHECKLIST = PAPERS[1:]


@app.command(cls=fields_of("qualification", PAPER_FLAGS, NOT_TYPED))
def qualify(
    ctx: typer.Context,
    code: AnyCode = None,
    kind: Annotated[str | None, typer.Argument(help="Paper: business_licence ...")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="The scan; a copy is kept.")] = None,
    long_term: Annotated[bool, typer.Option("--long-term", help="It has no end (长期).")] = False,
) -> None:
    """Enter a paper of a supplier, or its renewal; without a kind, list what is there.

    Example: scm supplier qualify S-001 business_licence --number 91330100799655058B --long-term
    """
    from scm_cli.core.supplier.qualification import last_day
    from scm_cli.jobs import qualify as job
    from scm_cli.show import card

    if code is None or kind is None:
        show.rows(ctx.obj, job.listed(ctx.obj, code, None), PAPERS)
        return
    texts = {**given_fields(ctx), "kind": kind}
    texts["valid_until_on"] = last_day(texts.get("valid_until_on"), long_term=long_term)
    saved = job.add(ctx.obj, code, texts, file)
    told = Say("{paper} of {supplier} is entered.", paper=kind, supplier=code)
    card.saved(ctx.obj, told, {**saved.as_json(), "supplier": code}, saved)


@app.command(cls=Reads)
def papers(
    ctx: typer.Context,
    code: AnyCode = None,
    status: Annotated[
        str | None,
        typer.Option("--status", help="missing, expired, expiring, valid, long-term, not yet."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Hold the kept files against what was entered.")
    ] = False,
) -> None:
    """The papers of suppliers against what their category requires.

    Example: scm supplier papers --status expiring
    """
    from scm_cli.jobs import qualify as job

    show.rows(ctx.obj, job.listed(ctx.obj, code, status), PAPERS)
    if verify:
        show.warned(ctx.obj, job.altered(ctx.obj, code))


@app.command(cls=Reads)
def risk(ctx: typer.Context, code: AnyCode = None) -> None:
    """How risky suppliers are, and why: papers, trial orders, dependence, history.

    Example: scm supplier risk S-001
    """
    from scm_cli.jobs import risk as job

    columns = ["supplier", "name", "state", "risk", "grade", "reason"]
    show.rows(ctx.obj, job.listed(ctx.obj, code), columns)


@app.command(cls=Writes)
def approve(ctx: typer.Context, code: Code, override: Override = False) -> None:
    """Approve a candidate whose required papers are in order; the checklist is shown.

    Example: scm supplier approve S-001
    """
    _step(ctx, code, "approve", Say("Supplier {code} is approved.", code=code), override=override)


@app.command(cls=Writes)
def suspend(ctx: typer.Context, code: Code) -> None:
    """Stop ordering from a supplier for a time; say why with --reason.

    Example: scm supplier suspend S-001 --reason "late three times"
    """
    _step(ctx, code, "suspend", Say("Supplier {code} is suspended.", code=code))


@app.command(cls=Writes)
def end(ctx: typer.Context, code: Code) -> None:
    """Stop working with a supplier for good; say why with --reason.

    Example: scm supplier end S-001 --reason "closed down"
    """
    _step(ctx, code, "end", Say("Supplier {code} is ended.", code=code))


@app.command(cls=Writes)
def reinstate(ctx: typer.Context, code: Code, override: Override = False) -> None:
    """Take a suspended supplier back, or an ended one as a candidate.

    Example: scm supplier reinstate S-001 --reason "agreed on a plan"
    """
    told = Say("Supplier {code} is taken back.", code=code)
    _step(ctx, code, "reinstate", told, override=override)


def _step(ctx: typer.Context, code: str, action: str, told: Say, *, override: bool = False) -> None:
    from scm_cli.jobs import qualify as job

    done = job.step(ctx.obj, code, action, override=override)
    if done.checklist and done.state == "approved" and ctx.obj.form == "table":
        show.rows(ctx.obj, done.checklist, CHECKLIST)
    show.done(ctx.obj, told, {"supplier": code, **done.as_json()})
    if done.overridden:
        show.warned(
            ctx.obj, [Problem(code, Say("approved all the same: {what}", what=done.overridden))]
        )
