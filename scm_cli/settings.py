"""The owner's settings: `scm.toml` in the shop folder, every key with a default that serves.

The models are pydantic, so a wrong value is told with its key. Reading one raw key (the
language of a message) does not load pydantic.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from scm_cli.errors import Exit, Problem, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "scm.toml"


def raw(folder: Path) -> dict[str, Any]:
    """The parsed file, unchecked; empty when there is none."""
    path = folder / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise ScmError(
            "{path} is not saved as UTF-8",
            hint="Save it as UTF-8, or move it away to use the defaults.",
            exit_code=Exit.USAGE,
            path=str(path),
        ) from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        raise ScmError(
            "{path} cannot be read: line {line} is wrong at its sign {sign}"
            if at
            else "{path} cannot be read: its end is missing",
            hint="Mend that line, or move the file away to use the defaults.",
            exit_code=Exit.USAGE,
            path=str(path),
            line=at[1] if at else "",
            sign=at[2] if at else "",
        ) from error


#: Units of which there are no parts, unless scm.toml says otherwise.
COUNTED = (
    "支", "个", "只", "本", "把", "张", "条", "件", "双", "台", "套", "盒", "瓶", "包", "卷", "袋",
    "pcs", "pc", "piece", "each", "ea", "box", "set", "pair",
)  # fmt: skip
#: Defaults of what a document by command, or an import, needs, without pydantic, for commands that
#: must start fast. A test holds this list to the settings' own declarations.
PLAIN: dict[str, Any] = {
    "currency": "CNY",
    "default_unit": "pcs",
    "default_warehouse": "MAIN",
    "walk_in_customer": "WALK-IN",
    "working_days": (1, 2, 3, 4, 5, 6),
    "planning.default_lead_time_days": 14,
    "numbers.sales_order": "SO-",
    "numbers.purchase_order": "PO-",
    "numbers.receipt": "GR-",
    "numbers.shipment": "DN-",
    "numbers.sales_return": "SR-",
    "numbers.transfer": "TR-",
    "numbers.stock_count": "CT-",
    "numbers.payment": "PY-",
    "stock.negative": "auto",
    "stock.counted_units": COUNTED,
    "approval.sales_amount": None,
    "deals.stages": ("Prospecting", "Engaging"),
    "deals.won": "Won",
    "deals.lost": "Lost",
    "orders.class_rank": (),
    "orders.cutoff": "16:00",
    "orders.lane_days": 2,
    "orders.lane_slow_days": 4,
    "orders.unknown_late_days": 5,
    "orders.parcel_amount": 10.0,
}


#: Keys that cannot be wrong in a way that matters to a document.
FREE = frozenset({"company", "currency", "language", "time_zone"})


def plain(folder: Path, key: str) -> Any:  # noqa: ANN401 -- the type of the setting
    """One setting; the checked models are loaded only where the file sets something of weight.

    A key that is spelt wrongly is told by every command, never answered with a default.
    """
    if (
        key in PLAIN
        and raw(folder).keys() <= FREE
        and is_currency(raw(folder).get("currency", "CNY"))
    ):
        return raw(folder).get(key, PLAIN[key])
    found = load(folder)
    for part in key.split("."):
        found = getattr(found, part)
    return found


def is_currency(code: object) -> bool:
    """Whether it is a currency's three letters (ISO 4217), as sheets are read: never RMB.

    >>> is_currency("USD"), is_currency("RMB"), is_currency("usd"), is_currency(5)
    (True, False, False, False)
    """
    named = isinstance(code, str) and re.fullmatch("[A-Z]{3}", code) is not None
    return named and code not in ("RMB", "CNH")


@cache
def load(folder: Path) -> Any:  # noqa: ANN401 -- typed at the caller: settings_model.Settings
    """The checked settings of a shop folder (`scm_cli.settings_model.Settings`).

    Raises:
        ScmError: a key is unknown or its value is out of range; all of them are listed.
    """
    from pydantic import ValidationError

    from scm_cli.settings_model import Settings

    try:
        return Settings.model_validate(raw(folder))
    except ValidationError as error:
        problems = tuple(_problem(Settings, dict(e)) for e in error.errors())
        raise ScmError(
            "{file} has {n} wrong {n:setting|settings}",
            hint="Mend them, then try again.",
            exit_code=Exit.USAGE,
            problems=problems,
            file=FILE,
            n=len(problems),
        ) from error


_MENDS = {
    "country": "Write the two capital letters of a country, such as CN, US or DE.",
    "currency": "Write the three capital letters of a currency, such as CNY, USD or EUR.",
    "work_spans": 'Write stretches in their order, such as ["09:00-12:00", "13:00-18:00"].',
}


def _problem(settings: Any, error: dict[str, Any]) -> Problem:  # noqa: ANN401 -- the model
    """One wrong setting: its key, what is wrong, what is allowed."""
    names = [part for part in error["loc"] if isinstance(part, str)]
    key = ".".join(names)
    where = f"{FILE}: {key}" if key else FILE
    if error["type"] == "weights_total":
        return Problem(where, Say("the weights add to {total}, not 100", **error["ctx"]))
    if error["type"] == "tier_bounds":
        return Problem(where, Say("a_pct, b_pct and c_pct must fall"))
    if error["type"] in _MENDS:
        told = Say("{value} is not allowed", value=str(error["input"]))
        return Problem(where, told, Say(_MENDS[error["type"]]))
    if error["type"] == "extra_forbidden":
        near = _near(names, list(_keys(settings)))
        mend = Say("Did you mean {near}?", near=near) if near else Say("`scm config` lists them.")
        return Problem(where, Say("there is no such setting"), mend)
    kind, bounds = _declared(settings, names)
    if "SecretStr" in str(kind):  # what should be secret is not repeated
        return Problem(where, Say("the value is not allowed"), Say("Write a text in quotes."))
    told = _allowed(kind, bounds) or Say(
        "It is a section: write its settings below a line of [{key}].", key=key
    )
    return Problem(where, Say("{value} is not allowed", value=str(error["input"])), told)


def _near(names: list[str], keys: list[str]) -> str | None:
    """The setting that was meant: of that name elsewhere, or spelt nearly so in its section."""
    from difflib import get_close_matches

    *section, name = names
    parts = {key: key.rpartition(".") for key in keys}
    same = [key for key, (_, _, last) in parts.items() if last == name]
    mates = {last: key for key, (first, _, last) in parts.items() if first == ".".join(section)}
    return next(iter(same), None) or mates.get(next(iter(get_close_matches(name, mates, 1)), ""))


def _keys(section: Any, under: str = "") -> Iterator[str]:  # noqa: ANN401 -- a model of settings
    for name, field in section.model_fields.items():
        yield under + name
        if hasattr(field.annotation, "model_fields"):
            yield from _keys(field.annotation, f"{under}{name}.")


def _declared(section: Any, names: list[str]) -> tuple[Any, dict[str, Any]]:  # noqa: ANN401
    """Type and bounds of a setting, as far as its key leads."""
    kind, bounds = section, {}
    for name in names:
        field = getattr(kind, "model_fields", {}).get(name)
        if field is None:
            break
        kind = field.annotation
        bounds = {
            bound: getattr(each, bound)
            for each in field.metadata
            for bound in ("ge", "gt", "le", "lt")
            if hasattr(each, bound)
        }
    return kind, bounds


def _allowed(kind: Any, bounds: dict[str, Any]) -> Say | None:  # noqa: ANN401 -- any type
    """What may be written, in one sentence."""
    inner = [each for each in get_args(kind) if each not in (type(None), ...)]
    if get_origin(kind) is Literal:
        return Say("Write one of {choices}.", choices=", ".join(map(str, inner)))
    if get_origin(kind) is tuple:
        example = f'["{get_args(inner[0])[0]}"]' if get_origin(inner[0]) is Literal else "[1, 2]"
        return Say("Write a list, such as {example}.", example=example)
    if inner and get_origin(kind) is not dict:  # or nothing
        return _allowed(inner[0], bounds)
    if kind in (int, float):
        return _number(bounds, whole=kind is int)
    plain = {
        bool: Say("Write true or false."),
        str: Say("Write a text in quotes."),
        date: Say("Write a date such as 2026-01-31, without quotes."),
    }
    return plain.get(kind)


def _number(bounds: dict[str, Any], *, whole: bool) -> Say:
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt"))
    if low is None:
        return Say("Write a whole number.") if whole else Say("Write a number.")
    told = {"low": f"{low:g}", "high": "" if high is None else f"{high:g}"}
    if high is None:
        return Say("Write a number of at least {low}.", low=told["low"])
    return (
        Say("Write a whole number from {low} to {high}.", **told)
        if whole
        else Say("Write a number from {low} to {high}.", **told)
    )
