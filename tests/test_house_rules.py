"""The house rules, held by the code itself: who may import whom, and how long things may grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scm_cli.store.findings import POSTED, TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
CODE = ROOT / "scm_cli"
Function = ast.FunctionDef | ast.AsyncFunctionDef

FILE_LINES, FUNCTION_LINES, CORE_PARAMETERS, COMMAND_STATEMENTS = 300, 60, 6, 20

#: package → the packages of ours that it may import.
LEAVES = {"errors", "run", "settings", "settings_model", "locale"}
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

#: Rules bent for good cause: (rule, where) → why.
ALLOWED: dict[tuple[str, str], str] = {
    ("import", "commands/*"): "every command shares the door, the fields and the misuse of options",
    (
        "parameters",
        "core/records/base.py:field",
    ): "one declaration; each part is named where it is used",
}
DOORS = {"door", "fields", "misuse", "tongue"}


@cache
def modules() -> dict[str, ast.Module]:
    """Path under scm_cli → its tree."""
    return {
        p.relative_to(CODE).as_posix(): ast.parse(p.read_text(encoding="utf-8"))
        for p in sorted(CODE.rglob("*.py"))
    }


def package(path: str) -> str:
    return path.split("/", 1)[0].removesuffix(".py")


@cache
def functions() -> list[tuple[str, Function]]:
    return [
        (path, node) for path, tree in modules().items()
        for node in ast.walk(tree) if isinstance(node, Function)
    ]  # fmt: skip


def imports(tree: ast.AST) -> Iterator[str]:
    """Every imported module, as dotted name; `from a import b` gives a.b."""
    for node in ast.walk(tree):
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


def test_imports_go_down() -> None:
    wrong = []
    for path in modules():
        mine = package(path)
        if mine in ("__init__", "__main__"):
            continue
        leaves = {"errors"} if mine in ("core", "errors") else LEAVES
        for theirs, module in ours(path):
            sideways = mine == "commands" and theirs == "commands" and module not in DOORS
            above = theirs not in MAY_IMPORT[mine] | leaves | {mine}
            if above or sideways:
                wrong.append(f"{path} imports {theirs}.{module}")
    assert wrong == []


def test_each_library_has_its_owners() -> None:
    wrong = [
        f"{path} imports {name}"
        for path, tree in modules().items()
        for name in imports(tree)
        if package(path) not in OWNERS.get(name.split(".")[0], {package(path)})
    ]
    assert wrong == []


def test_core_imports_only_what_is_pure() -> None:
    known = CORE_LIBRARIES | PURE_STDLIB | {"scm_cli"}
    wrong = [
        f"{path} imports {name}"
        for path, tree in modules().items()
        if package(path) == "core"
        for name in imports(tree)
        if name.split(".")[0] not in known
    ]
    assert wrong == []


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_core_does_nothing_but_compute() -> None:
    wrong = []
    for path, tree in modules().items():
        if package(path) != "core":
            continue
        for name, node in calls(tree):
            unseeded = name.endswith("default_rng") and not node.args
            if name in IMPURE or name.endswith((".read_text", ".write_text")) or unseeded:
                wrong.append(f"{path}:{node.lineno} {name}")
        wrong += [
            f"{path}:{node.lineno} global"
            for node in ast.walk(tree)
            if isinstance(node, ast.Global)
        ]
    assert wrong == []


def test_only_show_prints() -> None:
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        if package(path) != "show"
        for name, node in calls(tree)
        if name in ("print", "typer.echo", "click.echo", "typer.secho")
    ]
    assert wrong == []


def test_files_are_short() -> None:
    long = {p: (CODE / p).read_text(encoding="utf-8").count("\n") for p in modules()}
    assert {p: n for p, n in long.items() if n > FILE_LINES} == {}


def test_functions_are_short() -> None:
    long = [
        f"{path}:{f.name} {n}" for path, f in functions()
        if (n := (f.end_lineno or 0) - f.lineno + 1) > FUNCTION_LINES
    ]  # fmt: skip
    assert long == []


def test_core_functions_take_few_parameters() -> None:
    wrong = []
    for path, f in functions():
        taken = [*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs]
        counted = [a for a in taken if a.arg not in ("self", "cls")]
        allowed = ("parameters", f"{path}:{f.name}") in ALLOWED
        if package(path) == "core" and len(counted) > CORE_PARAMETERS and not allowed:
            wrong.append(f"{path}:{f.name} {len(counted)}")
    assert wrong == []


def is_command(f: Function) -> bool:
    return any(".command" in ast.unparse(each) for each in f.decorator_list)


def test_commands_parse_call_and_show() -> None:
    long = []
    for path, f in functions():
        if package(path) == "commands" and is_command(f):
            body = f.body[1:] if ast.get_docstring(f) else f.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > COMMAND_STATEMENTS:
                long.append(f"{path}:{f.name} {lines}")
    assert long == []


def test_every_command_shows_an_example() -> None:
    commands = [(p, f) for p, f in functions() if package(p) == "commands" and is_command(f)]
    assert len(commands) > 30
    assert [
        f"{p}:{f.name}" for p, f in commands if "Example: scm " not in (ast.get_docstring(f) or "")
    ] == []


def test_no_module_imports_itself_in_a_circle() -> None:
    """At module level, TYPE_CHECKING blocks aside."""
    edges: dict[str, set[str]] = {}
    for path, tree in modules().items():
        edges[path] = {
            found for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
            for name in imports(ast.Module([node], [])) if (found := _file(name)) and found != path
        }  # fmt: skip
    done: set[str] = set()

    def walk(path: str, way: tuple[str, ...]) -> None:
        assert path not in way, " → ".join((*way, path))
        if path not in done:
            for following in edges[path]:
                walk(following, (*way, path))
            done.add(path)

    for path in edges:
        walk(path, ())


def _file(name: str) -> str | None:
    parts = name.split(".")[1:] if name.startswith("scm_cli") else []
    for end in (len(parts), len(parts) - 1):
        stem = "/".join(parts[:end])
        for path in (f"{stem}.py", f"{stem}/__init__.py"):
            if end > 0 and path in modules():
                return path
    return None


def public_core() -> Iterator[tuple[str, ast.Module, list[Function]]]:
    for path, tree in modules().items():
        if package(path) == "core":
            yield path, tree, [
                f for f in tree.body if isinstance(f, Function) and not f.name.startswith("_")
            ]  # fmt: skip


def test_public_core_functions_are_documented() -> None:
    assert [
        f"{p}:{f.name}" for p, _, found in public_core() for f in found if not ast.get_docstring(f)
    ] == []


def test_core_modules_with_functions_have_a_doctest() -> None:
    """One runnable example per module at least, so that each rule is seen at work."""
    bare = [
        path for path, tree, found in public_core()
        if found and not any(
            ">>>" in (ast.get_docstring(node) or "") for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | Function)
        )
    ]  # fmt: skip
    assert bare == []


@cache
def tracked() -> list[Path]:
    """Every text file of the project, by git or, without it, as they lie."""
    found = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = found.stdout.split("\n") if found.returncode == 0 else []
    return [
        ROOT / n for n in names
        if n.endswith((".py", ".md", ".toml", ".sql", ".json", ".txt", ".html", ".yml")) or n == "Makefile"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        (r"\b(TODO|FIXME|XX" + r"X)\b", "unfinished work"),
        (r"(?<![\w.])/(?:root|home/\w\w+|wo" + r"rk|Users/\w+)/", "a path of one machine"),
        (
            r"https?://[\w.-]*(?:pypi|arti" + r"factory|nexus|regis" + r"try)[\w.-]*",
            "a package registry",
        ),
    ],
)
def test_no_file_holds(pattern: str, what: str) -> None:
    mine = Path(__file__)
    held = [
        f"{path.relative_to(ROOT)}:{n}: {line.strip()[:80]}"
        for path in tracked()
        if path.is_file() and path != mine
        for n, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if re.search(pattern, line)
    ]
    assert held == [], what


def test_help_needs_no_heavy_library() -> None:
    """`scm --help` starts fast because nothing heavy is imported before it is needed."""
    code = (
        "import sys, scm_cli.app as a; a.root(); "
        "print([m for m in ('duckdb', 'polars', 'openpyxl', 'numpy', 'pydantic') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert found.stdout.strip() == "[]"


def test_what_the_checks_rely_on_is_there() -> None:
    assert {"receipt", "shipment", "transfer"} <= set(POSTED)
    assert len(TRIGGERS) == 4
