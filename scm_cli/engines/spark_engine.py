"""Planning on Spark, extra `spark`: parts travel as pickles, so no pandas or pyarrow is needed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from scm_cli.engines.extra import required

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from scm_cli.engines.protocol import Made, Part


class Spark:
    """A Spark context of the master at `address` (spark://, yarn, k8s:// or local[2])."""

    def __init__(self, address: str) -> None:
        pyspark = required("pyspark", "spark")
        settings = pyspark.SparkConf().setMaster(address).setAppName("scm")
        settings.set("spark.ui.enabled", "false")
        self._context: Any = pyspark.SparkContext.getOrCreate(settings)
        self._context.setLogLevel("ERROR")
        if address.startswith("local"):
            self._context.pythonExec = sys.executable  # else whichever python3 comes first
        self.workers = max(1, int(self._context.defaultParallelism))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._context.stop()

    def map(self, function: Callable[[Part], Made], parts: Sequence[Part]) -> list[Made]:
        shared = self._context.broadcast(function)

        def applied(part: Part) -> Made:
            made: Made = shared.value(part)
            return made

        found: list[Made] = (
            self._context.parallelize(parts, max(1, len(parts))).map(applied).collect()
        )
        return found
