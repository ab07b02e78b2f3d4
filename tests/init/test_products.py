"""What is written for real products is good: by our own rules, by GitHub's schema, and by a linter for workflows."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from release.channels.adopted import Product
from release.channels.base import Kind
from release.channels.settings import read_settings
from release.init.assets import Files, product_of, propose, tag_form
from release.init.plan import Plan, Wish, make_plan, parse_channel
from release.metadata.jobs import channels_without_job
from release.settings import Channel, InvalidSettings, check_repositories
from tests.init.rehearsed import rehearsed

SERVER = "https://git.acme.example"
WORKFLOW = ".github/workflows/trigger-distributions.yml"
GO = ("rocket_1.2.3_darwin_arm64.tar.gz", "rocket_1.2.3_linux_amd64.tar.gz", "rocket_1.2.3_windows_amd64.zip",
      "rocket_1.2.3_windows_arm64.zip", "checksums.txt")  # fmt: skip
WHEEL = ("kekkai_cli-2.3.0-py3-none-any.whl", "kekkai_cli-2.3.0.tar.gz")
KEKKAI = ("homebrew=homebrew:kademoslabs/homebrew-tap", "docker=docker:kademoslabs/kekkai",
          "scoop=scoop:kademoslabs/scoop-bucket", "choco=choco:kademoslabs/chocolatey-packages")  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A product: its repository, last release and channels."""

    repository: str
    files: Files
    channels: tuple[str, ...]
    server: str = ""

    @property
    def plan(self) -> Plan:
        name = product_of(self.files.tag) or self.repository.partition("/")[2]
        artifacts, offers = propose(self.files, name)
        product = Product(name, self.repository, server=self.server)
        channels = [parse_channel(text) for text in self.channels]
        return make_plan(Wish(product, tag_form(self.files.tag), artifacts, offers, channels))


ROCKET = ("tap=homebrew:acme/homebrew-tap", "bucket=scoop:acme/scoop-bucket", "winget=dispatch:acme/winget",
          "aur=dispatch:acme/aur", "ghcr=docker:ghcr.io/acme/rocket")  # fmt: skip
CASES = {
    "go": Case("acme/rocket", Files(GO, "v1.2.3"), ROCKET),
    "kekkai": Case("kademoslabs/kekkai", Files(WHEEL, "v2.3.0"), KEKKAI),
    "wheel and sdist": Case("acme/snake", Files(("snake-1.0.0-py3-none-any.whl", "snake-1.0.0.tar.gz"), "v1.0.0"),
                            ("tap=homebrew:acme/homebrew-tap",)),
    "monorepo": Case("acme/mono", Files(GO, "rocket/v1.2.3"), ROCKET),
    "no release yet": Case("acme/new", Files(), ("tap=homebrew:acme/homebrew-tap",)),
    "names that YAML takes for others": Case("acme/on", Files(GO, "v1.2.3"), ("no=scoop:a/no", "extract=scoop:a/1e3",
                                                                            "notify=homebrew:a/yes", "true=choco:a/p",
                                                                            "null=docker:ghcr.io/a/null")),
    "one target for all": Case("acme/rocket", Files(GO, "v1.2.3"), ("a=homebrew:acme/all", "b=scoop:acme/all")),
    "two images": Case("acme/rocket", Files(GO, "v1.2.3"), ("hub=docker:acme/rocket", "quay=docker:quay.io/acme/r")),
    "an enterprise server": Case("acme/rocket", Files(GO, "v1.2.3"), (*ROCKET, "choco=choco:acme/packages"), SERVER),
}  # fmt: skip
case = pytest.mark.parametrize("one", CASES.values(), ids=CASES.keys())


def jobs(plan: Plan) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(plan.files[WORKFLOW])["jobs"]
    return found


@case
def test_the_configuration_is_good(one: Case) -> None:
    settings = read_settings(yaml.safe_load(one.plan.files["invoke.yaml"]))
    assert list(settings.channels) == [text.partition("=")[0] for text in one.channels]
    assert check_repositories(settings) == []
    assert one.plan.files["invoke.yaml"].startswith("# yaml-language-server: $schema=https://")


@case
def test_every_channel_has_a_receiver_in_the_folder_of_its_target(one: Case) -> None:
    plan = one.plan
    for channel in plan.settings.channels.values():
        path = f"receivers/{channel.target}/.github/workflows/receive-{channel.name}.yml"
        receiver = yaml.load(plan.files[path], Loader=yaml.BaseLoader)  # noqa: S506 - texts, lists and tables only
        told = receiver["on"]
        if channel.event_type:
            assert told["repository_dispatch"]["types"] == [channel.event_type]
            assert receiver["run-name"].startswith(f"{plan.settings.project.name} ${{{{")
        else:
            assert set(told["workflow_dispatch"]["inputs"]) == set(channel.inputs)
            assert path.endswith(f"/{channel.workflow}")


@case
def test_each_job_has_the_secret_of_its_channel_by_its_literal_name(one: Case) -> None:
    plan = one.plan
    assert channels_without_job(plan.settings, plan.files[WORKFLOW]) == []
    if one.server:
        return
    for name, channel in plan.settings.channels.items():
        job = jobs(plan)[f"dist-{name}"]
        assert job["name"] == name
        token = "github.token" if channel.token == "GITHUB_TOKEN" else f"secrets.{channel.token}"
        [step] = [step for step in job["steps"] if step.get("with", {}).get("task") == f"dist.{name}"]
        assert step["env"] == {channel.token: f"${{{{ {token} }}}}"}
    assert set(jobs(plan)["notify"]["needs"]) == set(jobs(plan)) - {"notify"}


def test_a_server_gets_one_job_without_artifacts_or_newer_contexts() -> None:
    plan = CASES["an enterprise server"].plan
    assert list(jobs(plan)) == ["distribute"]
    tasks = [step["with"].get("task") for step in jobs(plan)["distribute"]["steps"] if "with" in step]
    assert tasks[1:] == ["release.extract", "dist.all", "notify.result"]
    names = [step.get("run", step.get("name", "")) for step in jobs(plan)["distribute"]["steps"]]
    assert names.index("mkdir -p results") < names.index("Extract the release")  # a failure leaves it there
    assert not [path for path, text in plan.files.items() if "job.workflow" in text or "-artifact@" in text]
    assert not [path for path, text in plan.files.items() if "release-distributions/.github/workflows/" in text]


def test_a_server_moves_latest_only_for_the_newest_stable_release() -> None:
    plan = CASES["an enterprise server"].plan
    receiver = yaml.safe_load(plan.files["receivers/acme/rocket/.github/workflows/receive-ghcr.yml"])
    *_, build, newest, move = receiver["jobs"]["receive"]["steps"]
    assert build["with"]["tags"] == "ghcr.io/acme/rocket:${{ inputs.tag }}"
    assert "--version=latest" in newest["with"]["arguments"].splitlines()
    assert move["if"] == "steps.newest.outputs.version == steps.release.outputs.version"
    assert move["run"].endswith('--tag "$IMAGE:latest" "$IMAGE:$TAG"')


@case
def test_the_checklist_names_every_secret(one: Case) -> None:
    plan = one.plan
    for channel in plan.settings.channels.values():
        assert channel.token in plan.checklist
        assert channel.target in plan.checklist
    assert "invoke.yaml" not in plan.checklist.partition("## Secrets")[2].partition("###")[0]


@pytest.mark.usefixtures("git_over_http")
@pytest.mark.parametrize("name", ["go", "kekkai", "monorepo", "no release yet", "one target for all"])
def test_what_was_written_rehearses(name: str, tmp_path: Path) -> None:
    """The configuration, told through the very receivers that were written for its targets."""
    plan = CASES[name].plan
    receivers = dict[str, dict[str, bytes]]()
    for path, text in plan.files.items():
        folder, _, rest = path.partition("/.github/")
        if folder.startswith("receivers/"):
            receivers.setdefault(folder.removeprefix("receivers/"), {})[f".github/{rest}"] = text.encode()
    assert rehearsed(plan.files["invoke.yaml"], tmp_path, receivers) == []


def test_permissions_are_exact() -> None:
    [row] = [line for line in CASES["go"].plan.checklist.splitlines() if line.startswith("| `TAP_REPO_TOKEN`")]
    cells = [cell.strip() for cell in row.split("|")[1:-1]]
    assert cells[1:3] == ["acme/rocket", "tells acme/homebrew-tap"]
    assert cells[3:] == ["Contents: write, Actions: read, on acme/homebrew-tap only", "`repo`"]


def test_two_channels_in_one_target_are_told_apart_and_share_its_token() -> None:
    channels = CASES["one target for all"].plan.settings.channels
    assert {one.event_type for one in channels.values()} == {"rocket-release", "rocket-b-release"}
    assert {one.token for one in channels.values()} == {"TAP_REPO_TOKEN"}


def planned(*channels: str) -> Plan:
    return Case("acme/rocket", Files(GO, "v1.2.3"), channels).plan


TOKENS = {
    "the usual ones": (("a=homebrew:a/tap", "b=scoop:a/bucket"), ["TAP_REPO_TOKEN", "SCOOP_REPO_TOKEN"]),
    "two of a kind": (("a=homebrew:a/tap", "b=homebrew:b/tap"), ["TAP_REPO_TOKEN", "B_REPO_TOKEN"]),
    "a name like a usual one": (("brew=homebrew:a/tap", "tap=dispatch:b/x"),
                                ["TAP_REPO_TOKEN", "CHANNEL_TAP_REPO_TOKEN"]),
    "the same, the other way round": (("tap=dispatch:b/x", "brew=homebrew:a/tap"),
                                      ["TAP_REPO_TOKEN", "BREW_REPO_TOKEN"]),
    "names that no secret may have": (("channel-github=dispatch:a/x", "github=dispatch:b/x"),
                                      ["CHANNEL_GITHUB_REPO_TOKEN", "CHANNEL_CHANNEL_GITHUB_REPO_TOKEN"]),
}  # fmt: skip


@pytest.mark.parametrize(("channels", "tokens"), TOKENS.values(), ids=TOKENS.keys())
def test_each_target_has_a_token_of_its_own(channels: tuple[str, ...], tokens: list[str]) -> None:
    assert [one.token for one in planned(*channels).settings.channels.values()] == tokens


ONE_FILE = {
    "a formula": (("a=homebrew:acme/tap", "b=homebrew:Acme/Tap"), "Formula/rocket.rb in Acme/Tap"),
    "a package": (("a=choco:acme/p", "b=choco:acme/p"),
                  "rocket/rocket.nuspec, rocket/tools/chocolateyinstall.ps1 in acme/p"),
}  # fmt: skip


@pytest.mark.parametrize(("channels", "files"), ONE_FILE.values(), ids=ONE_FILE.keys())
def test_two_channels_of_one_file_are_refused(channels: tuple[str, ...], files: str) -> None:
    with pytest.raises(InvalidSettings, match=f"Channels a and b would both edit {re.escape(files)}"):
        planned(*channels)


def test_no_line_of_the_checklist_stands_twice() -> None:
    lines = [line for line in planned("a=docker:acme/rocket", "b=docker:acme/rocket-debug").checklist.splitlines()
             if line.startswith(("  - ", "| `"))]  # fmt: skip
    assert (len(lines) > 3, sorted(set(lines))) == (True, sorted(lines))


ARTIFACTS = {
    "formula": ("go", "tap", "darwin_arm64"),
    "manifest": ("go", "bucket", "windows_amd64"),
    "winget": ("go", "winget", "windows_amd64"),
    "aur": ("go", "aur", "linux_amd64"),
    "image": ("go", "ghcr", None),
    "formula of a wheel": ("kekkai", "homebrew", "sdist"),
    "manifest of a wheel": ("kekkai", "scoop", "wheel"),
    "before the first release": ("no release yet", "tap", "source"),
}


@pytest.mark.parametrize(("name", "channel", "artifact"), ARTIFACTS.values(), ids=ARTIFACTS.keys())
def test_the_artifact_is_one_that_the_channel_can_use(name: str, channel: str, artifact: str | None) -> None:
    assert CASES[name].plan.settings.channels[channel].artifact == artifact


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every workflow of every product, side by side."""
    folder, paths = tmp_path_factory.mktemp("products"), list[str]()
    for number, one in enumerate(CASES.values()):
        for path, text in one.plan.files.items():
            if path.endswith(".yml"):
                place = folder / str(number) / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, "utf-8")
                paths.append(str(place))
    assert len(paths) > len(CASES)
    return paths


def tool(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).parent / name
    return subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False, timeout=300)


def test_githubs_schema_accepts_every_workflow(written: list[str]) -> None:
    done = tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *written)
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing_in_any_workflow(written: list[str]) -> None:
    done = tool("zizmor", "--offline", "--persona=pedantic", "--no-progress", *written)
    assert done.returncode == 0, done.stdout


def test_no_expression_stands_in_a_shell(written: list[str]) -> None:
    shells = [step["run"] for path in written
              for job in yaml.safe_load(Path(path).read_text("utf-8"))["jobs"].values()
              for step in job.get("steps", []) if "run" in step]  # fmt: skip
    assert shells
    assert [text for text in shells if "${{" in text] == []


def test_a_kind_without_a_receiver_of_its_own_is_told_by_an_event_and_never_says_done() -> None:
    product, channel = Product("rocket", "acme/rocket"), CASES["go"].plan.settings.channels["winget"]
    receiver = yaml.safe_load(Kind[Channel]().adopted.receiver(product, channel))
    [_, step] = receiver["jobs"]["receive"]["steps"]
    assert step["run"].splitlines()[-1] == "exit 1"
