"""A wrong scm.toml is told in a shopkeeper's words: the key, what is wrong, what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scm_cli import settings
from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from pathlib import Path

#: What stands in the file → where, what, what to do.
WRONG: dict[str, tuple[str, str, str]] = {
    "busy_wait = 1": ("busy_wait", "there is no such setting", "Did you mean busy_wait_seconds?"),
    "a_pct = 97": ("a_pct", "there is no such setting", "Did you mean service.a_pct?"),
    "[service]\ncompany = 'X'": (
        "service.company", "there is no such setting", "Did you mean company?",
    ),
    "[planning]\nxyzzy = 1": (
        "planning.xyzzy", "there is no such setting", "`scm config` lists them.",
    ),
    "[service]\na_pct = 120": (
        "service.a_pct", "120 is not allowed", "Write a number from 50 to 99.9.",
    ),
    "[planning]\nreview_days = 7.5": (
        "planning.review_days", "7.5 is not allowed", "Write a whole number from 1 to 90.",
    ),
    "[planning]\nbudget_amount = -1": (
        "planning.budget_amount", "-1 is not allowed", "Write a number of at least 0.",
    ),
    "language = 'fr'": ("language", "fr is not allowed", "Write one of zh, en."),
    "company = 5": ("company", "5 is not allowed", "Write a text in quotes."),
    "country = 'XX'": (  # its holidays would silently be none
        "country", "XX is not allowed",
        "Write the two capital letters of a country, such as CN, US or DE.",
    ),
    "country = 'cn'": (
        "country", "cn is not allowed",
        "Write the two capital letters of a country, such as CN, US or DE.",
    ),
    "working_days = 'Mo'": ("working_days", "Mo is not allowed", "Write a list, such as [1, 2]."),
    "working_days = [1, 9]": (
        "working_days", "9 is not allowed", "Write a list, such as [1, 2].",
    ),
    "working_hours = ['13:00-18:00', '09:00-12:00']": (
        "working_hours", "['13:00-18:00', '09:00-12:00'] is not allowed",
        'Write stretches in their order, such as ["09:00-12:00", "13:00-18:00"].',
    ),
    "forms_show_cost = 'maybe'": (
        "forms_show_cost", "maybe is not allowed", "Write true or false.",
    ),
    "start_on = 'soon'": (
        "start_on", "soon is not allowed", "Write a date such as 2026-01-31, without quotes.",
    ),
    "stock = 3": (
        "stock", "3 is not allowed", "It is a section: write its settings below a line of [stock].",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_setting_is_told_with_what_is_allowed(tmp_path: Path, text: str) -> None:
    (tmp_path / "scm.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScmError, match=r"scm\.toml has 1 wrong setting$") as refused:
        settings.load(tmp_path)
    (problem,) = refused.value.problems
    key, what, mend = WRONG[text]
    assert (problem.where, problem.what.english, problem.mend.english) == (
        f"scm.toml: {key}", what, mend,
    )  # fmt: skip
    assert refused.value.exit_code is Exit.USAGE


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'company = "Corner', "line 1 is wrong at its sign|its end is missing"),
        (b"a = 1\nb = = 2\n", "line 2 is wrong at its sign 5"),
        ("company = '书店'".encode("gbk"), "is not saved as UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "scm.toml").write_bytes(content)
    with pytest.raises(ScmError, match=told):
        settings.raw(tmp_path)


def test_what_is_read_without_the_models_is_what_they_declare() -> None:
    from scm_cli.settings_model import Settings

    for key, value in settings.PLAIN.items():
        found: object = Settings.model_validate({})
        for part in key.split("."):
            found = getattr(found, part)
        assert (key, found) == (key, value)


def test_a_wrong_setting_is_told_where_another_one_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "scm.toml").write_text('company = "Corner Shop"\n', encoding="utf-8")
    assert settings.plain(tmp_path, "numbers.receipt") == "GR-"
    (tmp_path / "scm.toml").write_text("[numbers]\nreceit = 'WE-'\n", encoding="utf-8")
    with pytest.raises(ScmError, match="1 wrong setting"):
        settings.plain(tmp_path, "numbers.receipt")
