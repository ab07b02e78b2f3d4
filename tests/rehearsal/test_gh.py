"""The official ``gh`` command line talks to the stand-in as it talks to GitHub."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from release.rehearsal import DEFAULT_TOKENS, StandIn

pytestmark = pytest.mark.services
Gh = Callable[..., Any]


@pytest.fixture
def gh(standin: StandIn, tmp_path: Path, need: Callable[..., None]) -> Gh:
    need("gh")

    def call(path: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON is of any type
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(tmp_path), "GH_CONFIG_DIR": str(tmp_path / "gh"),
            "GH_HOST": urlsplit(standin.api_url).netloc, "GH_ENTERPRISE_TOKEN": DEFAULT_TOKENS["TAP_REPO_TOKEN"],
            "NO_PROXY": "*",
        }  # fmt: skip
        command = ["gh", "api", f"{standin.api_url}/repos/kademoslabs/{path}", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    return call


def test_release_is_read_with_its_assets(gh: Gh) -> None:
    release = gh("kekkai/releases/tags/v0.0.2")
    assert release["tag_name"] == "v0.0.2"
    assert release["assets"][0]["digest"].startswith("sha256:")


def test_dispatch_is_accepted_and_its_run_is_shown(gh: Gh, standin: StandIn) -> None:
    payload = ("-F", "client_payload[version]=0.0.2", "-F", f"client_payload[sha256]={'0' * 64}")
    assert gh("homebrew-tap/dispatches", "-X", "POST", "-f", "event_type=kekkai-release", *payload) is None
    assert [told.repository for told in standin.dispatches] == ["kademoslabs/homebrew-tap"]
    assert "workflow_runs" in gh("homebrew-tap/actions/runs?event=repository_dispatch")


def test_file_of_a_repository_is_read_raw_and_in_base64(gh: Gh) -> None:
    assert gh("homebrew-tap/contents/Formula/kekkai.rb")["encoding"] == "base64"
    names = [entry["name"] for entry in gh("homebrew-tap/contents/Formula")]
    assert "kekkai.rb" in names
