"""Facts planted in the world, so that tests and readers know what is there to be found.

Document dates are those of the generated files (history ends on 2025-12-31).
"""

from __future__ import annotations

from datetime import date

LATE_SUPPLIER = "S07"  # late with about three orders in four, by about eleven days
WORSENING_SUPPLIER = "S04"  # punctual until this day, late since
WORSENING_SINCE = date(2025, 7, 1)
REJECTED_SUPPLIER = "S03"  # one line in eight has rejects, mostly for the colour
CANCELLING_SUPPLIER = "S09"  # cancels one line in six
SHORT_SUPPLIER = "S11"  # delivers one line in three short or in two parts

DEAD_ITEMS = {  # nobody asked for them since; stock remains
    "GFT-032": date(2024, 5, 1),
    "OFC-030": date(2024, 6, 1),
    "NTB-039": date(2024, 4, 1),
    "PTY-025": date(2024, 8, 1),
    "ART-009": date(2024, 7, 1),
    "PAP-016": date(2024, 3, 15),
}
ENDED_ITEM = "PAP-016"  # the dead item that the owner marked as ended
NEW_ITEMS = {  # first asked for on that day
    "PEN-015": date(2024, 9, 2),
    "NTB-025": date(2025, 2, 17),
    "BAG-016": date(2025, 5, 6),
    "GFT-024": date(2025, 8, 4),
    "ART-024": date(2025, 9, 1),
    "WRP-033": date(2025, 12, 1),
    "OFC-032": date(2025, 12, 8),
}
RISING_ITEMS = ("PEN-006", "BAG-008", "ART-005", "GFT-014")  # demand × 4 in two years
FALLING_ITEMS = ("PEN-010", "NTB-017", "PAP-008")  # demand ÷ 4 in two years
DOUBLE_11_ITEMS = ("GFT-018", "GFT-025", "BAG-010", "PEN-013", "NTB-005", "WRP-007")
MIDYEAR_618_ITEMS = ("NTB-001", "PEN-018", "BAG-012", "ART-001")
SPIKE_FACTOR = 6.0  # of a spiking item's demand during its promotion

BULK_BUYS = {  # the owner fell for a price break: far too much, on that day
    "PAP-012": (date(2025, 9, 15), 3000),
    "WRP-018": (date(2025, 8, 18), 3000),
    "OFC-024": (date(2025, 10, 13), 2000),
    "PTY-008": (date(2025, 7, 14), 3600),
    "CHO-003": (date(2025, 10, 20), 480),
}
STARVED_ITEMS = ("PEN-001", "NTB-030", "WRP-001", "BAG-001", "GLU-002")  # min, max far too low
OVERBOUGHT_PERISHABLE = "CHO-003"  # one of the bulk buys; will expire on the shelf
CHEAPER_ELSEWHERE = "BAG-002"  # the second supplier asks 15 % less than the first
EXPIRED_QUOTE = ("S12", "CAL-003")  # the offer ended on 2025-11-30
NOTED_ITEMS = frozenset(
    {*DEAD_ITEMS, *NEW_ITEMS, *RISING_ITEMS, *FALLING_ITEMS, *STARVED_ITEMS, *BULK_BUYS}
    | {*DOUBLE_11_ITEMS, *MIDYEAR_618_ITEMS}
)
UNLICENSED_SUPPLIER = "S12"  # has shown no business licence
LICENCE_ENDS = {  # the one expires soon, the other has expired
    "S06": date(2026, 1, 24),
    "S10": date(2025, 11, 30),
}
CONTRACTS = {  # supplier, first and last day, items, least quantity of each
    "HT-2025-04": ("S04", date(2025, 4, 1), date(2026, 2, 14), ("PAP-001", "PAP-003"), 600),
    "HT-2025-08": ("S01", date(2025, 8, 1), date(2026, 7, 31), ("PEN-002", "PEN-004"), 60_000),
}
BUYING_STOPPED_ON = date(2025, 12, 23)  # year-end: the owner orders nothing any more

CHURNED_CUSTOMERS = {  # last possible order day; both ordered often before
    "C017": date(2025, 6, 20),
    "C042": date(2025, 3, 15),
    "C101": date(2024, 11, 10),
}
SLOWING_CUSTOMER = "C008"  # days between orders grow threefold in 2025
GROWING_CUSTOMER = "C140"  # orders three times as often since 2025-04
BAD_PAYER = "C025"  # has paid nothing delivered since 2025-07-01; over its limit
BAD_PAYER_SINCE = date(2025, 7, 1)
OLD_DEBT = ("C060", "QC-2023-060")  # an opening receivable that was never paid
GIFT_ITEM = "NTB-016"  # given free with large orders in the promotions

PRICE_RISES = {  # category: (from, factor), for what we pay and what we ask
    "办公纸品": (date(2025, 4, 1), 1.08),
    "本册": (date(2025, 9, 1), 1.05),
}
COUNT_DAYS = (date(2024, 6, 30), date(2024, 12, 29), date(2025, 6, 29), date(2025, 12, 28))
