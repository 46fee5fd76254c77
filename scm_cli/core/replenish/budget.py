"""When money is short: what to buy first, and where the money ends."""

from __future__ import annotations

import polars as pl

from scm_cli.errors import ScmError

GROUP = ["sku", "supplier"]  # a minimum is bought whole or not at all


def within_budget(suggestions: pl.DataFrame, budget_amount: float) -> pl.DataFrame:
    """Rank purchases by margin protected per unit of money and draw the cut line.

    Args:
        suggestions: `schemas.SUGGESTIONS`; only rows of kind `buy` cost money.
        budget_amount: to spend, 0 or more; infinite is allowed.

    Returns:
        The purchases, best first, with `margin_per_amount`, `budget_rank` (1 is best),
        `spent_amount` (up to and including this item of this supplier) and `within_budget`:
        true above the cut line. Lines of one item and supplier stand together, for their
        minimum is shared; what costs nothing comes first.

    Raises:
        ScmError: the budget is negative or not a number.

    >>> rows = pl.DataFrame({"kind": ["buy", "buy"], "sku": ["A", "B"], "warehouse": ["W", "W"],
    ...     "supplier": ["S", "S"], "amount": [100.0, 50.0], "margin_amount": [20.0, 30.0]})
    >>> within_budget(rows, 120.0).select("sku", "spent_amount", "within_budget").rows()
    [('B', 50.0, True), ('A', 150.0, False)]
    """
    if not budget_amount >= 0:
        raise ScmError(
            "the budget {amount} is not a possible amount",
            hint="give the money to spend, 0 or more",
            amount=budget_amount,
        )
    rows = suggestions.filter(pl.col("kind") == "buy")
    groups = rows.group_by(GROUP).agg(
        _amount=pl.col("amount").fill_null(0.0).sum(),
        _margin=pl.col("margin_amount").fill_null(0.0).sum(),
    )
    free = pl.col("_amount") <= 0
    worth = pl.when(free).then(float("inf")).otherwise(pl.col("_margin") / pl.col("_amount"))
    groups = groups.with_columns(margin_per_amount=worth).sort(
        "margin_per_amount", *GROUP, descending=[True, False, False], nulls_last=True
    )
    spent = pl.col("_amount").cum_sum()
    groups = groups.with_columns(
        budget_rank=pl.int_range(1, pl.len() + 1),
        spent_amount=spent,
        within_budget=spent <= budget_amount + 1e-9,
    ).drop("_amount", "_margin")
    found = rows.join(groups, on=GROUP, how="left", nulls_equal=True)
    return found.sort("budget_rank", "warehouse")
