"""Places that are not warehouses. A warehouse code may not start with "@"."""

from __future__ import annotations

SUPPLIER = "@supplier"
CUSTOMER = "@customer"
OPENING = "@opening"
COUNT = "@count"
SCRAP = "@scrap"
