"""Check digits of the codes on the sample firm's papers."""

from __future__ import annotations

ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z


def ean13(body: str) -> str:
    """The 12 digits of `body` with their check digit (GS1 General Specifications 7.9).

    >>> ean13("699900010001")
    '6999000100015'
    """
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return f"{body}{-total % 10}"


def credit_code(region: str, body: str) -> str:
    """A firm's unified social credit code: 91, region, organisation code, check (GB 32100).

    >>> credit_code("330206", "MA2XAMP1")
    '91330206MA2XAMP12E'
    """
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = -sum(ORGANISATION.index(c) * w for c, w in zip(body, weights, strict=True)) % 11
    code = f"91{region}{body}{'X' if rest == 10 else rest}"
    total = sum(CREDIT.index(c) * pow(3, at, 31) for at, c in enumerate(code))
    return f"{code}{CREDIT[-total % 31]}"
