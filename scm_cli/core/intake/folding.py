"""Words of sheets as they are compared: NFKC, lower case, no blanks or punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PUNCTUATION = re.compile(r"[\s_\-./\\:·,，、;#'\"*＊]")


@lru_cache(maxsize=8192)  # the same few hundred words, for each kind of sheet
def folded(header: str) -> str:
    """A header as it is compared.

    >>> folded(" Order No. *"), folded("商品编码＊")
    ('orderno', '商品编码')
    """
    return PUNCTUATION.sub("", unicodedata.normalize("NFKC", header)).lower()
