"""Images of one name in several registries stay several in a rehearsal: each serves and goes back alone."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from release.channels.docker.rehearsal import RehearsedImage
from release.channels.docker.settings import DockerChannel
from release.commands.opening import open_session
from release.records import State
from release.rehearsal import StandIn
from release.rehearsal.places import merge
from release.rollback.rollback import rollback
from release.session import Session
from release.settings import Environment, Settings
from tests.conftest import MakeStandIn

BAD, GOOD = "0.0.2", "0.0.1"
IMAGES = {
    "hub": "acme/rocket",
    "ghcr": "ghcr.io/acme/rocket",
    "quay": "quay.io/acme/rocket",
    "here": "localhost:5000/acme/rocket",
    "port": "localhost:5001/acme/rocket",
}


def channel(name: str, image: str) -> dict[str, Any]:
    inputs = {"tag": "{version}"}
    return {"kind": "docker", "target": "acme/rocket", "workflow": f"{name}.yml", "inputs": inputs, "image": image,
            "token": "GITHUB_TOKEN"}  # fmt: skip


@pytest.fixture
def raw() -> dict[str, Any]:
    channels = {name: channel(name, image) for name, image in IMAGES.items()}
    artifacts = {"source": {"url": "{server}/{repository}/archive/refs/tags/{tag}.tar.gz"}}
    project = {"name": "rocket", "repository": "acme/rocket"}
    return {"project": project, "artifacts": artifacts, "channels": channels}


@pytest.fixture
def standin(make_standin: MakeStandIn, tmp_path: Path, raw: dict[str, Any]) -> StandIn:
    (tmp_path / "invoke.yaml").write_text(yaml.safe_dump(raw, sort_keys=False), "utf-8")
    return make_standin(project=tmp_path)


@pytest.fixture
def session(standin: StandIn, raw: dict[str, Any]) -> Session:
    merged = merge(raw, yaml.safe_load(standin.configuration.read_text("utf-8")))
    return open_session(merged, Environment(standin.environment), lambda _line: None)


def images(settings: Settings) -> dict[str, DockerChannel]:
    return {name: one for name, one in settings.channels.items() if isinstance(one, DockerChannel)}


def digests(session: Session, standin: StandIn, tag: str) -> dict[str, str | None]:
    return {name: standin.registry.digest(one.image, tag) for name, one in images(session.settings).items()}


def test_one_goes_back_alone(standin: StandIn, session: Session) -> None:
    for name in IMAGES:
        standin.serve(name, BAD)
    before = digests(session, standin, "latest")
    [outcome] = rollback(session, [session.settings.channels["quay"]], BAD, GOOD)
    after = digests(session, standin, "latest")
    assert (outcome.state, len({*before.values()})) == (State.SERVED, len(IMAGES))
    assert [name for name in IMAGES if after[name] != before[name]] == ["quay"]


def test_one_is_told_alone(standin: StandIn, session: Session) -> None:
    standin.serve("quay", BAD)
    assert [name for name, digest in digests(session, standin, BAD).items() if digest] == ["quay"]


def test_each_is_proved_by_the_name_that_users_write(standin: StandIn) -> None:
    facts = [RehearsedImage().prove(standin, one, GOOD) for one in images(standin.world.settings).values()]
    said = [(fact.right, fact.text.split()[1]) for several in facts for fact in several]
    assert said == [(True, f"{image}:latest") for image in IMAGES.values()]
