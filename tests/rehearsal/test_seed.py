"""How the stand-in's world begins: the targets listen with the receivers that their kinds really have."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from release.rehearsal import StandIn
from release.rehearsal.seed import FOLDER
from release.settings import Channel
from tests.conftest import MakeStandIn

ROOT = Path(__file__).parents[2]
KEKKAI = (ROOT / "invoke.yaml").read_text("utf-8")
NAMED = KEKKAI.replace("  homebrew:\n", "  tap:\n").replace("  docker:\n", "  hub:\n")
ROCKET = (ROOT / "tests/data/rehearsal/rocket.yaml").read_text("utf-8")
CASES = {
    "called by their kinds": (KEKKAI, 4),
    "of other names": (NAMED, 4),
    "another product": (ROCKET, 4),
}


def loaded(text: bytes | None) -> Any:  # noqa: ANN401 - YAML of any shape
    return yaml.load(text or b"", Loader=yaml.BaseLoader)  # noqa: S506 - texts, lists and tables only


def receiver(standin: StandIn, channel: Channel) -> Any:  # noqa: ANN401 - YAML of any shape
    repository = standin.repository(channel.name)
    found = {path: loaded(repository.read(path)) for _, _, path in repository.at().inside(FOLDER)}
    if channel.workflow:
        return found[f"{FOLDER}/{channel.workflow}"]
    told = [one["on"].get("repository_dispatch", {}).get("types", []) for one in found.values()]
    return list(found.values())[told.index([channel.event_type])]


@pytest.mark.parametrize(("text", "calling"), CASES.values(), ids=CASES)
def test_targets_listen_with_the_workflows_that_there_are(
    make_standin: MakeStandIn, tmp_path: Path, text: str, calling: int
) -> None:
    (tmp_path / "invoke.yaml").write_text(text, "utf-8")
    standin, called = make_standin(project=tmp_path), []
    for channel in standin.world.settings.channels.values():
        made = receiver(standin, channel)
        job = made["jobs"]["receive"]
        assert set(made["on"].get("workflow_dispatch", {}).get("inputs", {})) == set(channel.inputs)
        if "uses" in job:
            called.append(job["uses"].partition("@")[0].rpartition("/")[2])
            on = loaded((ROOT / FOLDER / called[-1]).read_bytes())["on"]
            assert set(job["with"]) <= set(on["workflow_call"]["inputs"])
            assert job["with"]["channel"] == channel.name
    assert len(called) == calling
