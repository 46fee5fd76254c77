"""Where places lie, and how a text names one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.sites.places import Place, atlas, distance_km, placed

OWN = {"下沙": Place("下沙", 30.31, 120.35)}
points = st.builds(Place, st.just("p"), st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [  # great circles between city centres, as atlases round them
        ("北京", "上海", 1067),
        ("北京", "广州", 1890),
        ("上海", "乌鲁木齐", 3280),
        ("杭州", "义乌", 107),
        ("香港", "台北", 810),
    ],
)
def test_distances(one: str, other: str, km: float) -> None:
    found = distance_km([atlas()[one]], [atlas()[other]])[0, 0]
    assert found == pytest.approx(km, rel=0.01)


def test_a_quarter_of_the_equator() -> None:
    """A quarter of a great circle of radius 6371.0088 km."""
    ways = distance_km([Place("", 0, 0)], [Place("", 0, 90), Place("", 90, 0)])
    assert ways.round(3).tolist() == [[10007.557, 10007.557]]


@given(points, points, points)
def test_distances_are_a_metric(a: Place, b: Place, c: Place) -> None:
    ways = distance_km([a, b, c], [a, b, c])
    assert pytest.approx(ways) == ways.T
    assert ways.diagonal() == pytest.approx([0.0] * 3, abs=1e-3)
    assert ways[0, 2] <= ways[0, 1] + ways[1, 2] + 1e-3


def test_the_built_in_places_are_sound() -> None:
    cities = {place.name: place for place in atlas().values()}
    assert len(cities) == 89
    assert all(18 <= p.lat <= 46 and 87 <= p.lon <= 127 for p in cities.values())
    assert len({(p.lat, p.lon) for p in cities.values()}) == 89
    provinces = {name for name, place in atlas().items() if name != place.name}
    assert {"浙江", "新疆", "beijing", "xi'an"} <= provinces


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["杭州"], "杭州"),
        (["ＨＡＮＧＺＨＯＵ"], "杭州"),
        (["杭州市"], "杭州"),
        (["浙江省杭州市西湖区文三路1号"], "杭州"),
        (["浙江省"], "杭州"),
        (["广西壮族自治区"], "南宁"),
        (["吉林省长春市"], "长春"),
        (["长沙市北京路1号"], "长沙"),  # a street named after a city
        (["重庆渝北区"], "重庆"),
        ([None, "", "苏州工业园区"], "苏州"),
        (["某镇", "江苏"], "南京"),  # what is not known gives way to the next
        (["下沙"], "下沙"),  # the owner's own
        (["杭州下沙市"], "下沙"),
        (["Atlantis", None], None),
        ([], None),
    ],
)
def test_how_a_text_names_a_place(texts: list[str | None], name: str | None) -> None:
    found = placed(texts, OWN)
    assert (found.name if found else None) == name
