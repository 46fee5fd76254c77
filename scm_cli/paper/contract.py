"""A contract as a paper: the firm's text template, filled in and set.

The template is plain text in jinja's language. `# ` begins the title, `## ` a heading, every
other line is a paragraph; `[[parties]]`, `[[lines]]` and `[[signatures]]` stand for what is
drawn. The firm's own template lies in the shop folder as templates/contract.LANG.txt.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import number
from scm_cli.core.money.capitals import capitals
from scm_cli.core.money.in_words import in_words
from scm_cli.errors import Exit, ScmError
from scm_cli.locale import put
from scm_cli.paper.pdf import Fields, Heading, Paper, Signatures, Table, Text, Title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scm_cli.paper.pdf import Block

    Row = Mapping[str, Any]


def template(lang: str, shop: Path) -> tuple[str, str]:
    """The text of the template, and where it lies: the firm's own, else the one that is shipped."""
    own = own_template(lang, shop)
    if own.is_file():
        return own.read_text(encoding="utf-8-sig"), str(own)
    shipped = Path(__file__).with_name(f"contract.{lang}.txt")
    return shipped.read_text(encoding="utf-8"), shipped.name


def own_template(lang: str, shop: Path) -> Path:
    """Where the firm's own template lies."""
    return shop / "templates" / f"contract.{lang}.txt"


def paper(
    contract: Row,
    lines: Sequence[Row],
    parties: tuple[Row, Row],
    source: tuple[str, str],
    lang: str,
) -> Paper:
    """The contract as blocks. `parties`: buyer and supplier, each with name and what else is known.

    `lines` carry sku, name, spec, qty-independent price and `min_qty`; `contract` carries
    `currency` and `total` beside its fields.

    Raises:
        ScmError: the template cannot be filled in; its line is named.
    """
    buyer, supplier = parties
    total: Decimal | None = contract["total"]
    yuan = total is not None and contract["currency"] in ("CNY", "RMB")
    words = {
        "contract": contract, "supplier": supplier, "buyer": buyer, "lines": lines, "total": total,
        "currency": contract["currency"], "capitals": capitals(total) if yuan and total is not None else "",
        "words": in_words(total, contract["currency"]) if total is not None else "",
    }  # fmt: skip
    text = _filled(source, words)
    drawn: dict[str, Block] = {
        "[[parties]]": _parties(contract, buyer, supplier, lang),
        "[[lines]]": _lines(lines, contract, lang),
        "[[signatures]]": Signatures(
            [_signed("The buyer", buyer, lang), _signed("The seller", supplier, lang)]
        ),
    }  # fmt: skip
    blocks = [_block(line.strip(), drawn) for line in text.splitlines() if line.strip()]
    title = f"{contract['contract_no']} {supplier['name']}"
    return Paper(blocks, title=title, author=buyer["name"], footer=title)


def _filled(source: tuple[str, str], words: Mapping[str, Any]) -> str:
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    text, path = source
    env = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    env.filters["money"] = lambda value: f"{value:,.2f}"
    env.filters["number"] = number
    try:
        return env.from_string(text).render(**words)
    except TemplateError as error:
        raise ScmError(
            "the template {path} cannot be filled in: {why}",
            hint="Mend it, or move it away to use the one that is shipped.",
            exit_code=Exit.USAGE,
            path=path,
            why=_why(error),
        ) from error


def _why(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return f"{error} (line {line})" if line else str(error)


def _block(line: str, drawn: Mapping[str, Block]) -> Block:
    if line in drawn:
        return drawn[line]
    if line.startswith("## "):
        return Heading(line[3:])
    return Title(line[2:]) if line.startswith("# ") else Text(line)


def _parties(contract: Row, buyer: Row, supplier: Row, lang: str) -> Fields:
    signed = contract["signed_on"]
    return Fields(
        [
            (put("Contract no.", lang), contract["contract_no"]),
            (put("Signed on", lang), str(signed) if signed else "____________"),
            (put("The buyer", lang), buyer["name"]),
            (put("The seller", lang), supplier["name"]),
            (put("Credit code", lang), buyer.get("uscc") or "____________"),
            (put("Credit code", lang), supplier["uscc"] or "____________"),
            (put("Address", lang), buyer.get("address") or "____________"),
            (put("Address", lang), supplier["address"] or "____________"),
        ]
    )


HEADS = (
    "SKU", "Item name", "Specification", "Unit", "Agreed price", "Tax", "Minimum quantity",
    "Maximum quantity",
)  # fmt: skip


def _lines(lines: Sequence[Row], contract: Row, lang: str) -> Table:
    most = any(line["max_qty"] is not None for line in lines)
    headers = [put(head, lang) for head in HEADS[:-1]] + ([put(HEADS[-1], lang)] if most else [])
    rows = [
        [
            line["sku"], line["name"], line["spec"] or "", line["unit"] or "", number(line["unit_price"]),
            _tax(line, lang), _qty(line, "min_qty"), *([_qty(line, "max_qty")] if most else []),
        ]
        for line in lines
    ]  # fmt: skip
    total: tuple[str, ...] = ()
    if contract["total"] is not None:
        told = f"{contract['total']:,.2f} {contract['currency']}"
        total = (put("At the minimum", lang), *[""] * (len(headers) - 2), told)
    return Table(headers, rows, frozenset(range(4, len(headers))), total)


def _tax(line: Row, lang: str) -> str:
    rate = f" {number(line['tax_rate_pct'])}%" if line["tax_rate_pct"] is not None else ""
    return put("included" if line["tax_included"] else "excluded", lang) + rate


def _qty(line: Row, name: str) -> str:
    return "" if line[name] is None else number(line[name] / line["factor"])


def _signed(role: str, party: Row, lang: str) -> list[str]:
    colon = "：" if lang == "zh" else ": "
    return [
        f"{put(role, lang)}{colon}{party['name']}",
        f"{put('Signature', lang)}{colon}__________________",
        f"{put('Date', lang)}{colon}__________________",
    ]
