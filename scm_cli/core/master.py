"""A master record typed field by field: what a text means, what changes, what looks wrong.

The rules of a cell and the declarations of the record decide, as they do for a sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core import phones
from scm_cli.core.cell import CellKind, CellRule, parse_cell, reason_say
from scm_cli.core.records.base import PLACES
from scm_cli.core.records.catalog import record
from scm_cli.core.records.words import spellings
from scm_cli.core.search import folded, initials, nearest
from scm_cli.errors import Exit, Problem, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scm_cli.core.records.base import Column

#: The second tier is somebody else.
OWN_MAKER = "{code} cannot be named as who makes what {code} sells"
_KINDS: dict[str, CellKind] = {
    "code": CellKind.CODE, "text": CellKind.TEXT, "choice": CellKind.TEXT, "qty": CellKind.QTY,
    "number": CellKind.QTY, "price": CellKind.PRICE, "amount": CellKind.AMOUNT,
    "pct": CellKind.PCT, "day": CellKind.DATE, "flag": CellKind.BOOL,
}  # fmt: skip


def values(table: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """The typed values of fields given as text; an empty text empties the field.

    Raises:
        ScmError: a field is unknown, or texts do not fit their fields; all are listed.

    >>> values("supplier", {"lead_time_days": "12", "state": "合作中", "phone": ""})
    {'lead_time_days': 12, 'state': 'approved', 'phone': None}
    """
    columns = record(table).columns()
    found, problems = {}, []
    for name, text in texts.items():
        if name not in columns:
            raise _no_field(table, name, columns)
        found[name], what = _value(columns[name], text)
        if what is not None:
            problems.append(Problem(name, what))
    if problems:
        raise ScmError(
            "{n} {n:value does|values do} not fit",
            hint="Correct them; nothing was changed.",
            exit_code=Exit.REFUSED,
            problems=tuple(problems),
            n=len(problems),
        )
    return found


def _value(column: Column, text: str) -> tuple[Any, Say | None]:
    text = spellings(column).get(text, text)
    rule = CellRule(
        _KINDS[column.kind], PLACES.get(column.kind, 0), column.low, column.high, column.choices
    )
    cell = parse_cell(text, rule)
    if cell.reason or cell.unit:
        what, mend = reason_say(cell.reason or "unit", text, rule)
        return None, Say("{what}; {mend}", what=what, mend=mend)
    if cell.value is None and column.required:
        return None, Say("{field} is empty", field=Say(column.en))
    value: Any = column.default if cell.value is None else cell.value
    return (int(value) if column.kind == "number" and value is not None else value), None


def _no_field(table: str, name: str, columns: Iterable[str]) -> ScmError:
    near = nearest(name, list(columns))
    return ScmError(
        "{table} has no field {name}",
        hint="Did you mean {near}?" if near else "The fields are: {fields}.",
        exit_code=Exit.USAGE,
        table=Say(table),
        name=name,
        near=near or "",
        fields=", ".join(columns),
    )


def row(table: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A whole new row: the given values, the declared defaults, the initials of its name.

    >>> made = row("customer", {"customer": "C1", "name": "晨光文具"})
    >>> made["mnemonic"], made["opted_out"], made["phone"]
    ('cgwj', False, None)
    """
    stated = {n: v for n, v in given.items() if v is not None}
    for name, column in record(table).columns().items():
        if column.required and name not in stated:
            raise ScmError(
                "{field} is missing",
                hint="Give it with --{option}.",
                exit_code=Exit.USAGE,
                field=Say(column.en),
                option=name.replace("_", "-"),
            )
    whole = record(table).model_validate(stated).model_dump()
    require_other_maker(table, whole)
    if whole.get("mnemonic", "") is None:
        whole["mnemonic"] = initials(whole["name"])
    return whole


def require_other_maker(table: str, row: Mapping[str, Any]) -> None:
    """Whoever makes what a supplier sells is another one; who makes it itself names nobody.

    Raises:
        ScmError: a supplier is its own maker.

    >>> require_other_maker("supplier", {"supplier": "S1", "made_by": "S2"})
    """
    if table == "supplier" and row.get("made_by") is not None and row["made_by"] == row["supplier"]:
        raise ScmError(
            OWN_MAKER, hint="Leave made_by empty when it makes them itself.", code=row["supplier"]
        )


def changed(table: str, old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that really change, with their new values; initials follow the name.

    `old` is the stored row.

    Raises:
        ScmError: a key field would change.
    """
    kind = record(table)
    for name in kind.key:
        if name in given and given[name] != old[name]:
            raise ScmError(
                "{name} is the record's key and stays as it is",
                hint="Enter a new record instead.",
                exit_code=Exit.USAGE,
                name=name,
            )
    names = kind.columns()
    given = dict(given)
    follows = "mnemonic" in names and old["mnemonic"] in (None, initials(old["name"]))
    if "name" in given and "mnemonic" not in given and follows:
        given["mnemonic"] = initials(given["name"])
    kind.model_validate({**{n: old[n] for n in names}, **given})
    require_other_maker(table, {**old, **given})
    return {n: v for n, v in given.items() if v != old[n]}


def warnings(given: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """What looks wrong in new values, and is taken all the same.

    `others` are the rows of the table except this one. The credit code (统一社会信用代码)
    is checked by its check digit, GB 32100-2015; equal names and equal bank accounts are how
    one partner comes to be entered twice.

    >>> [w.what.english for w in warnings({"uscc": "91110000600037341A"}, [])]
    ['91110000600037341A is not a valid credit code: its check digit does not fit']
    """
    found = []
    if given.get("uscc"):
        from stdnum.cn import uscc

        if not uscc.is_valid(given["uscc"]):
            what = Say(
                "{code} is not a valid credit code: its check digit does not fit",
                code=given["uscc"],
            )
            found.append(Problem("uscc", what))
    found += phones.doubts("mobile", given.get("mobile"))
    for field in ("name", "bank_account", "uscc"):
        mine = given.get(field)
        twins = [o for o in others if mine and o.get(field) and folded(o[field]) == folded(mine)]
        if twins:
            code = next(iter(twins[0].values()))
            found.append(Problem(field, Say("{code} has the same: {value}", code=code, value=mine)))
    return found
