"""An image really pulled from a real registry by its digest, and really run without a network, by buildah."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from release.rehearsal import StandIn
from release.rehearsal.processes import Done
from tests.support.cli import invoke
from tests.support.registries import real_registry

pytestmark = pytest.mark.services
IMAGE = "kademoslabs/kekkai"
PROGRAM = """#!/bin/sh
text='kekkai {version}'
while read name rest; do case $name in *:) text="$text
$name";; esac; done < /proc/net/dev
echo "$text"
"""


@pytest.fixture
def registry(tmp_path: Path, need: Callable[..., None]) -> Iterator[str]:
    """A real registry that serves 0.0.2, an image that prints its version."""
    need("docker-registry", "skopeo", "buildah", "ldd")
    if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to take the network away from a process")
    with real_registry(tmp_path) as url:
        host = url.removeprefix("http://")
        for version, printed in (("0.0.2", "0.0.2"), ("0.0.3", "0.0.2")):
            push_program(tmp_path / version, f"{host}/{IMAGE}:{version}", printed)
        yield url


def push_program(folder: Path, image: str, version: str) -> None:
    """Build an image of one program and a shell, and push it."""
    (folder / "bin").mkdir(parents=True)
    shell = str(Path("/bin/sh").resolve())
    needs = subprocess.run(["ldd", shell], check=True, capture_output=True, text=True).stdout
    for library in re.findall(r"(/\S+) \(0x", needs):
        (folder / library[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, folder / library[1:])
    shutil.copy(shell, folder / "bin/sh")
    (folder / "bin/kekkai").write_text(PROGRAM.format(version=version))
    (folder / "bin/kekkai").chmod(0o755)
    storage = ["--storage-driver", "vfs", "--root", f"{folder}-storage", "--runroot", f"{folder}-run"]

    def buildah(*arguments: str) -> None:
        subprocess.run(["buildah", *storage, *arguments], check=True, capture_output=True)

    buildah("from", "--name", "made", "scratch")
    buildah("copy", "made", str(folder), "/")
    buildah("config", "--env", "PATH=/bin", "made")
    buildah("commit", "--tls-verify=false", "made", f"docker://{image}")
    buildah("rm", "made")


def prove(standin: StandIn, registry: str, tmp_path: Path, version: str) -> Done:
    """With nothing but buildah on PATH, whatever else this machine has."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("buildah", "unshare", "true", "git"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    file = tmp_path / "registry.yaml"
    file.write_text(f"channels: {{docker: {{registry: '{registry}'}}}}\n", "utf-8")
    configuration = {"INVOKE_RUNTIME_CONFIG": str(file), "PATH": str(tools)}
    return invoke(standin, "prove.docker", "--version", version, "--yes", "--json", **configuration)


def test_the_digest_that_was_read_is_pulled_and_run(standin: StandIn, registry: str, tmp_path: Path) -> None:
    done = prove(standin, registry, tmp_path, "0.0.2")
    (one,) = json.loads(done.out)["channels"]
    assert (done.code, one["state"]) == (0, "installed"), one
    assert f"/{IMAGE}@{one['serves']['digest']}\n" in done.err
    assert one["next"] is None


def test_an_image_of_another_version_is_found_out(standin: StandIn, registry: str, tmp_path: Path) -> None:
    done = prove(standin, registry, tmp_path, "0.0.3")
    (one,) = json.loads(done.out)["channels"]
    assert (done.code, one["state"]) == (1, "failed"), done
    assert "does not print 0.0.3: kekkai 0.0.2" in one["reason"], done
    assert one["reason"].endswith("kekkai 0.0.2 | lo:"), "the loopback interface is the only one"
