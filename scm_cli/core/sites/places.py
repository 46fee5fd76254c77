"""Where places lie: coordinates of Chinese cities, how a place is found in a text, distances.

The table holds the centres of 89 cities in degrees (WGS 84), rounded to 0.01 (about 1 km): all
provincial capitals, the municipalities, and the cities that trade most. They are geographic
facts, as any atlas gives them; 83 were held against a second public list, and 80 of those lie
within 15 km of it. Other places come from the owner's own list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.cell import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088  # mean radius of WGS 84, IUGG (Moritz, J. Geodesy 74, 2000)

_CITIES = """
北京 Beijing 39.90 116.41|天津 Tianjin 39.13 117.20|上海 Shanghai 31.23 121.47
重庆 Chongqing 29.56 106.55|石家庄 Shijiazhuang 38.04 114.51|唐山 Tangshan 39.63 118.18
保定 Baoding 38.87 115.46|廊坊 Langfang 39.52 116.70|邯郸 Handan 36.61 114.49
太原 Taiyuan 37.87 112.55|呼和浩特 Hohhot 40.84 111.75|包头 Baotou 40.65 109.84
沈阳 Shenyang 41.80 123.43|大连 Dalian 38.91 121.61|长春 Changchun 43.88 125.32
哈尔滨 Harbin 45.75 126.65|南京 Nanjing 32.06 118.79|无锡 Wuxi 31.57 120.30
徐州 Xuzhou 34.26 117.19|常州 Changzhou 31.78 119.95|苏州 Suzhou 31.30 120.60
昆山 Kunshan 31.38 120.95|南通 Nantong 32.02 120.86|扬州 Yangzhou 32.40 119.42
盐城 Yancheng 33.36 120.15|杭州 Hangzhou 30.27 120.16|宁波 Ningbo 29.87 121.55
温州 Wenzhou 28.00 120.67|嘉兴 Jiaxing 30.75 120.75|湖州 Huzhou 30.87 120.09
绍兴 Shaoxing 30.00 120.58|金华 Jinhua 29.10 119.65|义乌 Yiwu 29.31 120.07
台州 Taizhou 28.66 121.42|合肥 Hefei 31.82 117.23|芜湖 Wuhu 31.34 118.38
福州 Fuzhou 26.07 119.30|厦门 Xiamen 24.48 118.09|泉州 Quanzhou 24.91 118.59
南昌 Nanchang 28.68 115.86|九江 Jiujiang 29.71 115.99|赣州 Ganzhou 25.85 114.93
济南 Jinan 36.65 117.00|青岛 Qingdao 36.07 120.38|淄博 Zibo 36.80 118.05
烟台 Yantai 37.46 121.44|潍坊 Weifang 36.71 119.10|济宁 Jining 35.41 116.58
临沂 Linyi 35.06 118.34|郑州 Zhengzhou 34.75 113.65|洛阳 Luoyang 34.66 112.43
武汉 Wuhan 30.58 114.29|宜昌 Yichang 30.70 111.28|襄阳 Xiangyang 32.01 112.13
长沙 Changsha 28.20 112.97|株洲 Zhuzhou 27.83 113.15|衡阳 Hengyang 26.89 112.61
广州 Guangzhou 23.13 113.26|深圳 Shenzhen 22.55 114.06|珠海 Zhuhai 22.27 113.57
汕头 Shantou 23.36 116.68|佛山 Foshan 23.03 113.12|惠州 Huizhou 23.11 114.41
东莞 Dongguan 23.02 113.75|中山 Zhongshan 22.52 113.38|湛江 Zhanjiang 21.27 110.36
南宁 Nanning 22.82 108.32|柳州 Liuzhou 24.32 109.41|桂林 Guilin 25.28 110.29
海口 Haikou 20.04 110.34|三亚 Sanya 18.25 109.51|成都 Chengdu 30.66 104.07
绵阳 Mianyang 31.47 104.73|贵阳 Guiyang 26.65 106.63|遵义 Zunyi 27.69 106.91
昆明 Kunming 25.04 102.71|拉萨 Lhasa 29.65 91.12|西安 Xi'an 34.26 108.94
咸阳 Xianyang 34.33 108.71|兰州 Lanzhou 36.06 103.83|西宁 Xining 36.62 101.78
银川 Yinchuan 38.49 106.23|乌鲁木齐 Urumqi 43.83 87.61|香港 Hongkong 22.30 114.17
澳门 Macau 22.20 113.55|台北 Taipei 25.04 121.56|江门 Jiangmen 22.58 113.08
泰安 Tai'an 36.19 117.13|连云港 Lianyungang 34.60 119.22
"""
#: A province without a city stands for its capital.
_CAPITALS = (
    "河北 石家庄|山西 太原|内蒙古 呼和浩特|辽宁 沈阳|吉林 长春|黑龙江 哈尔滨|江苏 南京|浙江 杭州|"
    "安徽 合肥|福建 福州|江西 南昌|山东 济南|河南 郑州|湖北 武汉|湖南 长沙|广东 广州|广西 南宁|"
    "海南 海口|四川 成都|贵州 贵阳|云南 昆明|西藏 拉萨|陕西 西安|甘肃 兰州|青海 西宁|宁夏 银川|"
    "新疆 乌鲁木齐|台湾 台北"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A named point; latitude and longitude in degrees."""

    name: str
    lat: float
    lon: float


@cache
def atlas() -> Mapping[str, Place]:
    """The built-in places by every name that they go by (folded), provinces included.

    >>> atlas()["义乌"], atlas()["yiwu"] is atlas()["义乌"], atlas()["浙江"].name
    (Place(name='义乌', lat=29.31, lon=120.07), True, '杭州')
    """
    found: dict[str, Place] = {}
    for entry in _CITIES.replace("\n", "|").strip("|").split("|"):
        name, latin, lat, lon = entry.split(" ")
        found[name] = found[fold(latin)] = Place(name, float(lat), float(lon))
    provinces = (entry.split(" ") for entry in _CAPITALS.split("|"))
    return found | {province: found[capital] for province, capital in provinces}


def placed(texts: Sequence[str | None], own: Mapping[str, Place]) -> Place | None:
    """The place that the first of the texts with one names; None when none does.

    Args:
        texts: city, address, region or the like, the surest first.
        own: the owner's places by folded name; they come before the built-in ones.

    A text names a place outright (杭州, 杭州市, Hangzhou), as the city within an address
    (浙江省杭州市文三路1号), or begins with its province. A city in a street's name counts not.

    >>> [placed([text], {}).name for text in ("杭州市", "长沙市北京路1号", "吉林省长春市", "浙江")]
    ['杭州', '长沙', '长春', '杭州']
    >>> placed([None, "Atlantis"], {}) is None
    True
    """
    known = {**atlas(), **own}
    for text in texts:
        plain = fold(text) if text else ""
        if plain and (found := _outright(plain, known) or _within(plain, known)):
            return found
    return None


def _outright(plain: str, known: Mapping[str, Place]) -> Place | None:
    for suffix in (
        "",
        "市",
        "省",
        "壮族自治区",
        "回族自治区",
        "维吾尔自治区",
        "自治区",
        "特别行政区",
    ):
        if plain.endswith(suffix) and (found := known.get(plain.removesuffix(suffix))):
            return found
    return None


def _within(plain: str, known: Mapping[str, Place]) -> Place | None:
    """The city nearest to the start that stands before 市, else the name that the text begins with."""
    cities = [(plain.find(name + "市"), name) for name in known if name + "市" in plain]
    if cities:
        return known[min(cities)[1]]
    begins = [name for name in known if not name.isascii() and plain.startswith(name)]
    return known[max(begins, key=len)] if begins else None


def distance_km(one: Sequence[Place], other: Sequence[Place]) -> NDArray[np.float64]:
    """Great-circle distances [km], (len(one), len(other)).

    By the haversine formula (Sinnott, Sky and Telescope 68, 1984) on a sphere of the Earth's
    mean radius; within 0.6 % of the ellipsoid.

    >>> distance_km([atlas()["北京"]], [atlas()["上海"], atlas()["北京"]]).round().tolist()
    [[1067.0, 0.0]]
    """
    a = np.radians([(p.lat, p.lon) for p in one]).reshape(len(one), 1, 2)
    b = np.radians([(p.lat, p.lon) for p in other]).reshape(1, len(other), 2)
    half = np.sin((b - a) / 2) ** 2
    part = half[..., 0] + np.cos(a[..., 0]) * np.cos(b[..., 0]) * half[..., 1]
    found: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(part, 1.0)))
    return found
