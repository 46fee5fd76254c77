"""Help and the complaints of the option parser, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from scm_cli.commands.misuse import misuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran


@pytest.mark.parametrize(
    ("args", "english", "chinese"),
    [
        (("stock", "show"), "SKU is missing", "缺少 SKU"),
        (("stock", "list", "--foo"), "there is no option --foo", "没有选项 --foo"),
        (("stock", "list", "--limit"), "--limit needs a value", "--limit 后面要给出值"),
        (("stock", "list", "--json=1"), "--json takes no value", "--json 后面不带值"),
        (("stock", "list", "A", "B"), "A B is too much", "A B 是多余的"),
        (
            ("stock", "list", "--limit", "0"),
            "--limit: 0 is not in the range x>=1",
            "--limit：0 超出范围 x>=1",
        ),
        (
            ("stock", "list", "--limit", "x"),
            "--limit: x is not a valid value",
            "--limit：x 不是有效的值",
        ),
        (("stock", "lst"), "there is no command stock lst", "没有命令 stock lst"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_option_is_told_in_the_language_of_the_run(
    scm: Callable[..., Ran], args: tuple[str, ...], english: str, chinese: str
) -> None:
    for lang, said in (("en", english), ("zh", chinese)):
        ran = scm("--json", "--lang", lang, *args)
        assert ran.code == 2
        assert ran.json["error"]["message"] == said
        assert "`scm " in ran.json["error"]["hint"]


def test_what_the_parser_says_otherwise_is_passed_on() -> None:
    assert misuse(click.UsageError("something new")).say.english == "something new"


@pytest.mark.parametrize("args", [(), ("stock",), ("stock", "list"), ("supplier", "add")])
def test_help_is_chinese_throughout(scm: Callable[..., Ran], args: tuple[str, ...]) -> None:
    shown = scm("--lang", "zh", *args, "--help").out
    for word in ("Usage", "Options", "Arguments", "Commands", "exit", "required", "Example"):
        assert word not in shown
    assert "用法" in shown
    assert "示例：scm" in shown or args == ("stock",)


def test_the_language_may_stand_anywhere(scm: Callable[..., Ran]) -> None:
    assert "用法" in scm("stock", "list", "--help", "--lang", "zh").out
    assert "用法" in scm("stock", "list", "--lang=zh", "--help").out
    assert "Usage" in scm("stock", "list", "--help").out
