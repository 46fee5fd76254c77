"""Numbers as people type them, before anything reckons with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 1e12


def require_finite(options: Mapping[str, object]) -> None:
    """Refuse numbers that nothing can be reckoned with; the parser takes `nan` and `inf` for numbers.

    Args:
        options: of a command, by name; what is no float is left alone.

    Raises:
        ScmError: one of them is not finite, or `LARGEST` and more (exit 2).

    >>> require_finite({"budget": 500.0, "sku": "nan"})
    >>> require_finite({"km_cost": float("nan")})
    Traceback (most recent call last):
    scm_cli.errors.ScmError: --km-cost nan is no number to reckon with
    """
    for name, value in options.items():
        if isinstance(value, float) and not abs(value) < LARGEST:
            raise ScmError(
                "{option} {value} is no number to reckon with",
                hint="Give one below 1,000,000,000,000.",
                exit_code=Exit.USAGE,
                option=f"--{name.replace('_', '-')}",
                value=f"{value:g}",
            )
