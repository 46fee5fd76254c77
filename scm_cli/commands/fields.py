"""Options for the fields of a record, made from its declaration when they are needed.

So `scm supplier add` knows every field, its unit and its header in both languages, and
`scm supplier list` does not load the declarations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scm_cli.commands.door import Writes
from scm_cli.commands.tongue import language, shop_folder
from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.core.records.base import Column

KEPT = "scm_cli.fields"
_METAVARS = {
    "qty": "NUMBER", "number": "NUMBER", "price": "NUMBER", "amount": "NUMBER", "pct": "PERCENT",
    "day": "DATE", "flag": "yes|no",
}  # fmt: skip


class Fields(Writes):
    """A writing command with an option per field of `table`; `flags` renames some of them.

    `table` may name several, with blanks between them.
    """

    table: str
    flags: Mapping[str, str]
    without: frozenset[str]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        from pathlib import Path

        from scm_cli.core.records.catalog import record

        asked = ctx.obj.get("lang") if isinstance(ctx.obj, dict) else getattr(ctx.obj, "lang", None)
        lang = language(shop_folder(None, Path.cwd()), asked)
        columns = {n: c for each in self.table.split() for n, c in record(each).columns().items()}
        own = [self._option(c, lang) for n, c in columns.items() if n not in self.without]
        given = super().get_params(ctx)
        arguments = [p for p in given if isinstance(p, click.Argument)]
        return [*arguments, *own, *(p for p in given if p not in arguments)]

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- whatever the command answers
        try:
            return super().invoke(ctx)
        except ScmError as error:  # a missing field is asked for by the option that it has here
            name = str(error.hint.values.get("option", "")).replace("-", "_")
            if name in self.flags:
                error.hint = error.hint.having(option=self.flags[name])
            raise

    def _option(self, column: Column, lang: str) -> click.Option:
        def keep(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
            if value is not None:
                ctx.meta.setdefault(KEPT, {})[column.name] = value

        flag = self.flags.get(column.name, column.name.replace("_", "-"))
        return click.Option(
            [f"field_{column.name}", f"--{flag}"],
            expose_value=False,
            callback=keep,
            metavar="|".join(column.choices) or _METAVARS.get(column.kind, "TEXT"),
            help=f"{column.zh}。" if lang == "zh" else f"{column.en}.",
        )


def fields_of(
    name: str, flags: Mapping[str, str] | None = None, without: tuple[str, ...] = ()
) -> type[Fields]:
    """The command class for the fields of a table; `without` leaves out what are arguments."""
    given = {"table": name, "flags": flags or {}, "without": frozenset(without)}
    return type(f"Fields_{name}", (Fields,), given)


def given_fields(ctx: click.Context) -> dict[str, str]:
    """The fields that were stated, as text; an empty text empties a field."""
    return dict(ctx.meta.get(KEPT, {}))


def stated(ctx: click.Context, assigned: list[str] | None) -> dict[str, str]:
    """The fields stated by option or by --set, which wins.

    Raises:
        ScmError: a --set is not of the form field=value, or nothing is stated.
    """
    texts = given_fields(ctx)
    for each in assigned or ():
        name, sign, text = each.partition("=")
        if not sign:
            raise ScmError(
                "--set {each} is not of the form field=value",
                hint="For example --set payment_days=30.",
                exit_code=Exit.USAGE,
                each=each,
            )
        texts[name.strip().replace("-", "_")] = text
    if not texts:
        raise ScmError(
            "no field is stated",
            hint="For example --set payment_days=30.",
            exit_code=Exit.USAGE,
        )
    return texts
