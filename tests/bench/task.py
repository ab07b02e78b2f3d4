"""The task ``bench``, which only a checkout of this project has; what it needs is imported when it runs."""

from collections.abc import Sequence

from invoke.context import Context
from invoke.tasks import task


@task(
    auto_shortflags=False,
    iterable=["only"],
    help={
        "only": "PART, only this one: start, curl, hashing, growth, limits, history; repeatable",
        "quick": "one run of smaller things, to see that it works",
        "markdown": "FILE for the table",
        "plot": "FILE for the picture (SVG)",
        "picture": "FILE for a picture of a rehearsal (SVG) instead",
    },
)
def bench(
    _context: Context,
    only: Sequence[str] | None = None,
    quick: bool = False,  # noqa: FBT001, FBT002 - a flag of Invoke's is a parameter
    markdown: str = "",
    plot: str = "",
    picture: str = "",
) -> None:
    """Measure this project against the commands that a user would use instead."""
    from tests.bench.command import bench as measure  # noqa: PLC0415 - only when it runs

    measure(only or (), quick=quick, markdown=markdown, plot=plot, picture=picture)
