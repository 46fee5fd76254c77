"""What an engine is: a way to run one function on many parts, here or on other machines.

A part is any value that can be pickled, such as a tuple of polars frames; the function is one
of a module (the workers have the same version of this program installed), with what all parts
share bound by `functools.partial`. Engines keep the order of the parts.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol, TypeVar

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Part = TypeVar("Part")
Made = TypeVar("Made")
NAMES = ("local", "dask", "spark")


class Engine(Protocol):
    """`workers` is how many parts it works on at a time."""

    workers: int

    def map(self, function: Callable[[Part], Made], parts: Sequence[Part]) -> list[Made]: ...


class Local:
    """This process, one part after another: memory stays that of one part."""

    workers = 1

    def map(self, function: Callable[[Part], Made], parts: Sequence[Part]) -> list[Made]:
        return [function(part) for part in parts]


def engine(name: str, address: str | None) -> AbstractContextManager[Engine]:
    """The engine of that name, connected while the context lasts.

    Args:
        name: local, dask or spark.
        address: of the scheduler: tcp://host:8786 for dask; spark://host:7077, yarn or local[2].

    Raises:
        ScmError: there is no such engine, or it lacks its address (exit 2).
    """
    if name not in NAMES:
        raise ScmError(
            "there is no engine {name}",
            hint="Use {names}.",
            exit_code=Exit.USAGE,
            name=name,
            names=", ".join(NAMES),
        )
    if name == "local":
        return nullcontext(Local())
    if not address:
        raise ScmError(
            "--engine {name} needs --address",
            hint="Name its scheduler: tcp://host:8786 (dask), spark://host:7077 or local[2] (spark).",
            exit_code=Exit.USAGE,
            name=name,
        )
    if name == "dask":
        from scm_cli.engines.dask_engine import Dask

        return Dask(address)
    from scm_cli.engines.spark_engine import Spark

    return Spark(address)
