"""What would be run, as far as it can be told without running anything."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from release.channels.proof import Before
from release.prove.before import before_in
from release.prove.plan import plan_proof
from release.records import Served, State
from release.rehearsal import StandIn
from release.repository.history import Held
from release.settings import Environment
from tests.support.sessions import session_at
from tests.support.tools import BREW, Tools


@pytest.mark.skipif(sys.platform == "win32", reason="the package managers in small are POSIX scripts")
@pytest.mark.parametrize(
    ("prereleases", "state"), [("skip", State.SKIPPED), ("publish", State.FAILED)], ids=["kept out", "missing"]
)
def test_a_pre_release_that_is_not_there(standin: StandIn, tmp_path: Path, prereleases: str, state: State) -> None:
    tools = Tools(tmp_path / "tools")
    session = session_at(standin, {"homebrew": {"prereleases": prereleases}})
    on_path = {**session.environment.variables, "PATH": str(tools.add("brew", BREW))}
    session = replace(session, environment=Environment(on_path))
    plan = plan_proof(session, session.settings.channels["homebrew"], "0.0.3-rc.1", tmp_path)
    assert plan.outcome is not None
    assert (plan.outcome.state, plan.proof) == (state, None)
    assert tools.calls == []


def held(*versions: str | None) -> list[Held]:
    return [Held(f"c{place}", Served(one) if one else None, {}) for place, one in enumerate(versions)]


@pytest.mark.parametrize(
    ("history", "before"),
    [
        pytest.param(held("1.0.0", "0.9.0"), Before("0.9.0", "c1"), id="a bump"),
        pytest.param(held("1.0.0", "1.0.0", "0.9.0", "0.9.0"), Before("0.9.0", "c2"), id="edits between"),
        pytest.param(held("1.0.0", "1.1.0", "1.0.0"), Before("1.1.0", "c1", newer=True), id="a rollback"),
        pytest.param(held("1.0.0", None, "0.9.0"), Before("0.9.0", "c2"), id="a commit that cannot be read"),
        pytest.param(held("1.0.0"), None, id="the first version"),
        pytest.param(held("1.1.0", "1.0.0"), None, id="another version is served"),
        pytest.param([], None, id="no history"),
    ],
)
def test_the_version_before(history: list[Held], before: Before | None) -> None:
    assert before_in(history, "1.0.0") == before
