"""`scm order change`: limits, prices and promises hold for a changed order as for a new one."""

from __future__ import annotations

import pytest

from scm_cli import settings


@pytest.fixture
def limited(shop):
    """Orders above 500 wait for approval."""
    with (shop / "scm.toml").open("a", encoding="utf-8") as file:
        file.write("\n[approval]\nsales_amount = 500\n")
    settings.load.cache_clear()


@pytest.fixture
def ordered(scm):
    """Enter an order of C-002 and give its number."""

    def new(*args: str) -> str:
        return scm("order", "new", "-c", "C-002", *args, "--json").json["order"]

    return new


@pytest.fixture
def floor(scm, tmp_path):
    """Set the price below which A4-80 is not to be sold."""

    def given(price: str) -> None:
        sheet = tmp_path / "items.csv"
        sheet.write_text(f"sku,name,floor_price\nA4-80,A4,{price}\n", encoding="utf-8")
        assert scm("import", str(sheet)).code == 0

    return given


def held(scm, number: str) -> float:
    asked = f"SELECT coalesce(sum(qty), 0) AS qty FROM reservation WHERE order_no = '{number}'"
    return scm("sql", asked, "--json").rows[0]["qty"]


RAISED = {
    "more of a line": ("--line", "1", "--qty", "30"),
    "one more line": ("--add", "PEN-R=2@300"),
    "a higher price": ("--line", "1", "--price", "90"),
}


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("change", RAISED.values(), ids=RAISED)
def test_an_order_raised_past_the_limit_waits_and_holds_nothing(scm, ordered, change):
    number = ordered("--line", "A4-80=10@20")
    assert held(scm, number) == 10
    made = scm("order", "change", number, *change, "--json").json
    assert (made["status"], made["waits_for"], held(scm, number)) == ("draft", "approval", 0)
    assert sum(row["qty"] for row in made["surplus"]) == 10
    assert scm("check", "--deep").code == 0
    again = scm("order", "approve", number, "--json").json
    assert again["status"] == "confirmed"
    assert all(row["allocated_qty"] == row["qty"] for row in again["rows"])
    assert all(row["promised_on"] for row in again["rows"])


@pytest.mark.usefixtures("limited")
def test_an_order_lowered_below_its_limit_says_that_it_need_not_wait(scm, ordered):
    number = ordered("--line", "A4-80=30@20")
    assert scm("order", "show", number, "--json").json["waits_for"] == "approval"
    still = scm("order", "change", number, "--line", "1", "--qty", "26", "--json")
    assert not any("need not wait" in told for told in still.json["warnings"])
    less = scm("order", "change", number, "--line", "1", "--qty", "20", "--json")
    assert "it need not wait any more" in less.json["warnings"][0]
    assert f"Confirm it: scm order approve {number}." in less.err
    assert scm("order", "approve", number, "--json").json["status"] == "confirmed"


def test_an_order_raised_past_the_credit_limit_waits(scm, ordered):
    """300 are owed since the books were opened."""
    scm("customer", "edit", "C-002", "--credit-limit-amount", "510")
    number = ordered("--line", "A4-80=10@20")
    at_limit = scm("order", "change", number, "--line", "1", "--price", "21", "--json").json
    assert (at_limit["status"], at_limit["waits_for"]) == ("confirmed", None)
    over = scm("order", "change", number, "--line", "1", "--price", "21.01")
    assert "It waits for credit." in over.out
    assert held(scm, number) == 0


@pytest.mark.usefixtures("limited")
def test_a_signature_is_for_the_amount_it_saw(scm, ordered):
    number = ordered("--line", "A4-80=30@20")
    scm("order", "approve", number, "--who", "boss")
    more = scm("order", "change", number, "--line", "1", "--qty", "40", "--json").json
    head = scm("order", "show", number, "--json").json
    assert (more["status"], more["waits_for"], head["approved_by"]) == ("draft", "approval", None)


CALM = {
    "less of a line": ("--line", "1", "--qty", "8"),
    "a lower price": ("--line", "1", "--price", "19"),
    "another day": ("--requested", "2026-04-20"),
    "a note": ("--note", "call first"),
    "the same price": ("--line", "1", "--price", "20"),
}


@pytest.mark.parametrize("change", CALM.values(), ids=CALM)
def test_what_does_not_raise_the_amount_never_puts_an_order_on_hold(scm, ordered, change):
    """The customer is over the limit already: it was lowered after the order."""
    number = ordered("--line", "A4-80=10@20")
    scm("customer", "edit", "C-002", "--credit-limit-amount", "100")
    made = scm("order", "change", number, *change, "--json").json
    assert (made["status"], made["waits_for"]) == ("confirmed", None)
    assert held(scm, number) == made["rows"][0]["qty"]


@pytest.mark.usefixtures("limited")
def test_an_order_that_has_shipped_goods_is_not_raised_past_the_limit(scm):
    """Eight of the twenty of SO-2 have left, it is worth 509."""
    before = scm("log", "--json").rows
    ran = scm("order", "change", "SO-2", "--line", "2", "--qty", "7")
    assert (ran.code, "SO-2 would wait for approval, and goods of it" in ran.err) == (3, True)
    assert scm("log", "--json").rows == before


REFUSED = {
    "a price of no line": (("--price", "5"), 2, "which line?"),
    "a quantity of no line": (("--qty", "5"), 2, "which line?"),
    "nothing of a line": (("--line", "2", "--qty", "0"), 3, "scm order cancel SO-2 --line 2"),
    "what has left alone": (("--line", "1", "--qty", "8"), 3, "scm order cancel SO-2 --line 1"),
}


@pytest.mark.parametrize(("change", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_writes_nothing(scm, change, code, said):
    before = scm("log", "--json").rows
    ran = scm("order", "change", "SO-2", *change)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert scm("log", "--json").rows == before


def test_a_line_that_has_left_is_not_priced_anew(scm):
    scm("order", "ship", "SO-2", "PEN-R=6")
    ran = scm("order", "change", "SO-2", "--line", "2", "--price", "2")
    assert (ran.code, "line 2 has nothing left to ship" in ran.err) == (3, True), ran.err


def test_a_discount_of_the_whole_order_leaves_gifts_alone(scm, ordered):
    number = ordered("--line", "A4-80=10@20", "--sample", "PEN-R=1@1", "--gift", "PEN-R=1")
    rows = scm("order", "change", number, "--discount", "10", "--json").json["rows"]
    assert [(row["kind"], row["unit_price"]) for row in rows] == [
        ("normal", 18), ("gift", 0), ("sample", 1),
    ]  # fmt: skip


LOW = {
    "a price": (("--line", "1", "--price", "0.01"), "A4-80: the price 0.01 is below the floor of 18.6"),
    "a discount": (("--discount", "50"), "A4-80: the price 10 is below the floor of 18.6"),
    "a line that is added": (("--add", "A4-80=1@9"), "A4-80: the price 9 is below the floor of 18.6"),
    "a price by the box": (("--line", "2", "--price", "90"), "A4-80: the price 18 is below the floor of 18.6"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), LOW.values(), ids=LOW)
def test_a_price_below_the_floor_is_told_as_of_a_new_order(scm, ordered, floor, change, said):
    floor("18.6")
    number = ordered("--line", "A4-80=10@20", "--line", "A4-80=1box@100")
    assert said in scm("order", "change", number, *change).err


def test_a_quantity_alone_says_nothing_of_prices(scm, ordered, floor):
    number = ordered("--line", "A4-80=10@20")
    floor("30")
    assert "floor" not in scm("order", "change", number, "--line", "1", "--qty", "9").err


def test_a_line_that_is_cut_back_to_what_can_be_had_is_promised_again(scm, ordered):
    """142 are here or on their way, 12 of them go to SO-2 first."""
    number = ordered("--line", "A4-80=10@20")
    first = scm("order", "show", number, "--json").rows[0]["promised_on"]
    promised = []
    for qty in ("400", "5"):
        asked = ("order", "change", number, "--line", "1", "--qty", qty, "--json")
        promised.append(scm(*asked).json["rows"][0]["promised_on"])
    assert promised == [None, first]
