"""A package of real shape for the rehearsal, and its way through the feed."""

import re
from collections.abc import Mapping

from release.channels.choco.settings import ChocoChannel
from release.channels.published import Build, Published
from release.channels.rehearsed import WRONG_CHECKSUM, Held, Misbehaviour, Rehearsed, Services


class RehearsedPackage(Rehearsed[ChocoChannel]):
    """A repository of packages, and the community feed."""

    misbehaviours: Mapping[str, Misbehaviour] = {
        "moderation": Misbehaviour("the version stays in Chocolatey's moderation", 0, ("pending",)),
    }

    def files(self, channel: ChocoChannel, made: Published) -> dict[str, bytes]:
        """``kekkai/kekkai.nuspec`` and ``kekkai/tools/chocolateyinstall.ps1``."""
        render = {"nuspec": _nuspec, "ps1": _install_script}
        found = {path: path.rsplit(".", 1)[-1].lower() for path in channel.paths}
        return {path: render[suffix](made) for path, suffix in found.items() if suffix in render}

    def other_files(self, version: str) -> dict[str, bytes]:
        """``other/other.nuspec``."""
        spec = f"<package><metadata><id>other</id><version>{version}</version></metadata></package>\n"
        return {"other/other.nuspec": spec.encode()}

    def message(self, name: str, version: str) -> str:
        """As the packages' own updater writes it."""
        return f"{name}: update to {version}"

    def held(self, channel: ChocoChannel, files: Mapping[str, str]) -> Held | None:
        """By patterns of the templates below."""
        del channel
        nuspec = next((text for path, text in files.items() if path.lower().endswith(".nuspec")), "")
        script = next((text for path, text in files.items() if path.lower().endswith(".ps1")), "")
        urls, sums = (re.findall(rf"(?m)^[ $]*{word}\w*\s*= '([^']*)'", script) for word in ("url", "checksum(?!Type)"))
        return Held(_first(r"<version>([^<]*)<", nuspec), tuple(zip(urls, sums, strict=False)))

    def native_version(self, version: str) -> str:
        """``1.0.0-rc.1`` as the gallery takes it: ``1.0.0-rc1``."""
        return choco_version(version)

    def publish(self, services: Services, channel: ChocoChannel, made: Published, *, latest: bool, seed: bool) -> None:
        """The version arrives in the feed."""
        del latest
        if channel.feed:
            services.feed.push(_name_of(channel), choco_version(made.version), "Approved" if seed else None)

    def notices(self, channel: ChocoChannel, fault: str) -> bool:
        """A wrong checksum in the files beside the nuspec, which has none; moderation in a feed."""
        can = {WRONG_CHECKSUM: len(channel.paths) > 1, "moderation": channel.feed is not None}
        return can.get(fault, True)

    def misbehave(self, services: Services, channel: ChocoChannel, name: str) -> None:
        """The feed moderates what arrives of this package."""
        del name
        services.feed.moderated.add(_name_of(channel))

    def places(self, channel: ChocoChannel, services: Services) -> dict[str, object]:
        """The feed, where one is configured."""
        return {"feed": f"{services.feed.url}/api/v2"} if channel.feed else {}


def _name_of(channel: ChocoChannel) -> str:
    """The package's id: the name of its nuspec."""
    found = next((path for path in channel.paths if path.lower().endswith(".nuspec")), channel.name)
    return found.rsplit("/", 1)[-1].rpartition(".")[0] or found


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1] if match else ""


def choco_version(version: str) -> str:
    """``1.0.0-rc.1`` as Chocolatey's gallery takes it: ``1.0.0-rc1``."""
    core, _, pre = version.partition("+")[0].partition("-")
    return f"{core}-{pre.replace('.', '')}" if pre else core


def _nuspec(made: Published) -> bytes:
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


def _install_script(made: Published) -> bytes:
    """``kekkai/tools/chocolateyinstall.ps1``, with BOM and CRLF: of a wheel, or of a file for each kind of Windows."""
    ways = {"386": "", "amd64": "64"}
    builds = {ways[one.machine]: one for one in made.builds("windows") if one.machine in ways}
    text = _zip_script(made, builds) if builds else _wheel_script(made)
    return text.replace("\n", "\r\n").encode("utf-8-sig")


def _zip_script(made: Published, builds: Mapping[str, Build]) -> str:
    lines = [
        f"  {key:<14} = '{value}'"
        for way, one in builds.items()
        for key, value in ((f"url{way and '64bit'}", one.url), (f"checksum{way}", one.sha256),
                           (f"checksumType{way}", "sha256"))
    ]  # fmt: skip
    listed = "\n".join(lines)
    return f"""\
$ErrorActionPreference = 'Stop'

$packageArgs = @{{
  packageName    = '{made.name}'
  unzipLocation  = "$(Split-Path -Parent $MyInvocation.MyCommand.Definition)"
{listed}
}}

Install-ChocolateyZipPackage @packageArgs
"""


def _wheel_script(made: Published) -> str:
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
"""
