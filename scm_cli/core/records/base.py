"""How a stored record is declared: once, with its key, units and headers in both languages.

A record is a frozen pydantic model. Its field declarations are the only source for the
sheets, the cell checks, the JSON names, the data dictionary and (held by a test) the
tables of the store.

>>> from scm_cli.core.records.master import Item
>>> column = Item.columns()["purchase_price"]
>>> column.kind, column.places, column.zh
('price', 6, '采购价')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Kind = Literal["code", "text", "qty", "price", "amount", "pct", "number", "day", "flag", "choice"]

#: Decimal places of each kind; statistics use float and are rounded once to these.
PLACES: dict[str, int] = {"qty": 4, "price": 6, "amount": 2, "pct": 2}

ZERO, ONE = Decimal(0), Decimal(1)

Code = Annotated[str, "code"]
Text = Annotated[str, "text"]
Qty = Annotated[Decimal, "qty"]
Price = Annotated[Decimal, "price"]
Amount = Annotated[Decimal, "amount"]
Pct = Annotated[Decimal, "pct"]
Number = Annotated[int, "number"]
Day = Annotated[date, "day"]
Flag = Annotated[bool, "flag"]
Choice = Annotated[str, "choice"]


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record, as sheets, checks and dictionaries see it."""

    name: str
    kind: Kind
    en: str
    zh: str
    required: bool
    default: Any
    low: Decimal | None
    high: Decimal | None
    choices: tuple[str, ...]
    refers: str
    sheet: bool

    @property
    def places(self) -> int:
        """Decimal places; 0 for kinds that are not decimal."""
        return PLACES.get(self.kind, 0)


def field(
    en: str,
    zh: str,
    *,
    default: Any = ...,  # noqa: ANN401 -- of the type of the field
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    refers: str = "",
    sheet: bool = True,
) -> Any:  # noqa: ANN401 -- pydantic gives the field the type of its annotation
    """Declare a field: header in both languages, bounds, choices, the table it refers to.

    `sheet=False` keeps a field out of workbooks (it is filled by the program).
    """
    extra = {
        "zh": zh,
        "low": low,
        "high": high,
        "choices": choices,
        "refers": refers,
        "sheet": sheet,
    }
    return Field(default=default, title=en, json_schema_extra=extra)  # type: ignore[arg-type]


class Record(BaseModel):
    """Base of every stored record. Frozen; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """The declared fields by name, in order."""
        return dict(_columns(cls))


def _kind(annotation: Any, metadata: list[Any]) -> Kind:  # noqa: ANN401 -- reads annotations
    """The kind is the string in the Annotated alias, also inside `X | None`."""
    for mark in metadata:
        if isinstance(mark, str):
            return mark  # type: ignore[return-value]
    if get_origin(annotation) in (Union, UnionType):
        inner = next(part for part in get_args(annotation) if part is not type(None))
        return _kind(inner, [])
    return next(part for part in get_args(annotation) if part in get_args(Kind))


def _bound(given: float | None) -> Decimal | None:
    return None if given is None else Decimal(str(given))


@cache
def _columns(record: type[Record]) -> dict[str, Column]:
    return {name: _column(name, info) for name, info in record.model_fields.items()}


def _column(name: str, info: FieldInfo) -> Column:
    extra: dict[str, Any] = dict(info.json_schema_extra or {})  # type: ignore[arg-type]
    return Column(
        name=name,
        kind=_kind(info.annotation, info.metadata),
        en=info.title or name,
        zh=extra["zh"],
        required=info.is_required(),
        default=None if info.is_required() else info.default,
        low=_bound(extra["low"]),
        high=_bound(extra["high"]),
        choices=extra["choices"],
        refers=extra["refers"],
        sheet=extra["sheet"],
    )
