"""What every workflow here has to keep, read from the files themselves."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.harness import DATA, PROJECT, WORKFLOWS, load

GITHUB = PROJECT / ".github"
FILES = sorted(WORKFLOWS.glob("*.yml"))
ACTIONS = [PROJECT / "action.yml", *sorted(GITHUB.glob("actions/*/action.yml"))]
CALLERS = sorted((DATA / "callers").glob("*.yml"))
COMMITS = {
    "actions/checkout": ("v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"),
    "actions/setup-python": ("v7.0.0", "5fda3b95a4ea91299a34e894583c3862153e4b97"),
    "actions/upload-artifact": ("v7.0.0", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"),
    "actions/download-artifact": ("v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"),
    "actions/attest-build-provenance": ("v4.1.0", "a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32"),
    "docker/login-action": ("v4.1.0", "4907a6ddec9925e35a0a9e82d7399ccc52663121"),
    "docker/setup-qemu-action": ("v4.2.0", "96fe6ef7f33517b61c61be40b68a1882f3264fb8"),
    "docker/setup-buildx-action": ("v4.3.0", "37fe631027851001ddb9b187196cc803df7f5f0e"),
    "docker/build-push-action": ("v7.3.0", "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a"),
}
file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
any_file = pytest.mark.parametrize("path", FILES + ACTIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
caller = pytest.mark.parametrize("path", CALLERS, ids=lambda path: path.stem)


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = load(path)["jobs"]
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    data = load(path)
    for part in data["jobs"].values() if "jobs" in data else [data["runs"]]:
        yield from part["steps"]


@any_file
def test_every_action_is_pinned_by_a_known_commit_with_its_version(path: Path) -> None:
    uses = [line.split("uses: ")[1] for line in path.read_text("utf-8").splitlines() if "uses: " in line]
    assert uses or path.parent.name == "check-payload"  # which is a script alone
    for line in uses:
        used, _, version = line.partition(" # ")
        name, _, commit = used.partition("@")
        assert used.startswith("./") or COMMITS[name] == (version, commit)


@any_file
def test_no_expression_in_a_shell(path: Path) -> None:
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@file
def test_no_checkout_keeps_credentials(path: Path) -> None:
    checkouts = [step["with"] for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(given["persist-credentials"] is False for given in checkouts)


def test_dependencies_are_wheels_installed_by_hash() -> None:
    """Nothing of a package runs while it is installed, and nothing that a cache may hold is taken."""
    every = [step.get("run", "") for path in FILES + ACTIONS for step in steps(path)]
    installs = [run for run in every if re.search(r"\bpip\s+install\b", run)]
    script = (GITHUB / "actions" / "set_up.py").read_text("utf-8").partition("INSTALL = ")[2].partition("NEEDED")[0]
    assert installs
    for words in (*(run.replace('"', "") for run in installs), script.replace('", "', " ")):
        assert "--require-hashes" in words
        assert "--only-binary :all:" in words
    assert "--no-cache-dir" in script


@file
def test_least_permissions_and_a_limit_of_time(path: Path) -> None:
    assert load(path)["permissions"] == {}
    for job in jobs(path).values():
        assert job["permissions"]
        assert 1 <= job["timeout-minutes"] <= 60


@file
def test_every_permission_says_why(path: Path) -> None:
    granted = re.findall(r"^ +[a-z-]+: (?:read|write)\b(.*)$", path.read_text("utf-8"), re.MULTILINE)
    assert granted
    assert all(re.fullmatch(r" # \S.+", reason) for reason in granted)


PERMISSIONS = {
    "extract": {"contents": "read"},
    "check": {"contents": "read"},
    "prove": {"contents": "read"},
    "external": {"contents": "read"},
    "internal": {"actions": "write", "contents": "read"},
    "notify": {"actions": "read", "contents": "read", "issues": "write"},
}


@pytest.mark.parametrize(("job", "permissions"), PERMISSIONS.items(), ids=PERMISSIONS)
def test_permissions_of_the_release_workflow(job: str, permissions: dict[str, str]) -> None:
    assert jobs(WORKFLOWS / "trigger-distributions.yml")[job]["permissions"] == permissions


def test_events_of_the_release_workflow() -> None:
    """`gh workflow run` with `version`, an empty `sha256` and `dry_run` must be accepted, and so must a caller."""
    on = load(WORKFLOWS / "trigger-distributions.yml")["on"]
    assert on["release"] == {"types": ["published"]}
    types = {"version": "string", "sha256": "string", "dry_run": "boolean"}
    more = {"workflow_dispatch": {}, "workflow_call": {"tag": "string", "prove": "boolean"}}
    for event in ("workflow_dispatch", "workflow_call"):
        assert {name: given["type"] for name, given in on[event]["inputs"].items()} == types | more[event]
        assert [name for name, given in on[event]["inputs"].items() if given.get("required")] in (["version"], [])
    assert not [name for name, secret in on["workflow_call"]["secrets"].items() if secret.get("required")]


def test_a_release_is_never_cancelled() -> None:
    data = load(WORKFLOWS / "trigger-distributions.yml")
    assert data["concurrency"]["cancel-in-progress"] is False
    assert {name: job["strategy"]["fail-fast"] for name, job in data["jobs"].items() if "strategy" in job} == {
        "external": False,
        "internal": False,
        "prove": False,
    }


SET_UP = [path for path in FILES if path.stem not in {"ci", "publish"}]


@pytest.mark.parametrize("path", SET_UP, ids=lambda path: path.stem)
def test_each_job_sets_up_in_the_one_way(path: Path) -> None:
    """This project at the commit of its own workflow file, and the action of that commit."""
    for job in jobs(path).values():
        given = job["steps"][0]["with"]
        assert (given["repository"], given["ref"]) == ("${{ job.workflow_repository }}", "${{ job.workflow_sha }}")
        assert given["path"] == ".distributions"
        assert "./.distributions" in [step.get("uses") for step in job["steps"]]


def test_a_secret_is_seen_by_one_step_of_a_job() -> None:
    """No action, and no set-up, gets one; but the login, whose business it is."""
    for path in FILES:
        assert "env" not in load(path) or "secrets" not in str(load(path)["env"])
        for job in jobs(path).values():
            assert "secrets." not in str(job.get("env", {}))
            seen = [step for step in job["steps"] if "secrets." in str(step)]
            assert all("run" in step or step["uses"].startswith("docker/login-action@") for step in seen)


@caller
def test_a_caller_hands_on_what_its_workflow_takes(path: Path) -> None:
    (job,) = jobs(path).values()
    used = re.fullmatch(r"kademoslabs/release-distributions/.github/workflows/([\w-]+\.yml)@COMMIT", job["uses"])
    assert used
    called = load(WORKFLOWS / used[1])
    takes = called["on"]["workflow_call"]
    assert set(job.get("with", {})) <= set(takes["inputs"])
    assert set(job.get("secrets", {})) == set(takes.get("secrets", {}))
    asked = [item for one in called["jobs"].values() for item in one["permissions"].items()]
    assert job["permissions"] == dict(sorted(asked, key=lambda item: item[1]))  # write covers read, and comes later


@pytest.mark.parametrize("path", [p for p in CALLERS if p.stem != "trigger-distributions"], ids=lambda path: path.stem)
def test_a_receiver_s_caller_shows_and_queues_product_and_version(path: Path) -> None:
    data = load(path)
    version = "inputs.tag" if path.stem == "docker-publish" else "github.event.client_payload.version"
    assert data["run-name"] == f"kekkai ${{{{ {version} }}}}"
    assert data["concurrency"]["group"].startswith("kekkai")
    assert data["concurrency"]["group"].endswith(f"-${{{{ {version} }}}}")
    assert data["concurrency"]["cancel-in-progress"] is False


SCHEMAS = {
    "github-workflows": FILES + CALLERS,
    "github-actions": ACTIONS,
    "dependabot": [GITHUB / "dependabot.yml"],
    "github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "github-issue-forms": [p for p in GITHUB.glob("ISSUE_TEMPLATE/*.yml") if p.stem != "config"],
}


@pytest.mark.parametrize(("schema", "paths"), SCHEMAS.items(), ids=SCHEMAS)
def test_schema(schema: str, paths: list[Path]) -> None:
    assert paths
    done = _tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, paths))
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing() -> None:
    done = _tool("zizmor", "--offline", "--persona=pedantic", "--no-progress", str(GITHUB), str(PROJECT / "action.yml"))
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing_in_the_callers(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for path in CALLERS:
        text = path.read_text("utf-8").replace("@COMMIT", f"@{COMMITS['actions/checkout'][1]}")
        (folder / path.name).write_text(text, "utf-8")
    done = _tool("zizmor", "--offline", "--persona=pedantic", "--no-progress", str(tmp_path))
    assert done.returncode == 0, done.stdout


def _tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / name
    return subprocess.run(
        [str(program), *arguments], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
