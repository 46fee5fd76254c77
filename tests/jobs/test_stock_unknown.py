"""Items whose stock nobody entered while that of others is known: 0 is assumed, and said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.jobs import buylist, opening, planning, proposal

if TYPE_CHECKING:
    from small_shop import Shop

SALES = "order_no,customer,ordered_on,sku,qty,unit_price\n" + "".join(
    f"H{n},C1,2026-{1 + n // 28:02d}-{1 + n % 28:02d},{sku},{20 + n % 5},3\n"
    for n in range(56)
    for sku in ("A1", "A3")
)
DOUBT = "(its stock was never entered: 0 is assumed)"


def test_a_suggestion_without_known_stock_says_so_until_the_books_are_opened(shop: Shop) -> None:
    """A3 was never in the opening stock; after `init --finish` it counts as none, as told there."""
    shop.take("supplier,sku,unit_price,lead_time_days\nS1,A1,2,10\nS1,A3,2,10\n", SALES)
    before = {r["sku"]: str(r["reason"]) for r in buylist.rows(planning.present(shop.run))}
    assert DOUBT in before["A3"]
    assert DOUBT not in before.get("A1", "")
    totals, _ = opening.finish(shop.run)
    assert totals["never_entered_items"] == 1
    assert "No stock was ever entered for 1 item that customers ask for" in str(
        opening.told(totals)
    )
    after = {r["sku"]: str(r["reason"]) for r in buylist.rows(planning.present(shop.run))}
    assert DOUBT not in after["A3"]


def test_surplus_of_unknown_cost_is_not_worth_nought(shop: Shop) -> None:
    """Who could take it is told; what it cost is unknown, so no amount is made up."""
    shop.take("warehouse,sku,opening quantity\nMAIN,A3,5000\n", SALES)
    told = {n.who: str(n.what) for n in proposal.notices(shop.run, planning.present(shop.run))}
    assert "too many, cost unknown: 1 customer may want it" in told["A3"]
