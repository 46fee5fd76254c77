"""What a row without a document number says, as a short digest: so that it is taken once.

Forms that staff fill in carry no numbers. The same row in a file that was renamed, saved anew
or grown by further rows has the same digest; two equal rows in one file are told apart by
their count.
"""

from __future__ import annotations

import hashlib

import polars as pl

from scm_cli.core.records.catalog import sheet


def row_digests(kind: str, frame: pl.DataFrame) -> list[str]:
    """One digest (24 hexadecimal digits) per row of a sheet of that kind.

    >>> rows = pl.DataFrame({"partner": ["C1", "C1"], "amount": ["5", "5"]})
    >>> len(set(row_digests("payments", rows))), row_digests("payments", rows)[0]
    (2, '...')
    """
    names = [n for n in (*sheet(kind).columns, "cell_unit") if n in frame.columns]
    parts = [
        pl.when(pl.col(n).is_not_null()).then(pl.concat_str(pl.lit(f"{n}="), pl.col(n).cast(str)))
        for n in names
    ]
    said = frame.select(pl.concat_str([pl.lit(kind), *parts], separator="\x1f", ignore_nulls=True))
    texts = said.to_series().alias("said").to_frame()
    texts = texts.with_columns(pl.int_range(pl.len()).over("said").alias("nth"))
    return [
        hashlib.blake2b(f"{text}#{nth}".encode(), digest_size=12).hexdigest()
        for text, nth in texts.iter_rows()
    ]
