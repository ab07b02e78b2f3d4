"""A wheel's requirements held against what a formula, a manifest and a package install."""

import json

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from release.channels.bundle import LINUX, MACOS, WINDOWS, Bundle, Resource, bundle_of, pip_installs
from release.channels.choco import bundle as choco
from release.channels.choco.settings import ChocoChannel
from release.channels.homebrew import bundle as homebrew
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.scoop import bundle as scoop
from release.channels.scoop.settings import ScoopChannel
from release.metadata.inspection import check_bundles
from release.metadata.requirements import check_bundle
from release.metadata.wheel import Wheel

TAP = HomebrewChannel(
    "tap", "homebrew", "acme/homebrew-tap", "T", event_type="e", artifact="a", file="Formula/kekkai.rb"
)
FORMULA = b"""class Kekkai < Formula
  include Language::Python::Virtualenv
  # depends_on "nothing"
  depends_on "certifi" # Homebrew's own
  depends_on "python@3.12"
  resource "Rich" do
    url "https://files.example.org/rich-12.0.0.tar.gz"
  end

  def install
    virtualenv_install_with_resources
  end
end
"""


def wheel(*requires: str, python: str = "") -> Wheel:
    return Wheel("kekkai-1.0.0-py3-none-any.whl", tuple(map(Requirement, requires)), SpecifierSet(python))


def bundle(*resources: Resource, systems: tuple[str, ...] = (LINUX, MACOS), **more: tuple[str, ...]) -> Bundle:
    return Bundle("Formula/kekkai.rb", resources, systems, "Mend it.", line=11, **more)


def of_formula(formula: bytes = FORMULA) -> Bundle | None:
    return homebrew.bundle(TAP, {"Formula/kekkai.rb": formula})


@pytest.mark.parametrize(
    ("requirement", "certain"),
    [
        pytest.param("typer", True, id="plain"),
        pytest.param("typer>=1,<2", True, id="with versions"),
        pytest.param("typer; python_version >= '3.8'", True, id="marker that always holds"),
        pytest.param("typer; python_version < '3.12'", False, id="marker of some Pythons"),
        pytest.param("typer; sys_platform == 'darwin'", False, id="marker of one system"),
        pytest.param("typer; platform_machine == 'arm64'", False, id="marker of one processor"),
        pytest.param("typer; sys_platform == 'win32'", None, id="marker of a system that has no formulae"),
        pytest.param("typer; python_version < '3'", None, id="marker that never holds"),
        pytest.param("typer; extra == 'dev'", None, id="extra"),
        pytest.param("typer; extra == 'dev' and python_version > '3'", None, id="extra with a marker"),
        pytest.param("rich", None, id="there"),
        pytest.param("RICH", None, id="there in other letters"),
    ],
)
def test_a_requirement_that_is_missing(requirement: str, certain: bool | None) -> None:  # noqa: FBT001 - a column
    found = check_bundle(wheel(requirement), bundle(Resource("rich", "13.0", 3)))
    assert [one.certain for one in found] == ([] if certain is None else [certain])
    for one in found:
        assert "Formula/kekkai.rb line 11 installs it without typer: ModuleNotFoundError" in one.text


def test_pythons_of_the_wheel_and_of_the_channel() -> None:
    old = "tomli; python_version < '3.12'"
    assert check_bundle(wheel(old, python=">=3.12"), bundle()) == []
    assert [one.certain for one in check_bundle(wheel(old, python="<3.12"), bundle())] == [True]
    assert [one.certain for one in check_bundle(wheel(old), bundle(pythons=("3.11",)))] == [True]


@pytest.mark.parametrize(
    ("requirement", "held", "wrong"),
    [
        pytest.param("rich>=13", "12.0.0", True, id="too old"),
        pytest.param("rich<12", "12.0.0", True, id="too new"),
        pytest.param("rich>=12", "12.0.0", False, id="fits"),
        pytest.param("rich>=12.0.0rc1", "12.0.0rc2", False, id="pre-release"),
        pytest.param("rich>=13", None, False, id="not known"),
        pytest.param("rich>=13", "HEAD", False, id="no version"),
    ],
)
def test_a_resource_that_does_not_do(requirement: str, held: str | None, wrong: bool) -> None:  # noqa: FBT001 - a column
    found = check_bundle(wheel(requirement), bundle(Resource("rich", held, 6)))
    assert bool(found) is wrong
    for one in found:
        assert one.text.endswith(f"requires {requirement}, and Formula/kekkai.rb line 6 installs rich {held}")


def test_a_formula_with_resources() -> None:
    found = of_formula()
    assert found is not None
    assert (found.line, found.pythons, found.systems) == (11, ["3.12"], ("linux", "darwin"))
    assert [one.name for one in found.resources] == ["certifi", "python@3.12", "Rich"]
    inspection = check_bundles([wheel("rich>=13", "certifi", "typer", "x; sys_platform == 'linux'")], [found])
    assert [one.fix for one in inspection.problems] == ["Run: brew update-python-resources acme/tap/kekkai"] * 2
    assert "line 6 installs Rich 12.0.0" in inspection.problems[0].wrong
    assert "without typer" in inspection.problems[1].wrong
    assert len(inspection.warnings) == 1


@pytest.mark.parametrize(
    ("channel", "formula"),
    [
        pytest.param(TAP, b'class Kekkai < Formula\n  def install\n    bin.install "kekkai"\n  end\nend\n',
                     id="binary"),
        pytest.param(TAP, FORMULA.replace(b"    virtualenv_install", b"    # virtualenv_install"), id="comment"),
        pytest.param(HomebrewChannel("tap", "homebrew", "a/b", "T", event_type="e", artifact="a",
    file="Formula/kekkai.rb", resources="leave"), FORMULA,
                     id="left alone"),
    ],
)  # fmt: skip
def test_a_formula_that_resources_say_nothing_about(channel: HomebrewChannel, formula: bytes) -> None:
    assert homebrew.bundle(channel, {"Formula/kekkai.rb": formula}) is None


def of_manifest(*lines: str, key: str = "installer") -> Bundle | None:
    script = {"installer": {"script": list(lines)}} if key == "installer" else {key: list(lines)}
    text = json.dumps({"version": "1.0.0", **script}, indent=4)
    return scoop.bundle(
        ScoopChannel("s", "scoop", "a/b", "T", event_type="e", artifact="a", file="bucket/kekkai.json"),
        {"bucket/kekkai.json": text.encode()},
    )


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        pytest.param(['python -m pip install --no-deps "$dir\\\\kekkai.whl"'], [], id="alone"),
        pytest.param(["pip install --no-deps https://x/kekkai.whl", "pip install rich==13.9 'typer>=1,<2'"],
                     [("rich", "13.9"), ("typer", None)], id="and others by name"),
        pytest.param(['& "$dir\\\\venv\\\\Scripts\\\\pip.exe" install --no-deps $file; pip install rich'],
                     [("rich", None)], id="on one line"),
        pytest.param(["uv pip install --no-dependencies kekkai.whl"], [], id="uv"),
    ],
)  # fmt: skip
def test_a_manifest_that_resolves_nothing(lines: list[str], named: list[tuple[str, str | None]]) -> None:
    found = of_manifest(*lines)
    assert found is not None
    assert [(one.name, one.version) for one in found.resources] == named
    assert (found.systems, found.line) == ((WINDOWS,), 5)
    (missing,) = check_bundle(wheel("colorama; sys_platform == 'win32'"), found)
    assert missing.certain
    assert missing.fix.startswith("Leave --no-deps out of bucket/kekkai.json")


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["python -m pip install $file"], id="pip resolves"),
        pytest.param(["# pip install --no-deps $file"], id="comment"),
        pytest.param(["pip install $file # not with --no-deps"], id="comment behind"),
        pytest.param(["<# pip install --no-deps $file #>"], id="comment in the middle"),
        pytest.param(["pip install --no-deps $file", "pip install -r requirements.txt"], id="a list is given"),
        pytest.param(["npm install --no-deps"], id="not pip"),
        pytest.param([], id="no script"),
    ],
)
def test_a_manifest_that_hides_nothing(lines: list[str]) -> None:
    assert of_manifest(*lines) is None


def test_other_scripts_of_a_manifest() -> None:
    assert of_manifest("pip install --no-deps $file", key="post_install") is not None
    architecture = {"64bit": {"installer": {"script": "pip install --no-deps $file"}}}
    text = json.dumps({"architecture": architecture}).encode()
    channel = ScoopChannel("s", "scoop", "a/b", "T", event_type="e", artifact="a", file="b.json")
    assert scoop.bundle(channel, {"b.json": text}) is not None
    for broken in (b"", b"[]", b'{"installer": 1, "architecture": [1]}', b"\xff", b"[" * 100_000):
        assert scoop.bundle(channel, {"b.json": broken}) is None


PACKAGE = """$toolsDir = Split-Path $MyInvocation.MyCommand.Definition
# python -m pip install --no-deps nothing
$pipArgs = @(
  '-m', 'pip', 'install',
  '--no-deps',
  "$toolsDir\\kekkai.whl"
)
& python @pipArgs
& python -m pip install `
  rich==13.0
"""


def test_a_package() -> None:
    channel = ChocoChannel(
        "c", "choco", "a/b", "T", event_type="e", artifact="a", files=("k/k.nuspec", "k/tools/Install.PS1")
    )
    found = choco.bundle(channel, {"k/tools/Install.PS1": b"\xef\xbb\xbf" + PACKAGE.encode()})
    assert found is not None
    assert (found.place, found.line, found.resources) == ("k/tools/Install.PS1", 3, [Resource("rich", "13.0", 9)])
    assert choco.bundle(channel, {}) is None


COMMANDS = {
    "after a parenthesis in a text": ("Write-Host '(see'\npip install a\n", [(2, ("a",))]),
    "in a block": ("if ($true) {\n  pip install a; pip install b\n}\n", [(2, ("a",)), (2, ("b",))]),
    "after empty lines": ("\n\n  pip install a", [(3, ("a",))]),
    "over lines": ("pip install `\n  a `\n  b\npip install c", [(1, ("a", "b")), (4, ("c",))]),
    "lines of Windows": ("cd x\r\npip install `\r\n  a\r\n", [(2, ("a",))]),
    "a parenthesis too many": (")\npip install a\n", [(2, ("a",))]),
    "a text without end": ("pip install a\n'", []),
}


@pytest.mark.parametrize(("script", "found"), COMMANDS.values(), ids=COMMANDS)
def test_the_commands_of_a_script(script: str, found: list[tuple[int, tuple[str, ...]]]) -> None:
    assert pip_installs(script) == found


def test_scripts_without_end_cost_little() -> None:
    assert bundle_of("x", pip_installs("pip install (\n" * 200_000 + "`" * 500_000)) is None
