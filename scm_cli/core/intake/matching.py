"""Which kind of sheet this is, where its header stands, and which column is which field.

Headers are compared after folding (NFKC, lower case, no blanks or punctuation). A header
that few kinds of sheet use says more about the kind than one that all of them use.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scm_cli.core.intake import above
from scm_cli.core.intake.folding import folded
from scm_cli.core.intake.header_units import said
from scm_cli.core.intake.item_columns import of_items
from scm_cli.core.intake.sheet_names import names
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scm_cli.core.records.catalog import Sheet

BRACKET = re.compile(r"[(（\[【].*?[)）\]】]")
HEADER_ROWS = 30
NAME_BONUS = 6.0
CLEAR_LEAD = 1.1
FUZZY_PCT = 88
#: A code and the name that may stand beside it.
BESIDE = {"customer": "customer_name", "supplier": "supplier_name", "sku": "item_name"}
NAMING = re.compile(r"名称|全称|昵称|姓名|名$|\bname\b|_name\b", re.IGNORECASE)

#: Fields without which a sheet of that kind cannot be read, and alternatives of which one must be there.
MUST: dict[str, tuple[tuple[str, ...], ...]] = {
    "items": (("sku",), ("name", "spec", "barcode", "category", "min_qty", "sale_price")),
    "item_units": (("sku",), ("unit",), ("factor",)),
    "warehouses": (("warehouse",), ("name", "city")),
    "suppliers": (("supplier", "name"),),
    "customers": (("customer", "name"),),
    "supplier_prices": (("supplier",), ("sku",), ("unit_price",)),
    "qualifications": (("supplier",), ("kind",), ("number", "valid_until_on")),
    "contracts": (("contract_no",), ("supplier",), ("sku",), ("unit_price",), ("valid_until_on",)),
    "exchange_rates": (("currency",), ("rate_on",), ("rate_price",)),
    "quotes": (
        ("sku",),
        ("unit_price",),
        ("quote_no", "quoted_on", "rfq_no"),
        ("supplier", "supplier_name"),
    ),
    "supplier_shipments": (
        ("purchase_no",),
        ("sku",),
        ("qty",),
        ("notice_no", "expected_on", "tracking_no"),
    ),
    "sales_prices": (("sku",), ("unit_price",), ("scope", "party", "contract_no")),
    "substitutes": (("sku",), ("substitute",)),
    "policies": (("sku",), ("warehouse",), ("min_qty", "max_qty", "rule", "service_pct")),
    "closures": (("from_on",), ("until_on",)),
    "events": (("event",), ("from_on",), ("until_on",)),
    "opening_stock": (("sku",), ("qty",)),
    "opening_balances": (("kind",), ("partner",), ("amount",)),
    "purchase_orders": (("sku",), ("qty",), ("supplier", "supplier_name")),
    "sales_orders": (("sku",), ("qty",), ("order_no", "ordered_on")),
    "receipts": (("sku",), ("accepted_qty",), ("supplier", "supplier_name", "purchase_no")),
    "deliveries": (("sku",), ("qty",), ("shipment_no", "shipped_on", "order_no")),
    "sales_returns": (("sku",), ("qty",), ("return_no", "returned_on")),
    "purchase_returns": (("sku",), ("qty",), ("supplier", "supplier_name")),
    "transfers": (("sku",), ("qty",), ("from_warehouse",), ("to_warehouse",)),
    "stock_counts": (("sku",), ("counted_qty",)),
    "dealer_stock": (("customer",), ("sku",), ("until_on",), ("on_hand_qty", "sold_qty")),
    "payments": (("partner",), ("amount",), ("paid_on", "direction")),
    "inspections": (("sku",), ("inspected_qty",), ("failed_qty", "inspected_on")),
    "salespeople": (("person",), ("manager", "region", "category", "works_from")),
    "customer_tags": (("customer",), ("tag",)),
    "leads": (("name", "company"), ("lead_no", "came_on"), ("source", "channel", "campaign")),
    "lead_spend": (("channel",), ("from_on",), ("spend_amount",)),
    "deals": (("deal_no", "name"), ("stage",)),
    "interactions": (("happened_on",), ("kind",), ("customer", "lead_no", "deal_no")),
    "tickets": (("ticket_no", "opened_on"), ("subject",), ("customer",)),
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sheet as it will be read: its kind, the row of its header, column → field.

    `units` are words in brackets behind a header, 数量(箱); `sources` the columns of fields
    that a profile draws from elsewhere, the first filled one counts; `stated` what stands above
    the table.
    """

    kind: str
    header_row: int
    fields: dict[int, str]
    ignored: dict[int, str] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    sources: dict[str, tuple[int, ...]] = field(default_factory=dict)
    stated: dict[str, list[above.Stated]] = field(default_factory=dict)


def vocabulary(sheet: Sheet, aliases: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Folded header → field for one kind; the record's own names and labels come first."""
    words: dict[str, str] = {}
    for name, column in sheet.columns.items():
        words.setdefault(folded(name), name)
        words.setdefault(folded(column.en), name)
        words.setdefault(folded(column.zh), name)
    for name, others in aliases.items():
        for other in (name.lstrip("-"), *others):
            words.setdefault(folded(other), name)
    return words


def fields_of(header: Sequence[str | None], words: Mapping[str, str]) -> Recognised:
    """Columns of one header row; `kind` is left empty."""
    found: dict[int, str] = {}
    ignored: dict[int, str] = {}
    places: dict[str, list[int]] = {}
    units: dict[str, str] = {}
    for index, cell in enumerate(header):
        if cell is None or not cell.strip():
            continue
        name = words.get(folded(cell))
        bracket = BRACKET.search(cell)
        if name is None and bracket:
            name = words.get(folded(BRACKET.sub("", cell)))
            if name:
                units[name] = said(name, bracket[0][1:-1])
        if name is None or name.startswith("-"):
            ignored[index] = cell
        else:
            places.setdefault(name, []).append(index)
            found[index] = name
    for code, name in BESIDE.items():  # 客户编码 beside 客户名称: each alone would say who it is
        named = [i for i in places.get(code, []) if NAMING.search(header[i] or "")]
        if len(places.get(code, [])) == 2 and len(named) == 1 and name not in places:
            places[code].remove(named[0])
            places[name] = named
            found[named[0]] = name
    of_items(header, words, (found, places, ignored))
    doubled = {name: columns for name, columns in places.items() if len(columns) > 1}
    return Recognised("", 0, found, ignored, doubled, units)


def recognised(
    top: Sequence[Sequence[str | None]],
    vocabularies: Mapping[str, Mapping[str, str]],
    hint: str = "",
) -> Recognised:
    """The kind and header of a sheet from its first rows; `hint` is file and sheet name.

    Raises:
        ScmError: no header is recognised, or two kinds fit equally well.
    """
    rarity = Counter(word for words in vocabularies.values() for word in words)
    labels = {w for words in vocabularies.values() for w, name in words.items() if name[0] != "@"}
    before = above.pairs(top[:HEADER_ROWS], labels)
    ranked: list[tuple[float, Recognised]] = []
    for number, row in enumerate(top[:HEADER_ROWS]):
        told = _told(row)
        likely = [k for k, words in vocabularies.items() if any(word in words for word in told)]
        if not likely:
            continue  # most rows are no header, of any kind
        titles = f"{hint} {above.title(top[:number])}"
        over = [each for each in before if each.row < number]
        for kind in likely:
            words = vocabularies[kind]
            seen = replace(fields_of(row, words), stated=above.stated(kind, over, words))
            if not _complete(kind, {*seen.fields.values(), *seen.stated}):
                continue
            score = _score(row, seen, rarity) + _named(kind, titles)
            ranked.append((score, replace(seen, kind=kind, header_row=number)))
    ranked.sort(key=lambda each: (-each[0], each[1].header_row))
    if not ranked or _rather_another(top, ranked[0][1], vocabularies):
        raise ScmError(
            "no header was recognised in the first {n} rows",
            hint="Name the columns with --map 'My column=sku', or start from `scm template`.",
            n=min(len(top), HEADER_ROWS),
        )
    best = ranked[0]
    rivals = [r for r in ranked[1:] if r[1].kind != best[1].kind and r[0] * CLEAR_LEAD > best[0]]
    if rivals:
        raise ScmError(
            "this could be a sheet of {first} or of {second}",
            hint="Say which with --kind {first} or --kind {second}.",
            first=best[1].kind,
            second=rivals[0][1].kind,
        )
    return best[1]


def _told(row: Sequence[str | None]) -> set[str]:
    """The words of a row as they are compared, with and without what stands in brackets."""
    cells = [cell for cell in row if cell and cell.strip()]
    bare = [BRACKET.sub("", cell) for cell in cells if BRACKET.search(cell)]
    return {folded(cell) for cell in (*cells, *bare)}


def _rather_another(
    top: Sequence[Sequence[str | None]],
    best: Recognised,
    vocabularies: Mapping[str, Mapping[str, str]],
) -> bool:
    """Whether most columns would go unread that another kind knows, though it lacks one it needs.

    Orders whose quantity has an unknown header are no list of customers.
    """
    if len(best.ignored) <= len(best.fields):
        return False
    row = top[best.header_row]
    most = max(len(fields_of(row, words).fields) for words in vocabularies.values())
    return most > len(best.fields) + 2


def _complete(kind: str, fields: set[str]) -> bool:
    stocked = kind == "opening_stock" and any(name.startswith("@") for name in fields)
    return all(
        any(name in fields for name in choice) or (stocked and "qty" in choice)
        for choice in MUST[kind]
    )


def _score(row: Sequence[str | None], seen: Recognised, rarity: Mapping[str, int]) -> float:
    points = 0.0
    read = set(seen.fields.values())
    labels = [cells[0].label for name, cells in seen.stated.items() if name not in read]
    for header in [*(row[index] or "" for index in seen.fields), *labels]:
        word = folded(header)
        points += 1.0 + 4.0 / max(1, rarity.get(word, 1))
    return points - 1.0 * len(seen.ignored)


def _named(kind: str, hint: str) -> float:
    return NAME_BONUS if any(folded(word) in folded(hint) for word in names(kind)) else 0.0


def likely(header: str, words: Mapping[str, str]) -> str | None:
    """The field that a header nearly spells, for a question; never taken silently.

    >>> likely("Quantitty", {"quantity": "qty", "sku": "sku"})
    'qty'
    """
    from rapidfuzz import fuzz, process

    known = [word for word, name in words.items() if not name.startswith("-")]
    found = process.extractOne(folded(header), known, scorer=fuzz.ratio, score_cutoff=FUZZY_PCT)
    return words[found[0]] if found else None


def proposed(seen: Recognised, words: Mapping[str, str]) -> dict[str, str]:
    """Headers that were not read → the fields that they nearly spell and that no column has."""
    taken = set(seen.fields.values())
    found: dict[str, str] = {}
    for header in seen.ignored.values():
        name = None if words.get(folded(header), "").startswith("-") else likely(header, words)
        if name is not None and name not in taken:
            taken.add(name)
            found[header] = name
    return found


def nearly(
    top: Sequence[Sequence[str | None]], vocabularies: Mapping[str, Mapping[str, str]]
) -> tuple[str, dict[str, str]] | None:
    """The kind that the sheet would be, and the columns to map, if near spellings were meant."""
    ranked: list[tuple[int, int, str, dict[str, str]]] = []
    for row in top[:HEADER_ROWS]:
        if sum(cell is not None for cell in row) < 2:
            continue
        for kind, words in vocabularies.items():
            seen = fields_of(row, words)
            near = proposed(seen, words)
            if near and _complete(kind, {*seen.fields.values(), *near.values()}):
                ranked.append((len(seen.fields) + len(near), -len(near), kind, near))
    if not ranked:
        return None
    best = max(ranked, key=lambda each: each[:2])
    return best[2], best[3]


def lacking(
    top: Sequence[Sequence[str | None]], vocabularies: Mapping[str, Mapping[str, str]]
) -> tuple[str, list[tuple[str, ...]]] | None:
    """The kind that most columns of a row belong to, and which needed fields it lacks."""
    ranked: list[tuple[int, int, str, list[tuple[str, ...]]]] = []
    for row in top[:HEADER_ROWS]:
        for kind, words in vocabularies.items():
            fields = set(fields_of(row, words).fields.values())
            missing = [choice for choice in MUST[kind] if not fields & set(choice)]
            if len(fields) > 1 and missing:
                ranked.append((len(fields), -len(missing), kind, missing))
    if not ranked:
        return None
    best = max(ranked, key=lambda each: each[:2])
    return best[2], best[3]
