"""The real files of targets in a rehearsal: what is refused, and what becomes of a formula and a manifest."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from release.channels.settings import read_settings
from release.errors import InputError
from release.rehearsal.play.command import rehearse_here
from release.rehearsal.play.proof import prove
from release.rehearsal.play.versions import versions_after
from release.rehearsal.real import read_real
from release.settings import Settings
from tests.conftest import MakeStandIn

PAGE = "https://github.com/acme/rocket"
CONFIGURATION = """\
project: {name: rocket, repository: acme/rocket}
artifacts:
  arm: {asset: "rocket_*_arm64.tar.gz"}
  pages: {url: "https://dl.example.org/{name}/{version}/rocket.zip"}
channels:
  tap: {kind: homebrew, target: acme/tap, event_type: rocket, artifact: arm, token: TAP, file: rocket.rb}
  bucket: {kind: scoop, target: acme/bucket, event_type: rocket, artifact: pages, token: BUCKET, file: rocket.json}
"""
FORMULA = f"""\
class Rocket < Formula
  desc "Fly"
  homepage "{PAGE}"
  version "1.4.2"

  on_arm do
    url "{PAGE}/releases/download/v#{{version}}/rocket_#{{version}}_darwin_arm64.tar.gz"
    sha256 "{"a" * 64}"
  end
  on_intel do
    url "{PAGE}/releases/download/v1.4.2/rocket-all_1.4.2_darwin_amd64.tar.gz"
    sha256 "{"B" * 64}"
  end

  def install
    bin.install "rocket"
  end
end
"""
BY_GIT = f'class Rocket < Formula\n  url "{PAGE}.git", tag: "v1.4.2", revision: "{"a" * 40}"\nend\n'
MANIFEST = '{"version": "1.4.1", "url": "https://dl.example.org/rocket/1.4.1/rocket.zip", "hash": "%s"}\n' % ("c" * 64)
LISTENS = "on: {repository_dispatch: {types: [rocket]}}\njobs: {}\n"


@pytest.fixture
def settings() -> Settings:
    return read_settings(yaml.safe_load(CONFIGURATION))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Checkouts of both targets."""
    files = {"acme/tap/rocket.rb": FORMULA, "acme/bucket/rocket.json": MANIFEST, "acme/tap/.git/config": "secret",
             "acme/tap/.github/workflows/mine.yml": LISTENS, "acme/tap/README.md": PAGE}  # fmt: skip
    for path, text in files.items():
        place = tmp_path / "files" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return tmp_path / "files"


def test_what_they_hold_is_read(folder: Path, settings: Settings) -> None:
    real = read_real(folder, settings)
    assert sorted(real.folders["acme/tap"]) == [".github/workflows/mine.yml", "README.md", "rocket.rb"]
    assert sorted(real.versions) == ["1.4.1", "1.4.2"]
    assert list(real.names) == ["rocket_{version}_darwin_arm64.tar.gz", "rocket-all_{version}_darwin_amd64.tar.gz"]
    assert versions_after(real.versions) == ("1.4.2", "1.4.3", "1.4.4", "1.4.5")


def test_they_are_edited_by_the_real_update(folder: Path, settings: Settings, make_standin: MakeStandIn) -> None:
    (project := folder.parent / "project").mkdir()
    (project / "invoke.yaml").write_text(CONFIGURATION)
    real = read_real(folder, settings)
    standin = make_standin(project=project, real=real, version="1.4.3", receiver="update")
    before = {name: (standin.repository(name).read(file) or b"").decode()
              for name, file in (("tap", "rocket.rb"), ("bucket", "rocket.json"))}  # fmt: skip
    assert "https://" not in before["tap"] + before["bucket"]
    assert [fact.text for fact in prove(standin, "1.4.2", ("tap",)) if not fact.right] == []
    assert [fact.text for fact in prove(standin, "1.4.1", ("bucket",)) if not fact.right] == []
    assert standin.repository("tap").read("README.md") == PAGE.encode()
    assert [path for _, _, path in standin.repository("tap").at().inside(".github/workflows")] == [
        ".github/workflows/mine.yml"  # it listens: none is added
    ]
    assert [one.name for one in standin.release("1.4.3").assets] == [
        "rocket_1.4.3_darwin_arm64.tar.gz", "rocket-all_1.4.3_darwin_amd64.tar.gz"
    ]  # fmt: skip
    made = standin.release("1.4.3").made
    for name, artifact in (("tap", "arm"), ("bucket", "pages")):
        assert standin.receivers.by_update(name, {"version": "1.4.3", "sha256": made.artifacts[artifact][1]}), (
            standin.receiver_log
        )
    assert [fact.text for fact in prove(standin, "1.4.3", ("tap", "bucket")) if not fact.right] == []


def _remove(path: str) -> Callable[[Path], object]:
    return lambda folder: (folder / path).rename(folder / "elsewhere")


def _write(path: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / path).write_text(text, "utf-8")


def _link(folder: Path) -> None:
    (folder / "acme/tap/link.rb").symlink_to("/etc/passwd")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "acme/tap/pipe")


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder of a target": (_remove("acme/bucket"), "Channel bucket: there is no folder"),
    "no file": (_remove("acme/tap/rocket.rb"), "acme/tap has no file rocket.rb"),
    "a link": (_link, "link.rb is a link or no file"),
    "a pipe": (_pipe, "pipe is a link or no file"),
    "no Ruby": (_write("acme/tap/rocket.rb", "class Rocket < Formula\n"), "Channel tap: rocket.rb"),
    "a checkout by git": (
        _write("acme/tap/rocket.rb", BY_GIT), "Channel tap: rocket.rb downloads by git"),
    "no JSON": (_write("acme/bucket/rocket.json", "{"), "Channel bucket: rocket.json"),
    "no version of ours": (
        _write("acme/bucket/rocket.json", MANIFEST.replace('"1.4.1"', '"nightly"')), "Channel bucket: Invalid version"),
    "another address": (
        _write("acme/bucket/rocket.json", MANIFEST.replace("dl.example.org", "evil.example.org")),
        "downloads https://evil.example.org/rocket/1.4.1/rocket.zip, which is neither the product's nor an artifact's"),
}  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are other things there")
@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_rehearsed_is_refused_with_its_reason(
    folder: Path, settings: Settings, change: Callable[[Path], object], said: str
) -> None:
    change(folder)
    with pytest.raises(InputError) as refused:
        read_real(folder, settings)
    assert said in refused.value.wrong


def test_a_folder_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    said = list[str]()
    for given in (str(tmp_path / "none"), ""):
        with pytest.raises(InputError, match=r"--files .*is"):
            rehearse_here(yaml.safe_load(CONFIGURATION), said.append, keep=False, faults=[], files=given)
    assert said == []
