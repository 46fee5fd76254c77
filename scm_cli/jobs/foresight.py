"""What sales knows, brought to the plan: regular customers' next purchases, open deals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.store import crm, expected

if TYPE_CHECKING:
    from scm_cli.core.replenish.foreseen import Sales
    from scm_cli.run import Run


def sales(con: Any, run: Run, place: str) -> Sales | None:  # noqa: ANN401 -- the store's connection
    """What sales knows of the coming weeks; None where it knows nothing or is not to be asked."""
    told = run.settings.planning
    if not told.expected_purchases:
        return None
    from scm_cli.core.customer import expected_buys, funnel, pipeline
    from scm_cli.core.replenish.foreseen import Sales
    from scm_cli.jobs.funnel import stages_of

    ends = run.settings.deals
    bought = expected.buys(con, run.today, place, run.settings.walk_in_customer)
    lines = expected.deal_lines(con, place, ends.won, ends.lost)
    if bought.is_empty() and lines.is_empty():
        return None
    rules = expected_buys.Regular(told.regular_purchases, told.regular_spread)
    streams = expected_buys.streams(bought, run.today, rules)
    stood = funnel.standing(crm.deals(con), crm.events(con), stages_of(run))
    chances = pipeline.closing_chances(stood, run.today, ends.min_deals)
    return Sales(streams, lines, chances)
