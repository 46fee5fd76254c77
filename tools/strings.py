# ruff: noqa: INP001, PLC0415 -- a script of its own; scm_cli is imported once its path is known
"""Lists every English sentence that a person can meet, and which of them lack their Chinese.

    python tools/strings.py            what is missing in scm_cli/locale/zh.json, as JSON
    python tools/strings.py --check    the same, and exit 1 when anything is amiss
    python tools/strings.py --add FILE take in the pairs of a JSON file (as printed, filled in)

Sentences are found in the source: the first argument of `Say`, `ScmError` and the like, hints,
help of options, docstrings of commands, and the tables and functions named in `SOURCES`.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import sys
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parent.parent
CODE = ROOT / "scm_cli"
CATALOGUE = CODE / "locale" / "zh.json"

#: Call → the arguments that hold templates, by position or name.
TEMPLATES: dict[str, tuple[int | str, ...]] = {
    "Say": (0,),
    "ScmError": (0, "hint"),
    "RefusedImportError": (0, "hint"),
    "refuse": (1, 2),
    "put": (0,),
    "option": ("help",),
    "Option": ("help",),
    "Argument": ("help",),
    "group": (1,),
    "Root": ("help",),
    "field": (0,),
    "Sheet": (1,),
    "Shown": (1,),
    "BuyColumn": (1,),
    "Listing": (0, 1),
    "Notice": (0,),
    "Island": (0,),
    "unknown": (0, 3),
    "_Rule": (1, 2),
    "Link": (5,),
}

#: Where a template reaches `Say` or `put` by a name: the tables and functions that hold them.
#: With a ^, only strings that begin with a capital count (the others are names and kinds).
SOURCES: dict[str, tuple[str, ...]] = {
    "app.py": ("ENTRIES", "Root.format_commands"),
    "commands/advise.py": ("^PARTS",),
    "commands/misuse.py": ("MISUSES", "TOO_LOW"),
    "core/cell.py": ("REASONS",),
    "core/advise/surge.py": ("SOLD", "ORDERED", "SUPPLY", "PRODUCTION"),
    "core/checks.py": ("SAYINGS",),
    "core/master.py": ("OWN_MAKER",),
    "core/order/pricing.py": ("TOO_LOW",),
    "core/customer/tickets.py": ("ANSWERED_EARLY", "SOLVED_EARLY", "NOT_SOLVED", "NO_RATING"),
    "core/intake/sales.py": ("STOCK_CORRECTION",),
    "core/order/terms.py": ("REFUSALS",),
    "core/purchase/order.py": ("REFUSALS", "STATUSES"),
    "errors.py": ("SYSTEM_WORDS",),
    "excel/container.py": ("_STRANGERS",),
    "excel/zipparts.py": ("_OTHER_ZIPS",),
    "core/records/qualification.py": ("PAPER_NAMES",),
    "core/forecast/exceptions.py": ("SENTENCES",),
    "core/replenish/excess.py": ("PLANNED", "LYING"),
    "core/replenish/sayings.py": ("templates",),
    "core/supplier/qualification.py": ("STATES", "STATUSES", "TOLD", "REFUSALS"),
    "excel/fill_in_book.py": ("^WAYBILLS", "^SURVEY"),
    "excel/funnel_book.py": ("TITLE",),
    "excel/annotate.py": ("_STEPS", "_Copy._summary"),
    "excel/delivery_book.py": ("^_FACTS", "SERVICE_WORDS", "^_foot"),
    "paper/delivery.py": ("TITLE", "^FIELDS", "^COLUMNS", "^PRICED"),
    "excel/order_book.py": ("_parties", "_about", "_foot"),
    "excel/plan_buy.py": ("_HINT", "BUY_TITLE"),
    "excel/plan_columns.py": ("NOTES", "ACCEPT"),
    "excel/plan_today.py": ("TODAY_TITLE", "LATE_TITLE", "_tiles"),
    "excel/simulate_book.py": ("_TITLE", "^_fill"),
    "excel/readme.py": ("_NOTES", "_intro", "_part"),
    "core/records/quotes.py": ("QUOTE_STATES",),
    "excel/rfq_book.py": ("_about",),
    "excel/share_book.py": ("KINDS",),
    "jobs/chase.py": ("^_text",),
    "jobs/campaign.py": ("LEFT_OUT",),
    "jobs/explaining.py": ("_before", "_foreseen", "_service", "SERVICE", "SERVICE_INPUTS"),
    "jobs/segment.py": ("KINDS",),
    "jobs/guards.py": ("CLOSED",),
    "jobs/opening.py": ("missing",),
    "jobs/ticket.py": ("PRESSING",),
    "paper/funnel.py": ("^COLUMNS", "PARTS"),
    "show/words.py": ("DERIVED",),
    "paper/contract.py": ("HEADS", "_tax"),
    "paper/simulate.py": ("POLICIES", "^_ROWS", "^simulation_html", "^_charts"),
    "paper/review.py": ("^_COLUMNS", "_NOTES", "TITLE"),
    "jobs/review.py": ("^_head",),
    "paper/report.py": ("^_BUY", "^_LISTS", "_DIRECTIONS", "^_tiles"),
    "settings.py": ("_MENDS",),
}

#: Files that pass on what others say.
PASSED = (
    "commands/churn.py", "jobs/lead.py", "commands/campaign.py", "excel/campaign_book.py",
    "commands/history.py", "excel/dealer_book.py", "excel/surge_book.py", "jobs/surge.py",
    "commands/score.py", "excel/review_book.py", "jobs/review.py", "paper/review.py",
    "jobs/purchase.py", "jobs/qualify.py", "core/records/naming.py", "commands/files.py",
    "errors.py", "locale/__init__.py", "show/__init__.py", "show/card.py", "commands/door.py", "commands/tongue.py",
    "core/intake/typed.py", "core/master.py", "core/replenish/explain.py", "core/search.py",
    "excel/plan_book.py", "excel/plan_lists.py", "excel/plan_read.py", "excel/refusal.py",
    "jobs/buylist.py", "jobs/buypages.py", "jobs/inbox.py", "jobs/master.py", "jobs/morning.py", "jobs/outbox.py",
    "store/journal.py",
    "commands/order_entry.py", "commands/order_follow.py", "core/order/pricing.py",
    "core/supplier/quotes.py", "excel/own_book.py",
    "jobs/offered.py", "jobs/following.py", "core/order/terms.py", "jobs/quote.py", "jobs/returned.py",
    "commands/today.py", "jobs/deal.py", "paper/funnel.py", "excel/funnel_book.py", "show/funnel.py",
)  # fmt: skip

#: Words that come from data; kinds of suggestion and names of records are added to them.
WORDS = (
    "during", "after", "both", "dead", "expires", "excess", "best", "new", "loyal", "slipping", "asleep", "usual",
    "credit code", "phone", "e-mail", "company", "approval", "credit", "deposit", "draft", "confirmed", "closed",
    "cancelled", "Prospecting", "Engaging", "Won", "Lost",
    "inserted", "updated", "deleted", "Lots", "Coming", "Waiting",
    "imported", "refused", "set aside", "duplicate row", "totals row", "no quantity", "nothing to take",
    "too few lines", "keep", "renegotiate", "drop", "develop a second source", "unrated", "first", "held", "up",
    "waits", "no firm supply", "not shipped", "supplier late", "waits for supply",
    "down", "few lines", "failure", "promise", "quoted", "requested", "strategic", "bottleneck",
    "leverage", "routine", "on time in full", "on time, short", "late or missing",
    "Arguments", "Options", "required", "default", "Show this message and exit.",
)  # fmt: skip
_TABLES = ("table", "master", "parent", "child")  # variables that hold names of records
_IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


@cache
def trees() -> dict[str, ast.Module]:
    """Path under scm_cli → its tree."""
    return {
        path.relative_to(CODE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(CODE.rglob("*.py"))
    }


@cache
def _nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def sentences() -> dict[str, str]:
    """Every template with the file in which it stands."""
    found: dict[str, str] = {}
    for name, tree in trees().items():
        for text in (*_called(tree), *_commands(tree, name), *_named(tree, name)):
            if re.sub(r"\{\w+\}", "", text).strip():
                found.setdefault(text, name)
    for word in (*WORDS, *_record_words()):
        found.setdefault(word, "core/records")
    return found


def _record_words() -> list[str]:
    from scm_cli.core.intake.kinds import CHARGE_CODES
    from scm_cli.core.records.catalog import RECORDS, record

    kinds = record("suggestion").columns()["kind"].choices
    charges = {f"charge: {name}" for name in CHARGE_CODES.values()}
    tables = [r.table for r in RECORDS]
    return [*tables, *(table.replace("_", " ") for table in tables), *kinds, *charges]


def _called(tree: ast.AST) -> Iterator[str]:
    """Templates given to a call directly, through `a if b else c`, or by a local name."""
    named = _assigned(tree)
    for node in _nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        stated = {keyword.arg: keyword.value for keyword in node.keywords}
        for place in TEMPLATES.get(_name_of(node), ()):
            positional = isinstance(place, int) and place < len(node.args)
            value = node.args[place] if positional else stated.get(str(place))  # type: ignore[index]
            if isinstance(value, ast.Name):
                yield from named.get(value.id, [])
            elif value is not None:
                yield from _literals(value)


def _name_of(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def _assigned(tree: ast.AST) -> dict[str, list[str]]:
    """Variable → the texts that it is given anywhere in the file."""
    found: dict[str, list[str]] = {}
    for node in _nodes(tree):
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=True))
        for name, each in pairs:
            if isinstance(name, ast.Name):
                found.setdefault(name.id, []).extend(_literals(each))
    return {name: texts for name, texts in found.items() if texts}


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _commands(tree: ast.AST, name: str) -> Iterator[str]:
    """Docstrings of commands: they are the help."""
    if not name.startswith("commands/"):
        return
    for node in _nodes(tree):
        if isinstance(node, ast.FunctionDef) and any(
            ".command" in ast.unparse(each) for each in node.decorator_list
        ):
            yield inspect.cleandoc(ast.get_docstring(node) or "")


def _named(tree: ast.Module, name: str) -> Iterator[str]:
    """Templates held by the tables and functions of `SOURCES`."""
    for each in SOURCES.get(name, ()):
        wanted = each.removeprefix("^")
        for text in _of_source(tree, name, wanted):
            if each == wanted or text[:1].isupper():
                yield text


def _of_source(tree: ast.Module, name: str, wanted: str) -> Iterator[str]:
    if wanted.isupper() or wanted == "templates":
        module = "scm_cli." + name.removesuffix(".py").replace("/", ".")
        value = _value(importlib.import_module(module), wanted)
        yield from _held(value() if callable(value) else value)
    else:
        told = _told(_function(tree, wanted))
        yield from (each for each in told if not _IDENTIFIER.fullmatch(each))


def _value(module: ModuleType, wanted: str) -> object:
    if wanted == "ENTRIES":  # name → (module, sentence)
        return [sentence for _, sentence in (module.GROUPS | module.LEAVES).values()]
    return getattr(module, wanted)


def _held(value: object) -> Iterator[str]:
    """Strings in a table: values of mappings, members of sequences, fields of dataclasses."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _held(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _held(each)
    elif is_dataclass(value):
        yield from _held([getattr(value, field.name) for field in fields(value)])


def _function(tree: ast.AST, dotted: str) -> ast.AST:
    for part in dotted.split("."):
        named = [
            n for n in ast.walk(tree)
            if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == part
        ]  # fmt: skip
        if not named:
            raise LookupError(f"SOURCES names {dotted}, which is not there")
        tree = named[0]
    return tree


def _told(function: ast.AST) -> Iterator[str]:
    """Strings in tuples, lists and conditions of a function: its small tables."""
    for node in ast.walk(function):
        if isinstance(node, ast.Tuple | ast.List):
            for each in node.elts:
                yield from _literals(each)
        elif isinstance(node, ast.IfExp):
            yield from _literals(node)


def undeclared() -> list[str]:
    """Files that hand a variable to `Say` or `put` without saying where its templates stand."""
    wrong = []
    for name, tree in trees().items():
        if name not in SOURCES and name not in PASSED:
            known = _assigned(tree)
            wrong += [
                f"{name}:{node.lineno}" for node in _nodes(tree)
                if isinstance(node, ast.Call) and _by_name(node, known)
            ]  # fmt: skip
    return wrong


def _by_name(node: ast.Call, known: dict[str, list[str]]) -> bool:
    if _name_of(node) not in ("Say", "ScmError", "put") or not node.args:
        return False
    first = node.args[0]
    if isinstance(first, ast.Name):
        return first.id not in known and first.id not in _TABLES
    if isinstance(first, ast.Attribute):  # headers of fields, and what was said before
        return first.attr not in ("what", "mend", "say", "hint", "sentence", "en", "too_much")
    return isinstance(first, ast.Subscript)


def names(template: str) -> set[str]:
    """The placeholders of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def catalogue() -> dict[str, str]:
    """English → Chinese, as it is kept."""
    loaded: dict[str, str] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return loaded


def add(pairs: dict[str, str]) -> None:
    """Take pairs into the catalogue, sorted; what is no longer said leaves it."""
    said = sentences()
    known = {**catalogue(), **{text: zh for text, zh in pairs.items() if zh}}
    kept = {text: known[text] for text in sorted(known) if text in said}
    CATALOGUE.write_text(json.dumps(kept, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def main() -> int:
    """Print what is missing, what is left over and what differs in its placeholders."""
    if "--add" in sys.argv:
        given = Path(sys.argv[sys.argv.index("--add") + 1])
        add(json.loads(given.read_text(encoding="utf-8")))
    found, known = sentences(), catalogue()
    missing = {text: "" for text in found if text not in known}
    left = sorted(set(known) - set(found))
    differs = sorted(text for text, zh in known.items() if names(text) != names(zh))
    sys.stdout.write(json.dumps(missing, ensure_ascii=False, indent=0) + "\n")
    sys.stderr.write(f"{len(found)} sentences, {len(missing)} without Chinese\n")
    for text in left:
        sys.stderr.write(f"no longer said: {text!r}\n")
    for text in differs:
        sys.stderr.write(f"other placeholders: {text!r}\n")
    return int("--check" in sys.argv and bool(missing or left or differs))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
