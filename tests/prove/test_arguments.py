"""What each kind types: argument lists, by what is known of the machine."""

from dataclasses import replace

import pytest

from release.channels import KINDS, kind_of
from release.channels.choco import prove as choco
from release.channels.choco.settings import ChocoChannel
from release.channels.docker import prove as docker
from release.channels.docker.settings import DockerChannel
from release.channels.homebrew import prove as homebrew
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.proof import Before, Facts, NoProof, Proof, Subject, check_of, folder_of, shown
from release.channels.scoop import prove as scoop
from release.channels.scoop.settings import ScoopChannel
from release.settings import Project

TAP = HomebrewChannel(
    "tap", "homebrew", "acme/homebrew-tap", "T", event_type="e", artifact="a", file="Formula/rocket.rb"
)
BUCKET = ScoopChannel("bucket", "scoop", "Acme/bucket", "T", event_type="e", artifact="a", file="bucket/rocket.json")
PACKAGE = ChocoChannel(
    "choco",
    "choco",
    "acme/packages",
    "T",
    event_type="e",
    artifact="a",
    files=("rocket/rocket.nuspec", "rocket/tools/install.ps1"),
)
IMAGE = DockerChannel(
    "image",
    "docker",
    "acme/rocket",
    "T",
    workflow="w.yml",
    image="acme/rocket",
    registry="https://registry-1.docker.io",
)
CHECK = ("rocket", "--version")
SUBJECT = Subject("1.2.3", CHECK)
BREW = {"version": "Homebrew 6.0.18\n", "prefix": "/opt/homebrew\n", "clone": "/taps/acme/homebrew-tap\n"}
URL = "https://git.example.org/acme/homebrew-tap.git"


def typed(proof: Proof | NoProof, part: str = "steps") -> list[str]:
    assert isinstance(proof, Proof)
    return [" ".join(step.argv) for step in getattr(proof, part)]


def undone(proof: Proof | NoProof) -> list[str]:
    assert isinstance(proof, Proof)
    return [" ".join(step.undo) for step in proof.steps if step.undo]


def brew(answers: dict[str, str | None], server: str = "https://github.com") -> Facts:
    return Facts({"brew": "/opt/homebrew/bin/brew"}, {**BREW, **answers}, server)


@pytest.mark.parametrize(
    ("facts", "channel", "expected"),
    [
        pytest.param(brew({}), TAP, ["brew trust acme/tap", "brew tap acme/tap"], id="brew 6"),
        pytest.param(brew({"version": "Homebrew 5.0.9"}), TAP, ["brew tap acme/tap"], id="brew 5"),
        pytest.param(brew({"version": "Homebrew 10.0.0"}), TAP, ["brew trust acme/tap", "brew tap acme/tap"],
                     id="brew 10"),
        pytest.param(brew({}, "https://git.example.org"), TAP, [f"brew trust {URL}", f"brew tap acme/tap {URL}"],
                     id="another server is trusted by its URL"),
        pytest.param(
            brew({}), replace(TAP, target="acme/formulae"),
            [f"brew {word}https://github.com/acme/formulae.git" for word in ("trust ", "tap acme/formulae ")],
            id="another name of the repository",
        ),
    ],
)  # fmt: skip
def test_trust_comes_before_tap(facts: Facts, channel: HomebrewChannel, expected: list[str]) -> None:
    full = f"{expected[-1].split()[2]}/rocket"
    found = typed(homebrew.proof(channel, SUBJECT, facts))
    assert found == [*expected, f"brew install {full}", "rocket --version"]


@pytest.mark.parametrize(
    ("answers", "there", "left"),
    [
        pytest.param({}, None, ["brew untrust --tap acme/tap", "brew untap acme/tap",
                                "brew uninstall --force acme/tap/rocket"], id="nothing"),
        pytest.param({"taps": "homebrew/core\nacme/taps\n"}, None,
                     ["brew untrust --tap acme/tap", "brew untap acme/tap", "brew uninstall --force acme/tap/rocket"],
                     id="another tap"),
        pytest.param({"taps": "homebrew/core\nacme/tap\n"}, "the tap acme/tap",
                     ["brew untrust --tap acme/tap", "brew uninstall --force acme/tap/rocket"], id="the tap"),
        pytest.param({"installed": "rocket 1.0.0\n"}, "rocket 1.0.0",
                     ["brew untrust --tap acme/tap", "brew untap acme/tap"], id="the product"),
        pytest.param({"trusted": '{"taps": ["acme/tap"]}'}, None,
                     ["brew untap acme/tap", "brew uninstall --force acme/tap/rocket"], id="trusted before"),
        pytest.param({"trusted": "[no JSON"}, None, ["brew untrust --tap acme/tap", "brew untap acme/tap",
                     "brew uninstall --force acme/tap/rocket"], id="trust that cannot be read"),
    ],
)  # fmt: skip
def test_what_was_there_stays(answers: dict[str, str | None], there: str | None, left: list[str]) -> None:
    found = homebrew.proof(TAP, SUBJECT, brew(answers))
    assert isinstance(found, Proof)
    assert (found.there, undone(found)) == (there, left)


def test_the_way_from_the_version_before() -> None:
    found = homebrew.proof(TAP, replace(SUBJECT, before=Before("1.2.2", "abc")), brew({}))
    git = "git -C /taps/acme/homebrew-tap checkout --quiet"
    assert typed(found, "prepare") == [
        "brew uninstall --force acme/tap/rocket", f"{git} abc -- Formula/rocket.rb", "brew install acme/tap/rocket",
        "rocket --version",
    ]  # fmt: skip
    assert typed(found, "upgrade") == [
        f"{git} HEAD -- Formula/rocket.rb", "brew upgrade acme/tap/rocket", "rocket --version",
    ]  # fmt: skip
    assert isinstance(found, Proof)
    assert [step.prints for step in (*found.prepare, *found.upgrade) if step.prints] == ["1.2.2", "1.2.3"]


def test_the_way_back_is_what_the_advice_says() -> None:
    found = homebrew.proof(TAP, replace(SUBJECT, before=Before("1.3.0", "abc", newer=True)), brew({}))
    back = ["brew uninstall rocket", "brew install acme/tap/rocket"]
    assert typed(found, "upgrade")[1:3] == back
    advice = homebrew.rollback_advice(TAP)
    assert f"brew trust acme/tap && brew update && {' && '.join(back)}" in advice
    assert homebrew.install_advice(TAP).startswith(
        "brew trust acme/tap && brew tap acme/tap && brew install acme/tap/rocket"
    )


def test_a_cask_is_called_one() -> None:
    found = homebrew.proof(replace(TAP, file="Casks/rocket.rb"), SUBJECT, brew({}))
    assert "brew install --cask acme/tap/rocket" in typed(found)
    assert undone(found)[-1] == "brew uninstall --force --cask acme/tap/rocket"


def test_programs_of_homebrew_are_its_own() -> None:
    found = homebrew.proof(TAP, SUBJECT, brew({}))
    assert isinstance(found, Proof)
    assert (found.strict, found.folders) == (True, ("/opt/homebrew/bin", "/opt/homebrew/opt/rocket/bin"))


SCOOP = Facts({"scoop": "C:\\Users\\u\\scoop\\shims\\scoop.cmd"}, {"buckets": "Name Source"})


def test_scoop() -> None:
    found = scoop.proof(BUCKET, SUBJECT, SCOOP)
    assert typed(found) == [
        "scoop bucket add acme https://github.com/Acme/bucket.git", "scoop install acme/rocket", "rocket --version",
    ]  # fmt: skip
    assert undone(found) == ["scoop bucket rm acme", "scoop uninstall rocket"]
    before = scoop.proof(BUCKET, replace(SUBJECT, before=Before("1.2.2", "abc")), SCOOP)
    assert "git -C C:\\Users\\u\\scoop/buckets/acme checkout --quiet abc -- bucket/rocket.json" in typed(
        before, "prepare"
    )
    assert typed(before, "upgrade")[1] == "scoop update rocket"
    back = scoop.proof(BUCKET, replace(SUBJECT, before=Before("1.3.0", "abc", newer=True)), SCOOP)
    assert typed(back, "upgrade")[1] == "scoop update --force rocket"
    assert "scoop update --force rocket" in scoop.rollback_advice(BUCKET)


@pytest.mark.parametrize(
    ("buckets", "there"),
    [
        pytest.param("main https://github.com/ScoopInstaller/Main", None, id="another"),
        pytest.param("acme https://github.com/acme/other", "the bucket acme", id="its name"),
        pytest.param("mine https://github.com/acme/bucket", "the bucket acme", id="its address"),
    ],
)
def test_a_bucket_that_is_there(buckets: str, there: str | None) -> None:
    found = scoop.proof(BUCKET, SUBJECT, Facts(SCOOP.tools, {"buckets": f"Name Source\n---- ------\n{buckets}\n"}))
    assert isinstance(found, Proof)
    assert found.there == there
    assert any("bucket" in call for call in typed(found)) is (there is None)


CHOCO = Facts({"choco": "C:\\ProgramData\\chocolatey\\bin\\choco.exe"})


@pytest.mark.parametrize(
    ("version", "named"),
    [("1.2.3", "1.2.3"), ("1.2.3-rc.1", "1.2.3-rc1 --prerelease")],
    ids=["stable", "pre-release as the gallery writes it"],
)
def test_chocolatey(version: str, named: str) -> None:
    found = choco.proof(PACKAGE, replace(SUBJECT, version=version), CHOCO)
    end = "--source https://community.chocolatey.org/api/v2/ --yes --no-progress"
    assert typed(found) == [f"choco install rocket --version {named} {end}", "rocket --version"]
    assert undone(found) == ["choco uninstall rocket --yes"]
    assert isinstance(found, Proof)
    assert found.steps[0].success == {0, 1641, 3010}
    assert found.folders == ("C:\\ProgramData\\chocolatey\\bin",)


def test_chocolatey_up_and_down() -> None:
    up = choco.proof(PACKAGE, replace(SUBJECT, before=Before("1.2.2", "abc")), CHOCO)
    assert typed(up, "upgrade")[0].startswith("choco upgrade rocket --version 1.2.3 ")
    down = choco.proof(PACKAGE, replace(SUBJECT, before=Before("1.3.0", "abc", newer=True)), CHOCO)
    assert typed(down, "upgrade")[0].endswith("--allow-downgrade")
    odd = choco.proof(PACKAGE, replace(SUBJECT, before=Before("1.2.2+x", "abc")), CHOCO)
    assert typed(odd, "prepare") == []


def test_a_package_that_is_there() -> None:
    found = choco.proof(PACKAGE, SUBJECT, Facts(CHOCO.tools, {"installed": "Chocolatey v2.4.0\nRocket|1.0.0\n"}))
    assert isinstance(found, Proof)
    assert (found.there, undone(found)) == ("Rocket|1.0.0", [])


DIGEST = f"sha256:{'ab' * 32}"
OF_IMAGE = replace(SUBJECT, digest=DIGEST)
HUB = f"docker.io/acme/rocket@{DIGEST}"


def engines(*tools: str, **answers: str | None) -> Facts:
    return Facts({tool: f"/usr/bin/{tool}" for tool in tools}, answers, folder="/tmp/p")  # noqa: S108 - a name only


@pytest.mark.parametrize("tool", ["podman", "docker"])
def test_an_image_by_its_digest(tool: str) -> None:
    found = docker.proof(IMAGE, OF_IMAGE, engines("podman", "docker", "buildah", **{tool: "linux\n", "buildah": "1"}))
    assert typed(found) == [
        f"{tool} pull {HUB}", f"{tool} run --rm --network none --entrypoint rocket {HUB} --version",
    ]  # fmt: skip
    assert undone(found) == [f"{tool} image rm {HUB}"]


def test_an_image_by_buildah_in_a_storage_of_its_own() -> None:
    own = "buildah --storage-driver vfs --root /tmp/p/storage --runroot /tmp/p/run"
    loopback = replace(IMAGE, registry="http://127.0.0.1:5000")
    found = docker.proof(loopback, OF_IMAGE, engines("buildah", buildah="1.28", unshare=""))
    assert typed(found) == [
        f"{own} from --tls-verify=false --name release-proof 127.0.0.1:5000/acme/rocket@{DIGEST}",
        f"unshare --net {own} run --isolation chroot release-proof -- rocket --version",
    ]  # fmt: skip
    assert undone(found) == [f"{own} rm release-proof"]
    without = docker.proof(IMAGE, OF_IMAGE, engines("buildah", buildah="1.28", unshare=None))
    assert typed(without)[1] == f"{own} run --network none release-proof -- rocket --version"
    assert [only.steps[1].tries > 1 for only in (found, without) if isinstance(only, Proof)] == [True, False]


@pytest.mark.parametrize(
    ("facts", "subject", "why"),
    [
        pytest.param(engines("docker", docker=None), OF_IMAGE, "does not work", id="no engine"),
        pytest.param(engines("docker", docker="windows\n"), OF_IMAGE, "image is for Linux", id="Windows containers"),
        pytest.param(engines("docker", docker="linux\n"), SUBJECT, "no digest", id="digest not read"),
    ],
)
def test_an_image_that_cannot_be_proved_here(facts: Facts, subject: Subject, why: str) -> None:
    found = docker.proof(IMAGE, subject, facts)
    assert isinstance(found, NoProof)
    assert why in found.reason


@pytest.mark.parametrize(
    ("registry", "image", "name"),
    [
        pytest.param("https://registry-1.docker.io", "acme/rocket", "docker.io/acme/rocket", id="Docker Hub"),
        pytest.param("", "acme/rocket", "docker.io/acme/rocket", id="no registry"),
        pytest.param("https://ghcr.io", "acme/rocket", "ghcr.io/acme/rocket", id="apart"),
        pytest.param("", "ghcr.io/acme/rocket", "ghcr.io/acme/rocket", id="in one"),
        pytest.param("https://ghcr.io", "ghcr.io/acme/rocket", "ghcr.io/acme/rocket", id="both"),
        pytest.param("http://127.0.0.1:5000", "acme/rocket", "127.0.0.1:5000/acme/rocket", id="with a port"),
    ],
)
def test_the_name_of_an_image(registry: str, image: str, name: str) -> None:
    assert docker.reference(replace(IMAGE, registry=registry, image=image), DIGEST) == f"{name}@{DIGEST}"


def test_an_image_that_is_there() -> None:
    there = docker.proof(IMAGE, OF_IMAGE, engines("docker", **{"docker": "linux", "docker image": '[{"Id": 1}]'}))
    assert isinstance(there, Proof)
    assert (there.there, undone(there)) == (f"the image {HUB}", [])


def test_questions_are_asked_of_tools_that_are_there() -> None:
    assert set(docker.questions(IMAGE, OF_IMAGE, engines("podman"))) == {"podman", "podman image"}
    assert set(docker.questions(IMAGE, OF_IMAGE, engines("buildah"))) == {"buildah", "unshare"}


def test_kinds_with_a_proof() -> None:
    assert {kind for kind in KINDS if kind_of(kind).prover} >= {"homebrew", "scoop", "choco", "docker"}


@pytest.mark.parametrize(
    ("own", "project", "expected"),
    [((), (), ("rocket", "--version")), ((), ("r", "v"), ("r", "v")), (("c",), ("r", "v"), ("c",))],
    ids=["neither", "the project's", "the channel's"],
)
def test_the_check(own: tuple[str, ...], project: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert check_of(Project("rocket", "acme/rocket", check=project), replace(TAP, check=own)) == expected


def test_folders_and_lines() -> None:
    assert [folder_of(path) for path in ("/a/b", "C:\\a\\b.cmd", "b")] == ["/a", "C:\\a", ""]
    assert shown([("a", "b c"), ("d",)]) == "a 'b c' && d"
