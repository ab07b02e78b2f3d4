"""What the targets hold: formula, manifest and package of real shape, at any version."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from release.settings import Channel

OTHER_SHA = "5f3c1f6b" * 8


@dataclass(frozen=True)
class Published:
    """A version with where its files are.

    Attributes:
        server: the stand-in's own address.
        artifacts: every artifact of the configuration by name, its URL and checksum.
    """

    name: str
    repository: str
    server: str
    version: str
    source_url: str
    source_sha256: str
    wheel_url: str
    wheel_sha256: str
    artifacts: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, artifact: str | None) -> Self:
        """The same, with ``artifact`` as the only file there is."""
        if artifact is None or artifact not in self.artifacts:
            return self
        url, sha256 = self.artifacts[artifact]
        return replace(self, source_url=url, source_sha256=sha256, wheel_url=url, wheel_sha256=sha256)


FORMULA = """\
# typed: strict
# frozen_string_literal: true

# Installs @NAME@ from its source tarball.
class @CLASS@ < Formula
  include Language::Python::Virtualenv

  desc "Security scanner that guards what you ship"
  homepage "https://github.com/@REPOSITORY@"
  url "@URL@"
  sha256 "@SHA@" # of the source tarball
  license "Apache-2.0"
  head "@SERVER@/@REPOSITORY@.git", branch: "main"

  livecheck do
    url :stable
    strategy :github_latest
  end

  depends_on "python@3.12"

  resource "rich" do
    url "https://files.example.org/packages/source/r/rich/rich-13.9.4.tar.gz"
    sha256 "439594978a49a09530cff7ebc4b5c7103ef57baf48d5ea3184f21d9a2befa098"
  end

  def install
    virtualenv_install_with_resources
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/@NAME@ --version")
  end
end
"""


def class_name(name: str) -> str:
    """``my-tool`` as Homebrew's class: ``MyTool``."""
    return re.sub(r"(?:^|[-_.])(\w)", lambda match: match[1].upper(), name)


def formula(made: Published) -> bytes:
    """``Formula/kekkai.rb``."""
    text = FORMULA.replace("@NAME@", made.name).replace("@CLASS@", class_name(made.name))
    text = text.replace("@REPOSITORY@", made.repository).replace("@SERVER@", made.server)
    return text.replace("@URL@", made.source_url).replace("@SHA@", made.source_sha256).encode()


def manifest(made: Published) -> bytes:
    """``bucket/kekkai.json``; its installer repeats the versioned URL."""
    template = f"https://github.com/{made.repository}/releases/download/v$version/{made.name}-$version-py3-none-any.whl"
    value = {
        "version": made.version,
        "description": "Security scanner that guards what you ship",
        "homepage": f"https://github.com/{made.repository}",
        "license": "Apache-2.0",
        "suggest": {"Python": "python"},
        "url": made.wheel_url,
        "hash": made.wheel_sha256,
        "installer": {"script": [f'python -m pip install --target "$dir\\lib" "{made.wheel_url}"']},
        "bin": f"{made.name}.ps1",
        "checkver": {"github": f"https://github.com/{made.repository}"},
        "autoupdate": {"url": template},
    }
    return (json.dumps(value, indent=4, ensure_ascii=False) + "\n").encode()


def choco_version(version: str) -> str:
    """``1.0.0-rc.1`` as Chocolatey's gallery takes it: ``1.0.0-rc1``."""
    core, _, pre = version.partition("+")[0].partition("-")
    return f"{core}-{pre.replace('.', '')}" if pre else core


def nuspec(made: Published) -> bytes:
    """``kekkai/kekkai.nuspec``."""
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<!-- The version is set by the release automation. -->
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">
  <metadata>
    <id>{made.name}</id>
    <version>{choco_version(made.version)}</version>
    <title>{made.name.capitalize()}</title>
    <authors>Kademos Labs</authors>
    <projectUrl>https://github.com/{made.repository}</projectUrl>
    <tags>security scanner cli</tags>
    <description>Security scanner that guards what you ship.</description>
    <dependencies>
      <dependency id="python3" version="3.11.0" />
    </dependencies>
  </metadata>
  <files>
    <file src="tools\\**" target="tools" />
  </files>
</package>
""".replace("\n", "\r\n").encode("utf-8-sig")


def install_script(made: Published) -> bytes:
    """``kekkai/tools/chocolateyinstall.ps1``, with BOM and CRLF."""
    return f"""\
$ErrorActionPreference = 'Stop'

$toolsDir     = "$(Split-Path -Parent $MyInvocation.MyCommand.Definition)"
$url          = '{made.wheel_url}'
$checksum     = '{made.wheel_sha256}'
$checksumType = 'sha256'
$wheel        = Join-Path $toolsDir ($url -split '/')[-1]

Get-ChocolateyWebFile -PackageName $env:ChocolateyPackageName -FileFullPath $wheel `
  -Url $url -Checksum $checksum -ChecksumType $checksumType
python -m pip install --upgrade $wheel
""".replace("\n", "\r\n").encode("utf-8-sig")


def channel_files(kind: str, made: Published, paths: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Path -> content of the files that make users of a channel get this version.

    Args:
        kind: ``homebrew``, ``scoop`` or ``choco``; every other kind has no files.
        made: the version.
        paths: where the files are; without them where Kekkai's are.
    """
    name = made.name
    if kind == "homebrew":
        return {(paths or (f"Formula/{name}.rb",))[0]: formula(made)}
    if kind == "scoop":
        return {(paths or (f"bucket/{name}.json",))[0]: manifest(made)}
    found = paths or (f"{name}/{name}.nuspec", f"{name}/tools/chocolateyinstall.ps1")
    render = {"nuspec": nuspec, "ps1": install_script}
    return {path: render[path.rsplit(".", 1)[-1]](made) for path in found if kind == "choco"}


def package_files(channel: Channel, made: Published) -> dict[str, bytes]:
    """The files of a configured channel."""
    return channel_files(channel.kind, made.of(channel.artifact), channel.paths)


def other_files(kind: str, version: str) -> dict[str, bytes]:
    """Path -> content of another package in the same repository."""
    url = f"https://example.org/other-{version}.zip"
    ruby = f'class Other < Formula\n  url "{url}"\n  sha256 "{OTHER_SHA}"\nend\n'
    spec = f"<package><metadata><id>other</id><version>{version}</version></metadata></package>\n"
    scoop = json.dumps({"version": version, "url": url, "hash": OTHER_SHA}, indent=4) + "\n"
    paths = {"homebrew": "Formula/other.rb", "scoop": "bucket/other.json"}
    texts = {"homebrew": ruby, "scoop": scoop}
    return {paths.get(kind, "other/other.nuspec"): texts.get(kind, spec).encode()}
