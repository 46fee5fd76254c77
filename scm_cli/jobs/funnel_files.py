"""The funnel as a workbook and as an HTML page, and what the morning's files show of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scm_cli.core.customer.funnel_words import sentences
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import funnel
from scm_cli.jobs.outbox_place import require_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.errors import Say
    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Drawn:
    """A funnel to be drawn: a row per stage, its sentences, and where it is split its parts."""

    stages: list[dict[str, Any]]
    told: list[Say]
    ends: tuple[str, str]  # what the won and the lost stage are called
    by: str | None = None
    parts: tuple[dict[str, Any], ...] = ()


def drawn(run: Run, asked: funnel.Asked) -> Drawn:
    """The funnel of the asked days; the parts beside it when it is split.

    Raises:
        ScmError: it is not split so, or the range is turned round.
    """
    stages, whole = funnel.figures(run, replace(asked, by=None))
    parts = funnel.figures(run, asked)[0] if asked.by else []
    ends = (run.settings.deals.won, run.settings.deals.lost)
    return Drawn(stages, sentences(whole), ends, asked.by, tuple(parts))


def tonight(run: Run) -> Drawn | None:
    """The funnel of all deals for the morning's files; None in a shop without deals."""
    from scm_cli.store import crm
    from scm_cli.store.gateway import reading

    with reading(run) as con:
        if not crm.has_deals(con):
            return None
    return drawn(run, funnel.Asked())


def book(run: Run, asked: funnel.Asked, path: Path) -> Path:
    """The funnel as a workbook with a chart; the path that it got."""
    from scm_cli.excel.funnel_book import write_funnel

    require_workbook(path)
    made = drawn(run, asked)
    return write_funnel(path, (made.stages, made.told, made.ends), (made.by, made.parts), run.lang)


def page(run: Run, asked: funnel.Asked, path: Path) -> Path:
    """The funnel as one HTML file; the path that it got."""
    from scm_cli.excel.saving import saved_text
    from scm_cli.paper.funnel import funnel_html

    if path.suffix.lower() not in (".html", ".htm"):
        raise ScmError(
            "{path}: a page ends in .html", hint="Give the file that ending.",
            exit_code=Exit.USAGE, path=str(path),
        )  # fmt: skip
    made = drawn(run, asked)
    parts = (made.stages, made.told, made.ends)
    return saved_text(path, funnel_html(parts, (made.by, made.parts), run.settings.company, run.lang))  # fmt: skip
