"""A release of a configuration against the stand-in, by real tasks, without what comes after it."""

from collections.abc import Mapping
from pathlib import Path

from release.rehearsal import StandIn
from release.rehearsal.play.script import release, variables_of
from release.rehearsal.play.steps import Rehearsal
from release.rehearsal.play.versions import versions_after
from release.rehearsal.real import Real


def rehearsed(text: str, place: Path, receivers: Mapping[str, Mapping[str, bytes]] | None = None) -> list[str]:
    """What did not go as it should.

    Args:
        text: ``invoke.yaml``.
        place: an empty folder.
        receivers: target -> path -> content of the workflows by which it hears; else the stand-in has some.
    """
    (place / "invoke.yaml").write_text(text, "utf-8")
    said, versions, real = list[str](), versions_after([]), Real(folders=receivers or {})
    with StandIn(
        place / "standin",
        project=place,
        receiver="update",
        real=real,
        run_delay=0.02,
        run_time=0.04,
    ) as standin:
        play = Rehearsal(standin, said.append, variables_of(place, {}, standin), versions)
        release(play, versions.good)
        return [*play.wrong, *standin.world.errors]
