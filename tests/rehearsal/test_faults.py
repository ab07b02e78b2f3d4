"""A fault hits the channel that it names and no other."""

from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from release.rehearsal import StandIn
from tests.conftest import MakeStandIn

SHARED: dict[str, Any] = yaml.safe_load("""
project: {name: rocket, repository: acme/rocket}
artifacts: {source: {url: "{server}/{repository}/archive/refs/tags/{tag}.tar.gz"}}
channels:
  hub: {kind: docker, target: acme/rocket, workflow: hub.yml, inputs: {tag: "{version}"}, token: A, image: acme/rocket}
  ghcr: {kind: docker, target: acme/rocket, workflow: ghcr.yml, inputs: {tag: "{version}"}, token: A,
         image: ghcr.io/acme/rocket}
  notes: {kind: dispatch, target: acme/site, event_type: rocket, token: B, artifact: source}
  page: {kind: dispatch, target: acme/site, event_type: rocket-page, token: B, artifact: source,
         serves: {url: "https://example.org/{version}/sums", contains: "{sha256}"}}
  stable: {kind: choco, target: acme/pk, event_type: stable, artifact: source, token: C, files: [a/rocket.nuspec],
           feed: "https://community.chocolatey.org/api/v2"}
  beta: {kind: choco, target: acme/pk, event_type: beta, artifact: source, token: C, files: [b/rocket-beta.nuspec],
         feed: "https://community.chocolatey.org/api/v2"}
""")


@pytest.fixture
def shared(make_standin: MakeStandIn, tmp_path: Path) -> StandIn:
    """Every target has two channels."""
    (tmp_path / "invoke.yaml").write_text(yaml.safe_dump(SHARED), "utf-8")
    return make_standin(project=tmp_path)


def tell(standin: StandIn, channel: str) -> int:
    """The status of the channel's dispatch."""
    told = standin.world.channel(channel)
    place = f"actions/workflows/{told.workflow}/dispatches" if told.workflow else "dispatches"
    inputs = {"ref": "main", "inputs": {"tag": "0.0.2"}}
    event = {"event_type": told.event_type, "client_payload": {"version": "0.0.2"}}
    headers = {"Authorization": f"Bearer {standin.token(told.token).value}"}
    url = f"{standin.api_url}/repos/{told.target}/{place}"
    return requests.post(url, json=inputs if told.workflow else event, headers=headers, timeout=5).status_code


@pytest.mark.parametrize(
    ("channel", "other"),
    [
        pytest.param("hub", "ghcr", id="by a workflow"),
        pytest.param("ghcr", "hub", id="by another workflow"),
        pytest.param("notes", "page", id="by an event"),
        pytest.param("page", "notes", id="by a longer event"),
    ],
)
def test_another_channel_of_the_same_target_is_told(shared: StandIn, channel: str, other: str) -> None:
    shared.misbehave(channel, "unauthorized")
    assert (tell(shared, channel), tell(shared, other)) == (401, 204)


def test_another_channel_of_the_same_target_is_heard(shared: StandIn) -> None:
    shared.misbehave("notes", "no-receiver")
    assert (tell(shared, "notes"), tell(shared, "page")) == (204, 204)
    for thread in shared.world.threads:
        thread.join(5)
    assert [run.channel for run in shared.runs] == ["page"]


def test_another_package_of_the_same_feed_is_approved(shared: StandIn) -> None:
    shared.misbehave("stable", "moderation")
    for channel in ("stable", "beta"):
        shared.serve(channel, "0.0.2")
    status = {package.id: package.status for package in shared.feed.packages if package.version == "0.0.2"}
    assert status == {"rocket": "Submitted", "rocket-beta": "Approved"}
