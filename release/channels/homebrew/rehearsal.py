"""A formula of real shape for the rehearsal."""

import re
from collections.abc import Mapping, Sequence

from release.channels.homebrew.settings import HomebrewChannel
from release.channels.published import Build, Published
from release.channels.rehearsed import OTHER_SHA, Held, Rehearsed

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
ELSEWHERE = "//files.example.org/"  # of resources
BINARY = """\
class @CLASS@ < Formula
  desc "Made up"
  homepage "https://github.com/@REPOSITORY@"
  version "@VERSION@"
  license "Apache-2.0"

@SYSTEMS@
  def install
    bin.install "@NAME@"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/@NAME@ --version")
  end
end
"""
SYSTEMS = {"darwin": "macos", "linux": "linux"}
MACHINES = {"arm64": "arm", "amd64": "intel"}


def class_name(name: str) -> str:
    """``my-tool`` as Homebrew's class: ``MyTool``."""
    return re.sub(r"(?:^|[-_.])(\w)", lambda match: match[1].upper(), name)


class RehearsedFormula(Rehearsed[HomebrewChannel]):
    """A tap with one formula of the product."""

    def files(self, channel: HomebrewChannel, made: Published) -> dict[str, bytes]:
        """``Formula/kekkai.rb``."""
        builds = [one for one in made.builds(*SYSTEMS) if one.machine in {None, *MACHINES}]
        text = BINARY.replace("@SYSTEMS@", _systems(builds)) if builds else FORMULA
        text = text.replace("@NAME@", made.name).replace("@CLASS@", class_name(made.name))
        text = text.replace("@VERSION@", made.version)
        text = text.replace("@REPOSITORY@", made.repository).replace("@SERVER@", made.server)
        text = text.replace("@URL@", made.source_url).replace("@SHA@", made.source_sha256)
        return {path: text.encode() for path in channel.paths[:1]}

    def other_files(self, version: str) -> dict[str, bytes]:
        """``Formula/other.rb``."""
        url = f"https://example.org/other-{version}.zip"
        ruby = f'class Other < Formula\n  url "{url}"\n  sha256 "{OTHER_SHA}"\nend\n'
        return {"Formula/other.rb": ruby.encode()}

    def message(self, name: str, version: str) -> str:
        """As this tap writes it."""
        return f"chore: bump {name} to v{version}"

    def held(self, channel: HomebrewChannel, files: Mapping[str, str]) -> Held | None:
        """By patterns of the template above; the version stands in the URL alone."""
        text = files[channel.paths[0]]
        pairs = re.findall(r'^ +url "([^"]*)"\n +sha256 "([^"]*)"', text, re.MULTILINE)
        return Held(_first(r'^  version "([^"]*)"', text), tuple(pair for pair in pairs if ELSEWHERE not in pair[0]))


def _systems(builds: Sequence[Build]) -> str:
    """A block for each system, and in it one for each processor."""
    blocks = []
    for system, word in SYSTEMS.items():
        own = [one for one in builds if one.system == system]
        pairs = "".join(_pair(one) for one in own)
        blocks += [f"  on_{word} do\n{pairs}  end\n\n"] if own else []
    return "".join(blocks).rstrip("\n") + "\n"


def _pair(build: Build) -> str:
    """URL and checksum of a system, in a block of their own where they are of one processor."""
    pad = "    " if build.machine is None else "      "
    pair = f'{pad}url "{build.url}"\n{pad}sha256 "{build.sha256}"\n'
    return pair if build.machine is None else f"    on_{MACHINES[build.machine]} do\n{pair}    end\n"


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1] if match else ""
