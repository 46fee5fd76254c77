"""The only package that prints: tables, JSON, CSV on stdout; talk on stderr."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scm_cli.errors import Problem, ScmError
    from scm_cli.run import Run

SCHEMA_VERSION = 1
PROBLEMS_SHOWN = 20  # reasons
CELLS_SHOWN = 5  # of each reason


def plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 -- any JSON value, one case each
    """A value as JSON holds it: quantities are numbers, days are text, unknown is null."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Say):
        return value.english
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def rows(
    run: Run,
    found: Sequence[dict[str, Any]],
    columns: Sequence[str] | None = None,
    note: Say | None = None,
) -> None:
    """A list of rows, in the form that was asked for."""
    names = list(columns or (found[0] if found else ()))
    shown = list(found[: run.limit] if run.limit else found)
    if run.output is not None:
        from scm_cli.show import tofile

        sheet = run.output.suffix.lower() == ".xlsx"
        say = _read if sheet else _written
        tofile.write(run.output, names, [[say(n, r.get(n), run) for n in names] for r in shown])
        run.talk(Say("written to {path}", path=str(run.output)))
    elif run.form == "json":
        document(run, {"rows": [{n: _say(r.get(n), run) for n in names} for r in shown]})
    elif run.form == "csv":
        from scm_cli.show import tofile

        tofile.csv_rows(sys.stdout, names, [[_say(r.get(n), run) for n in names] for r in shown])
    else:
        _table(run, names, shown)
        if note is not None:
            line(put(note, run.lang))


def with_packs(columns: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns of a document's lines; where one was entered in packs, `shown` says so.

    Quantities are in stock units and the price is that of the entered unit, so 48 at 40 is 2箱 at 40.
    """
    names = list(columns)
    if any(line["factor"] != 1 for line in lines):
        names = [n for n in names if n != "unit"]
        names.insert(names.index("qty") + 1, "shown")
    return names


def part(run: Run, found: Sequence[dict[str, Any]], columns: Sequence[str], most: int) -> None:
    """The first rows of a list as a table, and how many more there are."""
    if found:
        _table(run, columns, found[:most])
    if len(found) > most:
        line(put(Say("  ... and {n} more", n=len(found) - most), run.lang))
    line("")


def document(run: Run, body: dict[str, Any]) -> None:
    """One JSON document on stdout, with the fields that every document has."""
    import json

    head = {
        "schema_version": SCHEMA_VERSION,
        "command": run.command,
        "today": run.today.isoformat(),
    }
    body = {k: _say(v, run) for k, v in body.items()}
    line(json.dumps({**head, **plain(body)}, ensure_ascii=False, allow_nan=False))


def done(run: Run, what: Say, body: dict[str, Any]) -> None:
    """The answer of a writing command: its JSON, or one sentence."""
    if run.form == "json":
        document(run, body)
        return
    if run.dry_run:
        line(put(Say("Dry run, nothing was written."), run.lang))
    line(put(what, run.lang))
    for table, counts in body.get("changes", {}).items():
        parts = ", ".join(f"{put(kind, run.lang)} {n}" for kind, n in counts.items() if n)
        if run.dry_run and parts:
            line(f"  {table}: {parts}")
    if body.get("entry"):
        told = Say("Entry {entry}. `scm undo {entry}` takes it back.", entry=body["entry"])
        line(put(told, run.lang))


def warned(run: Run, problems: Iterable[Problem]) -> None:
    """What was taken although it looks wrong, on stderr."""
    for each in problems:
        talk(f"{put('Warning', run.lang)}{_colon(run.lang)}{_told(each, run.lang)}")


def text(run: Run, lines: Iterable[Say | str]) -> None:
    """Sentences on stdout."""
    for each in lines:
        line(put(each, run.lang) if isinstance(each, Say) else each)


def line(content: str) -> None:
    """One line on stdout; characters that the console cannot draw are replaced."""
    try:
        sys.stdout.write(content + "\n")
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(content.encode(encoding, "replace").decode(encoding) + "\n")


def talk(content: str) -> None:
    """One line on stderr: for the person, never for the pipe."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(content.encode(encoding, "replace").decode(encoding) + "\n")


def failure(error: ScmError, *, form: str, lang: str) -> None:
    """An error: JSON on stdout when that was asked for, else sentences on stderr."""
    import json

    message, hint = put(error.say, lang), _sentence(put(error.hint, lang), lang)
    if form == "json":
        body = {
            "code": int(error.exit_code),
            "message": message,
            "hint": hint,
            "where": error.where,
            "problems": [_problem(p, lang) for p in error.problems],
        }
        line(json.dumps({"schema_version": SCHEMA_VERSION, "error": body}, ensure_ascii=False))
        return
    named = message.startswith(error.where) or error.where in [p.where for p in error.problems]
    colon = _colon(lang)
    talk(put("Error", lang) + colon + ("" if named else error.where + colon) + message)
    told, more = listed(error.problems, lang)
    for one in told:
        talk(f"  {one}")
    if more:
        talk(put(Say("  ... and {n} more", n=more), lang))
    if hint:
        talk(hint)


def listed(problems: Iterable[Problem], lang: str) -> tuple[list[str], int]:
    """One line per reason, its first cells and how many there are; how many problems are left out."""
    same: dict[tuple[str, str], list[Problem]] = {}
    for each in problems:
        same.setdefault((put(each.what, lang), put(each.mend, lang)), []).append(each)
    groups = list(same.values())
    shown = [_together(group, lang) for group in groups[:PROBLEMS_SHOWN]]
    return shown, sum(map(len, groups[PROBLEMS_SHOWN:]))


def _together(group: list[Problem], lang: str) -> str:
    """Problems that say the same, on one line: `a.csv C3, C4, C5 and 17 more: ...`."""
    first = group[0]
    if len(group) == 1:
        return _told(first, lang)
    sheet = first.where[: -len(re.split(r"[! ]", first.where)[-1])]
    cells = [each.where.removeprefix(sheet) for each in group[1:CELLS_SHOWN]]
    where = ", ".join([first.where, *cells])
    if len(group) > CELLS_SHOWN:
        where = put(Say("{cells} and {n} more", cells=where, n=len(group) - CELLS_SHOWN), lang)
    return _told(replace(first, where=where), lang)


def _problem(problem: Problem, lang: str) -> dict[str, str]:
    return {
        "where": problem.where,
        "what": put(problem.what, lang),
        "mend": put(problem.mend, lang),
    }


def _told(problem: Problem, lang: str) -> str:
    """A problem on one line: where, what, how to mend it."""
    said = _problem(problem, lang)
    where = said["where"] + _colon(lang)
    if not said["mend"]:
        return where + said["what"]
    what = _sentence(said["what"], lang, capital=False)
    gap = "" if lang == "zh" else " "
    return where + what + gap + _sentence(said["mend"], lang)


def _colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "


def _sentence(text: str, lang: str, *, capital: bool = True) -> str:
    """What stands in the code as a clause, as a sentence of its own.

    >>> _sentence("save it again, or leave it out", "en"), _sentence("Again?", "en")
    ('Save it again, or leave it out.', 'Again?')
    """
    if not text:
        return text
    stop = "" if text[-1] in ".:?!。：？！" else "。" if lang == "zh" else "."
    return (text[0].upper() if capital else text[0]) + text[1:] + stop


def _say(value: Any, run: Run) -> Any:  # noqa: ANN401 -- cell of any type
    return put(value, run.lang) if isinstance(value, Say) else value


def _written(_name: str, value: Any, run: Run) -> Any:  # noqa: ANN401 -- cell of any type
    return _say(value, run)


def _read(name: str, value: Any, run: Run) -> Any:  # noqa: ANN401 -- cell of any type
    """A value for a person: codes of states as words, sentences in the language of the run."""
    if isinstance(value, str) and run.lang != "en":
        from scm_cli.show import words

        return words.shown(name, value, run.lang)
    return _say(value, run)


def cell_of(name: str, value: Any, run: Run) -> str:  # noqa: ANN401 -- cell of any type
    """A value of a column as a person reads it in a table of the run's language."""
    if isinstance(value, bool) and run.lang != "en":
        from scm_cli.show import words

        return words.flag(value, run.lang)
    return cell(_read(name, value, run))


def _table(run: Run, names: Sequence[str], found: Sequence[dict[str, Any]]) -> None:
    if not found:
        line(put(Say("Nothing to show."), run.lang))
        return
    cells = [[cell_of(n, r.get(n), run) for n in names] for r in found]
    right = {
        i
        for i, n in enumerate(names)
        if any(isinstance(r.get(n), int | float | Decimal) for r in found)
    }
    from scm_cli.show import table

    table.draw(list(names), cells, right)


def cell(value: Any) -> str:  # noqa: ANN401 -- cell of any type
    """A value as a person reads it in a table.

    >>> cell(Decimal("1234.5000")), cell(None), cell(True)
    ('1,234.5', '', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | float):
        number = f"{value:,.4f}".rstrip("0").rstrip(".")
        return "0" if number in ("-0", "") else number
    if isinstance(value, int):
        return str(value)
    return str(plain(value))
