"""Churn: the model against its own published results, and small firms with known answers."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.customer import churn, recommend, retime, rfm, waiting

TODAY = date(2026, 6, 30)

#: The parameters published for the CDNOW sample, weeks (Fader, Hardie and Lee 2005, table 2).
CDNOW = churn.Rates(0.243, 4.414, 0.793, 2.426)


def one(*values: float) -> list[np.ndarray]:
    return [np.array([v]) for v in values]


def test_the_chance_of_being_there_as_published() -> None:
    """x = 2, t = 30.43, T = 38.86 weeks: P(alive) = 0.7266 (note on P(alive), Fader et al. 2008)."""
    gone = 1 - churn.no_purchase(CDNOW, *one(2, 30.43, 38.86, 1e12))
    quiet = 1e12 ** -(0.243 + 2)
    assert float(gone[0]) == pytest.approx(0.7266, abs=5e-4 + quiet)


@given(st.integers(0, 20), st.floats(0, 300), st.floats(0, 300), st.floats(1, 400))
def test_a_risk_is_a_chance_and_grows_with_the_time_ahead(
    x: int, last: float, since: float, ahead: float
) -> None:
    told = one(x, last if x else 0.0, last + since, ahead)
    near, far = churn.no_purchase(CDNOW, *told), churn.no_purchase(CDNOW, *told[:3], 2 * told[3])
    assert 0 <= float(far[0]) <= float(near[0]) <= 1


def simulated(n: int, rates: churn.Rates, days: int) -> churn.Past:
    """Customers who behave as the model says: Erlang-k gaps until they stop for good."""
    random = np.random.default_rng(7)
    out = np.zeros((n, 3))
    for i in range(n):
        rate = random.gamma(rates.r, 1 / rates.alpha)
        stop, now = random.beta(rates.a, rates.b), 0.0
        while True:
            gap = random.gamma(rates.k, 1 / rate)
            now += gap
            if now > days:
                break
            out[i] = out[i][0] + 1, now, out[i][2] + np.log(gap)
            if random.random() < stop:
                break
    return churn.Past(out[:, 0], out[:, 1], np.full(n, float(days)), out[:, 2])


@pytest.mark.parametrize("k", [1, 3])
def test_the_model_finds_its_own_parameters(k: int) -> None:
    true = churn.Rates(0.8, 60.0 / k, 0.6, 2.0, k)
    found = churn.fitted(simulated(4000, true, 400))
    assert found is not None
    assert found.k == k
    assert found.r == pytest.approx(true.r, rel=0.15)
    assert found.alpha == pytest.approx(true.alpha, rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(0.6 / 2.6, rel=0.25)


def test_a_regular_customer_is_missed_sooner() -> None:
    """x = 20 in 200 days, silent for 40: by chance that happens, by clockwork it does not."""
    told = one(20, 200, 240, 90)
    chance = churn.no_purchase(churn.Rates(1.0, 10.0, 0.5, 10.0), *told)
    clock = churn.no_purchase(churn.Rates(1.0, 2.5, 0.5, 10.0, 4), *told)
    assert float(clock[0]) > 2 * float(chance[0])


def test_too_few_who_came_back_teach_no_model() -> None:
    assert churn.fitted(churn.Past(*(np.array([1.0, 0.0]) for _ in range(4)))) is None


def test_who_still_waits_is_counted_as_waiting() -> None:
    """Of four, two came after 5 and 10 days; two still wait after 20. Each share of m is (k+½)/(m+1)."""
    curve = waiting.waiting(np.array([5.0, 10.0, 20.0, 20.0]), np.array([True, True, False, False]))
    chance = waiting.still_waiting(
        curve, np.array([0.0, 6.0, 12.0, 30.0]), np.array([30.0, 2.0, 99.0, 9.0])
    )
    assert chance.tolist() == pytest.approx([2.5 / 5, 3.5 / 4, 2.5 / 3, 0.5])


def purchases(*told: tuple[str, list[int], float]) -> pl.DataFrame:
    rows = [
        (c, TODAY - timedelta(days=ago), f"{c}{ago}", amount) for c, days, amount in told for ago in days
    ]  # fmt: skip
    return pl.DataFrame(rows, ["customer", "day", "document", "amount"], orient="row")


def risk(*told: tuple[str, list[int], float]) -> dict[str, dict[str, object]]:
    made = purchases(*told)
    found = churn.churn(rfm.buying(made, TODAY), made, TODAY, churn.ChurnRules())
    return {row["customer"]: row for row in found.to_dicts()}


def test_who_is_overdue_is_at_risk_and_so_is_its_money() -> None:
    usual = [(f"U{n}", list(range(n, 200, 20)), 100.0) for n in range(20)]
    left = [(f"L{n}", [120 + n, 130 + n, 140 + n], 100.0) for n in range(8)]
    late, slow = ("LATE", [150, 160, 170, 180], 100.0), ("SLOW", [30, 150, 270], 50.0)
    found = risk(*usual, *left, late, slow)
    late, slow = found["LATE"], found["SLOW"]
    assert (late["usual_interval_days"], late["overdue_days"], late["is_overdue"]) == (
        10,
        140,
        True,
    )
    assert (slow["overdue_days"], slow["is_overdue"], slow["ahead_days"]) == (0, False, 240)
    assert float(str(late["churn_pct"])) > 90 > 2 * float(str(found["U3"]["churn_pct"]))
    assert late["value_amount"] == pytest.approx(400 * float(str(late["churn_pct"])) / 100)
    assert late["lifetime_amount"] == pytest.approx(400 + 400 - float(str(late["value_amount"])))


def test_who_bought_once_is_pooled() -> None:
    found = risk(("A", [100, 60], 1.0), ("B", [90, 60], 1.0), ("C", [80], 1.0), ("D", [2], 1.0))
    assert [found[c]["basis"] for c in "ABCD"] == ["own", "own", "pooled", "pooled"]
    assert found["D"]["usual_interval_days"] == 35  # the median wait of those who came back
    assert found["D"]["churn_pct"] == pytest.approx(100 * (4 / 3 + 0.5) / 5)  # two of four came
    assert float(str(found["C"]["churn_pct"])) > float(str(found["D"]["churn_pct"]))


# ── what else they may want, and what the forecast learns from it ──────────────────────────


LINES = pl.DataFrame(
    [
        *[(f"C{n}", sku, TODAY) for n in range(10) for sku in ("pen", "ink")],
        *[(f"C{n}", "cap", TODAY + timedelta(days=9)) for n in range(6)],
        *[(f"D{n}", "cup", TODAY) for n in range(10)],
        ("C1", "cup", TODAY),
        ("me", "pen", TODAY),
    ],
    ["customer", "sku", "day"],
    orient="row",
)


def test_recommended_is_what_others_bought_too_and_lies_there() -> None:
    stock = pl.DataFrame(
        {"sku": ["ink", "cap", "cup", "pen"], "available_qty": [3.0, 0.0, 9.0, 9.0]}
    )
    found = recommend.for_customer(LINES, "me", stock, recommend.PairRules())
    assert found.select("sku", "because", "together", "next_pct").rows() == [("ink", "pen", 10, 100.0)]  # fmt: skip
    nobody = recommend.for_customer(LINES, "nobody", stock, recommend.PairRules())
    assert nobody.is_empty()


def test_what_follows_an_item() -> None:
    found = recommend.follows(LINES, "pen", recommend.PairRules(min_lift=1.0), 30)
    told = found.select("sku", "together", "after", "buyers").rows()
    assert told == [("ink", 10, 0, 11), ("cap", 0, 6, 11)]  # one cup beside a pen is too few


BUCKETS = [date(2026, 7, 6), date(2026, 7, 13), date(2026, 7, 20)]
QTY = {"sku": pl.String, "warehouse": pl.String, "bucket_on": pl.Date, "qty": pl.Float64}
qtys = st.lists(st.floats(0, 50), min_size=3, max_size=3)


def placed(quantities: list[float]) -> pl.DataFrame:
    rows = [("A", "W", on, qty) for on, qty in zip(BUCKETS, quantities, strict=True)]
    return pl.DataFrame(rows, QTY, orient="row")


@given(qtys, qtys, qtys)
def test_what_is_expected_moves_the_baseline_and_only_what_is_new_adds(
    base: list[float], known: list[float], new: list[float]
) -> None:
    frame = placed(base).rename({"qty": "mean_qty"})
    moved = retime.retimed(frame, placed(known), placed(new))["mean_qty"].to_list()
    assert sum(moved) == pytest.approx(sum(base) + sum(new))
    assert min(moved) >= 0
    same = retime.retimed(frame, placed(base), placed([0.0, 0.0, 0.0]))["mean_qty"].to_list()
    assert same == pytest.approx(base)  # expected as forecast: nothing changes
