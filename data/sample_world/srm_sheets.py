"""Suppliers' papers and contracts as sheets; nothing here is left to chance."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sample_world import planted
from sample_world.cells import Row, money
from sample_world.items import items
from sample_world.parties import suppliers

if TYPE_CHECKING:
    from collections.abc import Iterator


def srm_sheets() -> dict[str, list[Row]]:
    """Papers and contracts, by kind of sheet."""
    return {"qualifications": list(_papers()), "contracts": list(_contracts())}


def _papers() -> Iterator[Row]:
    """Each supplier's business licence, but one; a quality certificate of every third."""
    for n, supplier in enumerate(suppliers().values()):
        if supplier.code != planted.UNLICENSED_SUPPLIER:
            until = date(2034, 6, 30)
            if supplier.code in planted.LICENCE_ENDS:
                until = planted.LICENCE_ENDS[supplier.code]
            yield {
                "supplier": supplier.code,
                "kind": "business_licence",
                "number": supplier.card["uscc"],
                "issuer": f"{supplier.card['region']}市场监督管理局",
                "valid_from_on": date(2014, 7, 1),
                "valid_until_on": until,
            }
        if n % 3 == 0:
            yield {
                "supplier": supplier.code,
                "kind": "quality_system",
                "number": f"QMS-2024-{n + 101}",
                "issuer": "样例认证中心 Sample Certification",
                "valid_from_on": date(2024, 4, 1),
                "valid_until_on": date(2027, 3, 31),
            }


def _contracts() -> Iterator[Row]:
    """Two contracts at the first suppliers' present prices; one ends soon, one is hardly used."""
    for number, (supplier, first, last, skus, least) in planted.CONTRACTS.items():
        for line_no, sku in enumerate(skus, 1):
            offer = next(o for o in items()[sku].offers if o.supplier == supplier)
            yield {
                "contract_no": number,
                "supplier": supplier,
                "title": "年度采购合同 Yearly contract",
                "status": "in_force",
                "signed_on": first,
                "valid_from_on": first,
                "valid_until_on": last,
                "payment_days": suppliers()[supplier].payment_days,
                "line_no": line_no,
                "sku": sku,
                "unit": items()[sku].unit,
                "unit_price": money(offer.price_fen),
                "tax_included": "true",
                "tax_rate_pct": 13,
                "min_qty": least,
            }
