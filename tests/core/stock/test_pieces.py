"""Half a pen is told; half a kilo, or half a box of twelve, is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scm_cli.core.stock.pieces import broken
from scm_cli.settings import COUNTED


@pytest.mark.parametrize(
    ("qty", "unit", "told"),
    [
        ("1.5", "支", True),
        ("1.5", "PCS", True),
        ("2.0000", "支", False),
        ("6", "支", False),  # half a box of twelve, in stock units
        ("1.5", "kg", False),
        ("0.3", "米", False),
    ],
)
def test_parts_of_what_is_counted_are_told(qty: str, unit: str, told: bool) -> None:
    line = {"sku": "P", "qty": Decimal(qty), "item": {"unit": unit}}
    assert bool(broken([line], COUNTED)) is told
