"""`scm customer segment`: which customers are meant, by a readable rule, and why each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Group, Reads, Writes, group
from scm_cli.errors import Say

if TYPE_CHECKING:
    import click


class Falling(Group):
    """A group in which what is no command of it is shown: `segment NAME` is `segment show NAME`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.declared, "--help", "-h"}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = group("customer", "Who buys from us.")
segment = group("segment", "Segments: who is meant, by a readable rule, and why.")
segment.info.cls = Falling
app.add_typer(segment)

Name = Annotated[str, typer.Argument(help="Name of the segment.")]
Rule = Annotated[
    str, typer.Argument(help="Rule: yearly_amount >= 20000 and tag = wholesale.", metavar="RULE")
]
Note = Annotated[str | None, typer.Option("--note", help="What to remember of it.")]


@segment.command("show", cls=Reads)
def show_(
    ctx: typer.Context,
    asked: Annotated[
        str | None, typer.Argument(help="A saved segment, or a rule.", metavar="[NAME|RULE]")
    ] = None,
) -> None:
    """Who is in a segment, or fits a rule, and why; without a name all segments.

    Example: scm customer segment show "standing = loyal and item = PEN-001 within 90 days"
    """
    from scm_cli.jobs import segment as job

    found = job.shown(ctx.obj, asked)
    if ctx.obj.form == "table":
        show.rows(ctx.obj, found, ([] if asked else ["segment"]) + ["customer", "name", "reason"])
        return
    show.rows(ctx.obj, found, ["customer", "reason", "name", "segment"])


@segment.command("list", cls=Reads)
def list_(ctx: typer.Context) -> None:
    """The saved segments, their rules, and how many customers each holds now.

    Example: scm customer segment list
    """
    from scm_cli.jobs import segment as job

    names = ["segment", "customers", "rule", "made_on", "note"]
    show.rows(ctx.obj, job.listed(ctx.obj), names)


@segment.command(cls=Reads)
def fields(ctx: typer.Context) -> None:
    """What a rule may ask about, and the words for it in both languages.

    Example: scm customer segment fields
    """
    from scm_cli.jobs import segment as job

    show.rows(ctx.obj, job.fields(), ["field", "holds", "words"])


@segment.command(cls=Writes)
def new(ctx: typer.Context, name: Name, rule: Rule, note: Note = None) -> None:
    """Save a rule under a name; who fits it is found anew each time.

    Example: scm customer segment new regulars "orders >= 5 and last_on >= 2026-01-01"
    """
    from scm_cli.jobs import segment as job

    size, done = job.save(ctx.obj, name, rule, note, again=False)
    told = Say(
        "Segment {name} is saved; it holds {n} {n:customer|customers} now.", name=name, n=size
    )
    show.done(ctx.obj, told, {"segment": name, "customers": size, **done.as_json()})


@segment.command(cls=Writes)
def change(ctx: typer.Context, name: Name, rule: Rule, note: Note = None) -> None:
    """Give a saved segment another rule.

    Example: scm customer segment change regulars "orders >= 8"
    """
    from scm_cli.jobs import segment as job

    size, done = job.save(ctx.obj, name, rule, note, again=True)
    told = Say(
        "Segment {name} is changed; it holds {n} {n:customer|customers} now.", name=name, n=size
    )
    nothing = Say("Nothing changed.")
    body = {"segment": name, "customers": size, **done.as_json()}
    show.done(ctx.obj, told if done.counts else nothing, body)


@segment.command(cls=Writes)
def remove(ctx: typer.Context, name: Name) -> None:
    """Forget a segment; campaigns keep the rule with which they were drawn.

    Example: scm customer segment remove regulars
    """
    from scm_cli.jobs import segment as job

    done = job.remove(ctx.obj, name)
    show.done(
        ctx.obj, Say("Segment {name} is removed.", name=name), {"segment": name, **done.as_json()}
    )
