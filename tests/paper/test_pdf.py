"""PDF papers: fonts embedded, the same bytes again, contracts from a template, signatures."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal

import pytest
from certificates import written

from scm_cli.core.money.in_words import in_words
from scm_cli.errors import Exit, ScmError
from scm_cli.paper import contract, pdf_font, signing
from scm_cli.paper.pdf import (
    INNER,
    Fields,
    Heading,
    Paper,
    Signatures,
    Table,
    Text,
    Title,
    pdf,
    widths,
)

D = Decimal
BLOCKS = [
    Title("采购合同"), Fields([("编号", "HT-1"), ("Empty", "")]), Heading("一、价格"),
    Text("A <b> & 中文"), Table(["SKU", "名称"], [["A1", "复印纸" * 30]] * 60, frozenset({1}), ["", "1"]),
    Signatures([["甲方"], ["乙方"]]),
]  # fmt: skip


def test_the_font_is_embedded_and_the_bytes_are_the_same_again():
    made = pdf(Paper(BLOCKS, title="HT-1", footer="HT-1"))
    assert made.startswith(b"%PDF-1.")
    assert b"/FontFile2" in made
    assert made == pdf(Paper(BLOCKS, title="HT-1", footer="HT-1"))
    assert made.count(b"/Type /Page\n") >= 2  # the table runs on to a second page


@pytest.mark.parametrize("rows", [[["a", "b"]], [["a" * 400, "b"]], [["a" * 400, "b" * 400]]])
def test_columns_fill_the_page(rows):
    font = pdf_font.registered()
    found = widths([["SKU", "Item name"], *rows], font)
    assert sum(found) == pytest.approx(INNER)
    assert min(found) > 0


def test_a_machine_without_a_chinese_font_is_told_what_to_do(tmp_path):
    with pytest.raises(ScmError, match="no font with Chinese") as none:
        pdf_font.registered(None, (str(tmp_path),))
    assert none.value.exit_code == Exit.USAGE
    with pytest.raises(ScmError, match="there is no such file"):
        pdf_font.registered(str(tmp_path / "no.ttf"))
    (tmp_path / "bad.ttf").write_bytes(b"no font at all")
    with pytest.raises(ScmError, match="cannot be used"):
        pdf_font.registered(str(tmp_path / "bad.ttf"))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.05", "CNY zero and 05/100"), ("19", "CNY nineteen only"), ("21", "CNY twenty-one only"),
        ("100", "CNY one hundred only"), ("101", "CNY one hundred and one only"),
        ("1000000", "CNY one million only"), ("1001", "CNY one thousand and one only"),
        ("1100.50", "CNY one thousand one hundred and 50/100"), ("-3", "CNY minus three only"),
    ],
)  # fmt: skip
def test_amounts_in_english_words(amount, words):
    assert in_words(D(amount), "CNY") == words


# --- the contract

CONTRACT = {
    "contract_no": "HT-1", "title": None, "signed_on": None, "currency": "CNY", "total": D("1234.50"),
    "valid_from_on": date(2026, 1, 1), "valid_until_on": date(2026, 12, 31), "payment_days": 30,
    "payment_terms": None, "delivery_terms": None, "quality_terms": None, "min_amount": None,
    "max_amount": D(9000), "note": None,
}  # fmt: skip
LINE = {
    "sku": "A1", "name": "复印纸", "spec": None, "unit": "包", "unit_price": D("2.469"), "factor": D(1),
    "tax_included": True, "tax_rate_pct": D(13), "min_qty": D(500), "max_qty": None,
}  # fmt: skip
BUYER = {"name": "测试公司", "uscc": None, "address": None}
SUPPLIER = {
    "name": "晨光文具", "uscc": "91", "address": None, "bank": None, "bank_account": "62",
    "bank_account_name": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ["大写：壹仟贰佰叁拾肆元伍角整", "自 2026-01-01 起至 2026-12-31 止", "9,000.00", "30 天内付款"]),
        ("en", ["CNY one thousand two hundred and thirty-four and 50/100", "Within 30 days", "9,000.00"]),
    ],
)  # fmt: skip
def test_the_shipped_template_says_the_terms(lang, said, tmp_path):
    source = contract.template(lang, tmp_path)
    made = contract.paper(CONTRACT, [LINE], (BUYER, SUPPLIER), source, lang)
    text = "\n".join(b.text for b in made.blocks if isinstance(b, Text))
    assert [each for each in said if each not in text] == []
    (table,) = [b for b in made.blocks if isinstance(b, Table)]
    assert table.rows == [["A1", "复印纸", "", "包", "2.469", table.rows[0][5], "500"]]
    assert table.total[-1] == "1,234.50 CNY"


def test_the_firms_own_template_is_used_and_its_mistakes_are_told(tmp_path):
    own = contract.own_template("en", tmp_path)
    own.parent.mkdir()
    own.write_text("# Ours\nfor {{ supplier.name }}\n", encoding="utf-8")
    made = contract.paper(
        CONTRACT, [LINE], (BUYER, SUPPLIER), contract.template("en", tmp_path), "en"
    )
    assert made.blocks == [Title("Ours"), Text("for 晨光文具")]
    for wrong in ("{{ supplier.nme }}", "{% if %}", "{{ ''.__class__.__mro__ }}"):
        with pytest.raises(ScmError, match="cannot be filled in") as told:
            contract.paper(CONTRACT, [LINE], (BUYER, SUPPLIER), (wrong, "mine.txt"), "en")
        assert told.value.exit_code == Exit.USAGE


# --- signatures


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    folder = tmp_path_factory.mktemp("firm")
    return folder / "firm.p12", written(folder / "firm.p12", "Our Firm", "abacus")


@pytest.fixture(scope="module")
def signed(firm):
    return signing.signed(pdf(Paper(BLOCKS)), firm[0], "abacus", "HT-1")


def test_a_signature_names_the_signer_and_holds(signed, firm):
    (found,) = signing.checked(signed)
    assert (found.signer, found.untouched, found.valid, found.trusted) == (
        "Our Firm",
        True,
        True,
        False,
    )
    assert signing.checked(signed, (firm[1],))[0].trusted


def test_both_parties_may_sign_and_both_signatures_hold(signed, firm):
    twice = signing.signed(signed, firm[0], "abacus", "HT-1")
    assert [(s.untouched, s.valid) for s in signing.checked(twice)] == [(True, True)] * 2


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.replace(b"/Title", b"/Tytle", 1),
        lambda b: b + b"\n% a line more",
        lambda b: b.replace(b"/MediaBox", b"/MediaBux", 1),
    ],
)
def test_any_change_after_signing_is_seen(change, signed):
    assert change(signed) != signed
    assert not signing.checked(change(signed))[0].untouched


def test_what_cannot_be_signed_or_checked_is_told(signed, firm, tmp_path, monkeypatch):
    with pytest.raises(ScmError, match="cannot be opened"):
        signing.signed(signed, firm[0], "wrong", "HT-1")
    with pytest.raises(ScmError, match="no PDF"):
        signing.checked(b"no pdf at all")
    assert signing.checked(pdf(Paper(BLOCKS))) == []
    monkeypatch.setitem(sys.modules, "pyhanko.sign.validation", None)
    with pytest.raises(ScmError, match="an extra that is not installed"):
        signing.checked(signed)
