"""A fault hits the channel that it names and no other, and whoever reads that channel can notice it."""

import os
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from release.channels.settings import read_settings
from release.errors import InputError
from release.rehearsal import KINDS, StandIn
from release.rehearsal.play.command import parse_faults
from release.rehearsal.play.expected import faults_of
from release.rehearsal.play.proof import prove
from release.rehearsal.play.script import rehearse
from release.rehearsal.receivers import WRONG
from release.rehearsal.seed import read_settings as read_project
from tests.conftest import MakeStandIn

ROOT = Path(__file__).parents[2]
KEKKAI: dict[str, Any] = yaml.safe_load((ROOT / "invoke.yaml").read_text("utf-8"))
ROCKET: dict[str, Any] = yaml.safe_load((ROOT / "tests/data/rehearsal/rocket.yaml").read_text("utf-8"))
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
UNNOTICED = {
    "a formula": (ROCKET, "extract", set()),
    "an image": (ROCKET, "ghcr-io", {"wrong-checksum"}),
    "a manifest": (ROCKET, "validate", set()),
    "a file with a checksum": (ROCKET, "winget", set()),
    "a page without a checksum": (ROCKET, "aur", {"wrong-checksum"}),
    "nothing to read": (ROCKET, "untold", {"stale", "wrong-checksum"}),
    "a package without a feed": (ROCKET, "choco", set()),
    "a package in a feed": (KEKKAI, "choco", {"-moderation"}),
    "a nuspec alone": (SHARED, "beta", {"-moderation", "wrong-checksum"}),
}


@pytest.mark.parametrize(("raw", "channel", "unnoticed"), UNNOTICED.values(), ids=UNNOTICED)
def test_a_channel_has_the_faults_that_can_be_noticed(raw: dict[str, Any], channel: str, unnoticed: set[str]) -> None:
    has = set(faults_of(read_settings(raw).channels[channel]))
    assert set(KINDS) - has | {f"-{one}" for one in has - set(KINDS)} == unnoticed


REFUSED = {
    "no checksum": (KEKKAI, "docker=wrong-checksum"),
    "no feed": (ROCKET, "choco=moderation"),
    "another kind's": (KEKKAI, "scoop=moderation"),
    "nothing to read": (ROCKET, "untold=stale"),
    "unknown": (KEKKAI, "homebrew=nonsense"),
    "none": (KEKKAI, "homebrew"),
}


@pytest.mark.parametrize(("raw", "fault"), REFUSED.values(), ids=REFUSED)
def test_a_fault_that_nobody_would_notice_is_refused(raw: dict[str, Any], fault: str) -> None:
    (channel, _, kind), channels = fault.partition("="), read_settings(raw).channels
    with pytest.raises(InputError) as refused:
        parse_faults([fault], channels)
    assert refused.value.wrong == f"Channel {channel} can have no fault {kind!r}"
    assert refused.value.fix == f"It can have: {', '.join(faults_of(channels[channel]))}."


def test_a_fault_of_an_unknown_channel_is_refused() -> None:
    with pytest.raises(InputError, match="Unknown channel 'winget' in --fault"):
        parse_faults(["winget=lost"], read_settings(KEKKAI).channels)


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


def test_a_nuspec_alone_is_proved_by_its_version(shared: StandIn) -> None:
    for version, right in (("0.0.1", True), ("0.0.2", False)):
        assert [fact.right for fact in prove(shared, version, ("stable", "beta"))] == [right, right]


def test_a_page_has_the_wrong_checksum(shared: StandIn) -> None:
    shared.misbehave("page", "wrong-checksum")
    shared.serve("page", "0.0.2")
    assert shared.pages.texts[shared.pages.local("https://example.org/0.0.2/sums")] == f"{WRONG}\n"


def test_another_package_of_the_same_feed_is_approved(shared: StandIn) -> None:
    shared.misbehave("stable", "moderation")
    for channel in ("stable", "beta"):
        shared.serve(channel, "0.0.2")
    status = {package.id: package.status for package in shared.feed.packages if package.version == "0.0.2"}
    assert status == {"rocket": "Submitted", "rocket-beta": "Approved"}


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
def test_a_release_with_faults_goes_as_it_should(tmp_path: Path) -> None:
    """One channel of a target fails, the other arrives; of one that nobody can read it is known that it was told."""
    channels = {name: SHARED["channels"][name] for name in ("hub", "ghcr", "notes")}
    said, faults = list[str](), {"hub": "unauthorized", "notes": "slow"}
    done = rehearse({**SHARED, "channels": channels}, tmp_path, os.environ, said.append, faults=faults)
    assert done, "\n".join(said)
    assert "    proved  ghcr should be served and is served" in said
    assert "    proved  notes should be sent or served and is sent" in said
    assert read_project(tmp_path / "project").retry.lookup == 4  # although the product's file has no `retry`
