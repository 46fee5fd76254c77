"""Every row of a plan explains itself: a sentence, and steps whose arithmetic is the plan's."""

from __future__ import annotations

import math

from replenish_cases import RULES, item, line, offer, random_world, world

from scm_cli.core.replenish.explain import explanation
from scm_cli.core.replenish.plan import plan
from scm_cli.core.replenish.sayings import NOT_BOUGHT, SUGGESTED, not_bought_say, templates


def bought(*items, offers=None, lines=()):
    made = plan(world(list(items), [offer()] if offers is None else offers, list(lines)), RULES)
    return made.suggestions.row(0, named=True)


def test_the_sentence_a_person_would_say():
    row = bought(item(usable_qty=60.0))
    assert str(explanation(row).sentence) == (
        "sells 4 a day, 6 days to arrive, 60 left and 0 on the way: buy 30 by 2026-03-06"
    )
    slow = str(explanation(row, delay_days=3).sentence)
    assert "this supplier is usually 3 days late: buy 30" in slow
    assert "usually" not in str(explanation(row, delay_days=0.2).sentence)


def test_the_steps_lead_from_the_stock_to_the_order():
    row = bought(item(usable_qty=45.0), offers=[offer(moq_qty=50.0, order_multiple_qty=24.0)])
    steps = {str(step.name): step for step in explanation(row).steps}
    assert list(steps) == [
        "position", "expected demand", "reorder point", "shortage", "needed", "rounded order",
        "arrival", "order by", "supplier", "amount",
    ]  # fmt: skip
    assert steps["reorder point"].result == 70
    assert steps["reorder point"].inputs == {"interval_mean_qty": 52, "safety_qty": 18}
    assert (steps["needed"].result, steps["rounded order"].result) == (45, 72)


def rounded_order(needed_qty, moq_qty=0, order_multiple_qty=0):
    raised = max(needed_qty, moq_qty)
    packs = order_multiple_qty or 1
    return math.ceil(raised / packs - 1e-9) * packs


#: The arithmetic that the steps name, of the inputs that they show.
ARITHMETIC = {
    "position": lambda on_hand_qty, inbound_qty, committed_qty: on_hand_qty + inbound_qty - committed_qty,
    "expected demand": lambda daily_mean_qty, interval_days: daily_mean_qty * interval_days,
    "reorder point": lambda interval_mean_qty, safety_qty: interval_mean_qty + safety_qty,
    "needed": lambda target_qty, position_qty: max(0, target_qty - position_qty),
    "rounded order": rounded_order,
    "amount": lambda order_qty, unit_price: order_qty * unit_price,
}  # fmt: skip


def reproduced(row):
    """The steps whose result follows from their inputs alone."""
    return {
        str(step.name) for step in explanation(row).steps
        if str(step.name) in ARITHMETIC
        and math.isclose(step.result, ARITHMETIC[str(step.name)](**step.inputs), abs_tol=0.01)
    }  # fmt: skip


def test_the_steps_reproduce_the_plan():
    made = plan(random_world(5), RULES).suggestions
    rows = [row for row in made.iter_rows(named=True) if row["kind"] in ("buy", "make")]
    seen = set().union(*map(reproduced, rows))
    assert {"position", "reorder point", "needed", "rounded order", "amount"} <= seen
    assert all({"position", "reorder point", "amount"} <= reproduced(row) for row in rows)


def test_an_order_that_follows_from_more_than_its_row():
    """Two warehouses share a minimum of 500: neither row's order follows from its own cells."""
    row = bought(item(warehouse="N"), item(warehouse="S"), offers=[offer(moq_qty=500.0)])
    assert row["order_qty"] == 250
    assert "rounded order" not in reproduced(row)
    assert "position" in reproduced(row)


def test_every_row_of_any_plan_has_its_sentence():
    said = set()
    for seed in range(12):
        made = plan(random_world(seed), RULES)
        for row in made.suggestions.iter_rows(named=True):
            said.add((row["kind"], row["reason"]))
            assert "{" not in str(explanation(row, delay_days=2).sentence)
        for row in made.not_bought.iter_rows(named=True):
            said.add(row["reason"])
            assert "{" not in str(explanation(row).sentence)
    assert said <= set(SUGGESTED) | set(NOT_BOUGHT)
    assert len(said) > 15


def test_messages_name_their_document():
    made = plan(world([item(usable_qty=2.0)], [offer(lead_days_p50=30)], [line(5, 200)]), RULES)
    row = made.suggestions.row(0, named=True)
    assert str(explanation(row).sentence).startswith("PO-5-200 brings 200 on 2026-03-07, needed on")
    assert str(not_bought_say(made.not_bought.row(0, named=True))).startswith("not bought: ")


def test_every_sentence_can_be_translated():
    assert len(templates()) == len(set(templates()))
    assert set(SUGGESTED.values()) | set(NOT_BOUGHT.values()) <= set(templates())
