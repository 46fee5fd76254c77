"""Sentences in both languages: numbers and their words, and values that are words themselves."""

from __future__ import annotations

import pytest

from scm_cli.core.purchase.order import STATUSES, STEPS, next_status
from scm_cli.core.records.naming import record_name
from scm_cli.errors import SYSTEM_WORDS, Say, ScmError
from scm_cli.excel.container import _STRANGERS
from scm_cli.excel.zipparts import _OTHER_ZIPS
from scm_cli.locale import put


@pytest.mark.parametrize(
    ("n", "told"), [(0, "0 rows"), (1, "1 row"), ("1", "1 row"), (2, "2 rows")]
)
def test_a_word_follows_its_number(n: object, told: str) -> None:
    assert Say("{n} {n:row|rows}", n=n).english == told


@pytest.mark.parametrize(
    "word",
    [*SYSTEM_WORDS.values(), *(what for _, what in _STRANGERS), *_OTHER_ZIPS.values(), *STATUSES],
)
def test_what_stands_in_a_chinese_sentence_is_chinese(word: str) -> None:
    assert put(Say(word), "zh") != word


def test_a_record_is_named_in_the_language_of_the_reader() -> None:
    assert put(record_name("purchase_order_line", ["PO-0012", 1]), "zh") == "采购订单 PO-0012/1"


@pytest.mark.parametrize("action", STEPS)
def test_what_cannot_be_done_to_an_order_is_said_in_one_language(action: str) -> None:
    with pytest.raises(ScmError) as refused:
        next_status({"purchase_no": "PO-1", "status": "closed"}, action)
    assert refused.value.say.english.startswith("order PO-1 is closed; it cannot be ")
    assert put(refused.value.say, "zh").startswith("订单 PO-1 的状态为已完成，不能")
