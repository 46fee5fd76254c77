"""Which columns say what the goods are, where a sheet has no column of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.core.intake.folding import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def of_items(
    header: Sequence[str | None],
    words: Mapping[str, str],
    read: tuple[dict[int, str], dict[str, list[int]], dict[int, str]],
) -> None:
    """The columns that name items: plain `name` beside an order's number, 商品 where no code is."""
    found, places, ignored = read
    orders = places.get("order_no", [])
    plain = [i for i in orders if folded(header[i] or "") == "name"]
    if plain and "item_name" not in places and (len(orders) == 2 or "sku" not in places):
        orders.remove(plain[0])
        found[plain[0]] = "item_name"
        places["item_name"] = plain
        if not orders:
            del places["order_no"]
    told = [i for i, cell in enumerate(header) if words.get(folded(cell or "")) == "-item_name"]
    told += places.get("item_name", [])
    if "sku" not in places and len(told) == 1:  # references are codes or names
        found[told[0]] = "sku"
        ignored.pop(told[0], None)
        places.pop("item_name", None)
