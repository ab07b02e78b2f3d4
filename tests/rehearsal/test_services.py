"""Git over HTTP, the registry and the feed."""

import hashlib
import os
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests

from release.rehearsal import StandIn
from release.rehearsal.servers.registry import INDEX, KINDS

IMAGE = "kademoslabs/kekkai"
DATA = "{http://schemas.microsoft.com/ado/2007/08/dataservices}"


def git(standin: StandIn, *arguments: str, cwd: Path, token: str | None = None) -> "subprocess.CompletedProcess[str]":
    variables = {**os.environ, **standin.environment}
    if token:
        value = b64encode(f"x-access-token:{token}".encode()).decode()
        variables |= {
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"http.{standin.server_url}/.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {value}",
        }  # fmt: skip
    who = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=cwd, env=variables, capture_output=True, text=True, check=False
    )


def clone(standin: StandIn, tmp_path: Path) -> Path:
    done = git(standin, "clone", f"{standin.server_url}/kademoslabs/homebrew-tap.git", "tap", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "tap" / "NEW").write_bytes(os.urandom(2_000_000))  # large enough to be sent in chunks
    git(standin, "add", "NEW", cwd=tmp_path / "tap")
    git(standin, "commit", "-m", "Something new", cwd=tmp_path / "tap")
    return tmp_path / "tap"


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
def test_clone_commit_and_push(standin: StandIn, tmp_path: Path) -> None:
    tap = clone(standin, tmp_path)
    done = git(standin, "push", "origin", "main", cwd=tap, token=standin.token("TAP_REPO_TOKEN").value)
    assert done.returncode == 0, done.stderr
    assert standin.repository("homebrew").read("NEW") == (tap / "NEW").read_bytes()


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
@pytest.mark.parametrize(
    ("token", "said"),
    [
        pytest.param(None, "could not read Username", id="no token"),
        pytest.param("nonsense", "could not read Username", id="unknown token"),
        pytest.param("SCOOP_REPO_TOKEN", "403", id="another channel's token"),
    ],
)
def test_pushes_refused(standin: StandIn, tmp_path: Path, token: str | None, said: str) -> None:
    tap = clone(standin, tmp_path)
    value = standin.environment.get(token, token) if token else None
    done = git(standin, "push", "origin", "main", cwd=tap, token=value)
    assert (done.returncode != 0, said in done.stderr or done.stderr) == (True, True)
    assert standin.repository("homebrew").read("NEW") is None


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
def test_a_protected_branch_refuses_and_another_takes_the_push(standin: StandIn, tmp_path: Path) -> None:
    standin.repository("homebrew").protect("main")
    tap, token = clone(standin, tmp_path), standin.token("TAP_REPO_TOKEN").value
    done = git(standin, "push", "origin", "main", cwd=tap, token=token)
    assert "GH006: Protected branch update failed for refs/heads/main" in done.stderr
    assert git(standin, "push", "origin", "HEAD:bump", cwd=tap, token=token).returncode == 0
    assert standin.repository("homebrew").read("NEW", "bump") is not None
    answer = requests.get(f"{standin.api_url}/repos/kademoslabs/homebrew-tap/branches/main", timeout=5)
    assert answer.json()["protected"] is True


@pytest.mark.services
@pytest.mark.usefixtures("git_over_http")
def test_a_race_is_lost_once(standin: StandIn, tmp_path: Path) -> None:
    standin.repository("homebrew").races.append(("Somebody else", {"OTHER": b"1\n"}))
    tap, token = clone(standin, tmp_path), standin.token("TAP_REPO_TOKEN").value
    first = git(standin, "push", "origin", "main", cwd=tap, token=token)
    assert first.returncode != 0
    git(standin, "pull", "--rebase", "origin", "main", cwd=tap)
    again = git(standin, "push", "origin", "main", cwd=tap, token=token)
    assert again.returncode == 0, again.stderr


def registry_token(standin: StandIn, actions: str, **more: Any) -> dict[str, str]:  # noqa: ANN401 - requests' own keywords
    query = {"service": "stand-in", "scope": f"repository:{IMAGE}:{actions}"}
    token = requests.get(f"{standin.registry_url}/token", params=query, timeout=5, **more).json()["token"]
    return {"Authorization": f"Bearer {token}", "Accept": ", ".join(KINDS)}


def test_the_registry_asks_for_a_token_and_says_where(standin: StandIn) -> None:
    answer = requests.head(f"{standin.registry_url}/v2/{IMAGE}/manifests/0.0.1", timeout=5)
    assert answer.status_code == 401
    challenge = answer.headers["Www-Authenticate"]
    assert f'realm="{standin.registry_url}/token"' in challenge
    assert f'scope="repository:{IMAGE}:pull"' in challenge


def test_a_manifest_is_an_index_with_its_digest(standin: StandIn) -> None:
    url, headers = f"{standin.registry_url}/v2/{IMAGE}/manifests", registry_token(standin, "pull")
    got = requests.get(f"{url}/0.0.1", headers=headers, timeout=5)
    assert got.headers["Content-Type"] == INDEX
    assert got.headers["Docker-Content-Digest"] == f"sha256:{hashlib.sha256(got.content).hexdigest()}"
    assert len(got.json()["manifests"]) == 2
    head = requests.head(f"{url}/latest", headers=headers, timeout=5)
    assert head.headers["Docker-Content-Digest"] == got.headers["Docker-Content-Digest"]
    plain = requests.get(f"{url}/0.0.1", headers={**headers, "Accept": "*/*"}, timeout=5)
    assert plain.status_code == 404


@pytest.mark.parametrize(
    ("login", "immutable", "status"),
    [
        pytest.param(True, False, 201, id="moved"),
        pytest.param(False, False, 401, id="without login"),
        pytest.param(True, True, 403, id="immutable"),
    ],
)
def test_a_tag_is_moved_by_those_who_may(standin: StandIn, login: bool, immutable: bool, status: int) -> None:  # noqa: FBT001 - rows of the table
    if immutable:
        standin.registry.immutable.add("latest")
    user = ("made-up-user", standin.environment["DOCKERHUB_TOKEN"]) if login else None
    url, headers = f"{standin.registry_url}/v2/{IMAGE}/manifests", registry_token(standin, "pull,push", auth=user)
    got = requests.get(f"{url}/0.0.0", headers=headers, timeout=5)
    kind = {"Content-Type": got.headers["Content-Type"]}
    assert requests.put(f"{url}/latest", data=got.content, headers=headers | kind, timeout=5).status_code == status
    moved = standin.registry.digest(IMAGE, "latest") == standin.registry.digest(IMAGE, "0.0.0")
    assert moved == (status == 201)


def test_a_wrong_login_gets_no_token(standin: StandIn) -> None:
    assert requests.get(f"{standin.registry_url}/token", auth=("made-up-user", "no"), timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("status", "approved", "latest"),
    [
        pytest.param("Approved", "true", "true", id="approved"),
        pytest.param("Submitted", "false", "false", id="pending"),
    ],
)
def test_the_feed_tells_a_versions_state(standin: StandIn, status: str, approved: str, latest: str) -> None:
    standin.feed.push("kekkai", "0.0.2", status)
    url = f"{standin.feed_url}/Packages(Id='kekkai',Version='0.0.2')"
    entry = ET.fromstring(requests.get(url, timeout=5).content)  # noqa: S314 - the stand-in's own answer
    found = {name: entry.findtext(f".//{DATA}{name}") for name in ("PackageStatus", "IsApproved", "IsLatestVersion")}
    assert found == {"PackageStatus": status, "IsApproved": approved, "IsLatestVersion": latest}


def test_an_unknown_version_is_404_and_all_are_listed(standin: StandIn) -> None:
    assert requests.get(f"{standin.feed_url}/Packages(Id='kekkai',Version='9.9.9')", timeout=5).status_code == 404
    listed = requests.get(f"{standin.feed_url}/FindPackagesById()", params={"id": "'kekkai'"}, timeout=5).text
    assert listed.count("<entry") == 3
