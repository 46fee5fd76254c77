"""The house rules, held by the code itself: who may import whom, and how long things may grow."""

from __future__ import annotations

import ast
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scm_cli.core.records.keys import KEYS, LEDGER
from scm_cli.store.findings import POSTED, TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
CODE = ROOT / "scm_cli"
Function = ast.FunctionDef | ast.AsyncFunctionDef

FILE_LINES, FUNCTION_LINES, CORE_PARAMETERS, COMMAND_LINES = 300, 60, 6, 20

#: package → the packages of ours that it may import.
LEAVES = {
    "errors",
    "run",
    "settings",
    "settings_model",
    "settings_carriers",
    "settings_customers",
    "settings_tickets",
    "locale",
}
BELOW = {"store", "excel", "paper", "wire", "engines"}
MAY_IMPORT = {
    "app": {"commands", "show"},
    "commands": {"jobs", "show", "core"},
    "jobs": {*BELOW, "core"},
    **{each: {"core"} for each in (*BELOW, "show")},
    **{each: set() for each in ("core", *LEAVES)},
}
#: Libraries that only some packages may import.
OWNERS = {
    "duckdb": {"store"},
    "fastexcel": {"excel"},
    "openpyxl": {"excel"},
    "xlsxwriter": {"excel", "show"},
    "defusedxml": {"excel"},
    "jinja2": {"paper"},
    "reportlab": {"paper"},
    "pyhanko": {"paper"},
    "pyhanko_certvalidator": {"paper"},
    "typer": {"app", "commands"},
    "click": {"app", "commands"},
    "rich": {"show"},
}
CORE_LIBRARIES = {"numpy", "polars", "pydantic", "rapidfuzz", "pypinyin", "stdnum", "holidays"}
PURE_STDLIB = {
    "__future__", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "difflib",
    "enum", "fractions", "functools", "hashlib", "heapq", "itertools", "math", "operator", "re",
    "statistics", "string", "types", "typing", "unicodedata",
}  # fmt: skip
IMPURE = {
    "open", "print", "input", "eval", "exec", "datetime.now", "date.today", "datetime.today",
    "datetime.utcnow", "np.random.seed", "np.random.rand", "random.random", "numpy.random.rand",
}  # fmt: skip

#: Rules bent for good cause: (rule, pattern of where) → why.
ALLOWED: dict[tuple[str, str], str] = {
    ("sideways", "commands.*>commands.door"): "what every door shares",
    (
        "sideways",
        "commands.*>commands.fields",
    ): "options made from a record, for those that need them",
    ("sideways", "commands.*>commands.tongue"): "the language of help",
    (
        "parameters",
        "core/records/base.py:field",
    ): "one declaration; each part is named where it is used",
    ("doctest", "core/intake/*"): "tables in, tables out: their tests show them at work",
    (
        "doctest",
        "core/replenish/*",
    ): "likewise: the steps of the plan; the rules beside them have theirs",
    ("doctest", "core/records/catalog.py"): "a list",
}


def bent(rule: str, where: str) -> bool:
    return any(rule == each and fnmatch(where, pattern) for each, pattern in ALLOWED)


@cache
def modules() -> dict[str, ast.Module]:
    """Path under scm_cli → its tree."""
    return {
        p.relative_to(CODE).as_posix(): ast.parse(p.read_text(encoding="utf-8"))
        for p in sorted(CODE.rglob("*.py"))
    }


@cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def package(path: str) -> str:
    return path.split("/", 1)[0].removesuffix(".py")


@cache
def functions() -> list[tuple[str, Function]]:
    return [
        (path, node) for path, tree in modules().items()
        for node in nodes(tree) if isinstance(node, Function)
    ]  # fmt: skip


def imports(tree: ast.AST) -> Iterator[str]:
    """Every imported module, as dotted name; `from a import b` gives a.b."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: str) -> Iterator[tuple[str, str]]:
    """(package, module) of ours that a file imports."""
    for name in imports(modules()[path]):
        parts = name.split(".")
        if parts[0] == "scm_cli" and len(parts) > 1 and parts[1] != "__version__":
            yield parts[1], parts[2] if len(parts) > 2 else ""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in nodes(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def core() -> Iterator[tuple[str, ast.Module]]:
    yield from ((path, tree) for path, tree in modules().items() if package(path) == "core")


def commands() -> Iterator[tuple[str, Function]]:
    for path, f in functions():
        decorators = map(ast.unparse, f.decorator_list)
        if package(path) == "commands" and any(".command" in each for each in decorators):
            yield path, f


def public_core() -> Iterator[tuple[str, Function]]:
    for path, tree in core():
        for f in tree.body:
            if isinstance(f, Function) and not f.name.startswith("_"):
                yield path, f


# Each rule yields what breaks it.


def imports_go_down() -> Iterator[str]:
    for path in modules():
        mine = package(path)
        leaves = {"errors"} if mine in ("core", "errors") else LEAVES
        for theirs, module in ours(path) if mine in MAY_IMPORT else ():
            way = f"{path.removesuffix('.py').replace('/', '.')}>{theirs}.{module}"
            sideways = mine == theirs == "commands" and not bent("sideways", way)
            if theirs not in MAY_IMPORT[mine] | leaves | {mine} or sideways:
                yield way


def each_library_has_its_owners() -> Iterator[str]:
    for path, tree in modules().items():
        for name in imports(tree):
            if package(path) not in OWNERS.get(name.split(".")[0], {package(path)}):
                yield f"{path} imports {name}"


def core_imports_only_what_is_pure() -> Iterator[str]:
    for path, tree in core():
        for name in imports(tree):
            if name.split(".")[0] not in CORE_LIBRARIES | PURE_STDLIB | {"scm_cli"}:
                yield f"{path} imports {name}"


def core_only_computes() -> Iterator[str]:
    for path, tree in core():
        for name, node in calls(tree):
            unseeded = name.endswith("default_rng") and not node.args
            if name in IMPURE or name.endswith((".read_text", ".write_text")) or unseeded:
                yield f"{path}:{node.lineno} {name}"
        yield from (
            f"{path}:{n.lineno} global" for n in ast.walk(tree) if isinstance(n, ast.Global)
        )


def only_show_prints() -> Iterator[str]:
    for path, tree in modules().items():
        for name, node in calls(tree):
            if package(path) != "show" and name in ("print", "typer.echo", "click.echo"):
                yield f"{path}:{node.lineno}"


def files_are_short() -> Iterator[str]:
    for path in modules():
        lines = (CODE / path).read_text(encoding="utf-8").count("\n")
        if lines > FILE_LINES:
            yield f"{path} {lines}"


def functions_are_short() -> Iterator[str]:
    for path, f in functions():
        lines = (f.end_lineno or 0) - f.lineno + 1
        if lines > FUNCTION_LINES:
            yield f"{path}:{f.name} {lines}"


def core_functions_take_few_parameters() -> Iterator[str]:
    for path, f in functions():
        taken = [*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs]
        counted = [a for a in taken if a.arg not in ("self", "cls")]
        where = f"{path}:{f.name}"
        if (
            package(path) == "core"
            and len(counted) > CORE_PARAMETERS
            and not bent("parameters", where)
        ):
            yield f"{where} {len(counted)}"


def commands_parse_call_and_show() -> Iterator[str]:
    for path, f in commands():
        body = f.body[1:] if ast.get_docstring(f) else f.body
        lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
        if lines > COMMAND_LINES:
            yield f"{path}:{f.name} {lines}"


def every_command_shows_an_example() -> Iterator[str]:
    for path, f in commands():
        if "\n\nExample: scm " not in (ast.get_docstring(f) or ""):
            yield f"{path}:{f.name}"


def public_core_functions_are_documented() -> Iterator[str]:
    yield from (f"{path}:{f.name}" for path, f in public_core() if not ast.get_docstring(f))


def modules_of_rules_have_a_doctest() -> Iterator[str]:
    """One runnable example per module at least, so that each rule is seen at work."""
    told = (ast.Module, ast.ClassDef, Function)
    for path in {path for path, _ in public_core()}:
        nodes = [n for n in ast.walk(modules()[path]) if isinstance(n, told)]
        shown = any(">>>" in (ast.get_docstring(node) or "") for node in nodes)
        if not shown and not bent("doctest", path):
            yield path


def imports_run_in_no_circle() -> Iterator[str]:
    """At module level; imports inside functions and under TYPE_CHECKING may."""
    edges: dict[str, set[str]] = {}
    for path, tree in modules().items():
        top: list[ast.stmt] = [
            n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)
        ]  # fmt: skip
        edges[path] = {_file(name) for name in imports(ast.Module(top, []))} & modules().keys() - {
            path
        }
    done: set[str] = set()

    def walk(path: str, way: tuple[str, ...]) -> Iterator[str]:
        if path in way:
            yield " > ".join((*way, path))
        elif path not in done:
            for following in edges[path]:
                yield from walk(following, (*way, path))
            done.add(path)

    for path in edges:
        yield from walk(path, ())


def _file(name: str) -> str:
    parts = name.split(".")[1:] if name.startswith("scm_cli") else []
    for end in (len(parts), len(parts) - 1):
        for path in ("/".join(parts[:end]) + ".py", "/".join([*parts[:end], "__init__.py"])):
            if end > 0 and path in modules():
                return path
    return ""


RULES: list[Callable[[], Iterator[str]]] = [
    imports_go_down, each_library_has_its_owners, core_imports_only_what_is_pure, core_only_computes,
    only_show_prints, files_are_short, functions_are_short, core_functions_take_few_parameters,
    commands_parse_call_and_show, every_command_shows_an_example,
    public_core_functions_are_documented, modules_of_rules_have_a_doctest, imports_run_in_no_circle,
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_house_rule(rule: Callable[[], Iterator[str]]) -> None:
    assert sorted(rule()) == []


def test_the_rules_look_at_something() -> None:
    assert len(modules()) > 150
    assert len(list(commands())) > 40
    assert len(list(public_core())) > 200


def test_what_the_checks_rely_on_is_there() -> None:
    assert {"receipt", "shipment", "transfer"} <= POSTED.keys() <= KEYS.keys()
    assert len(TRIGGERS) == 2 * (len(LEDGER) + 1)  # the journal too: no update, no delete
