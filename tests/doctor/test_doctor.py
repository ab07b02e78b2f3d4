"""The doctor against the stand-in, with everything that it should find; its conclusions one by one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from release import __version__
from release.channels.docker.settings import DockerChannel
from release.channels.homebrew.settings import HomebrewChannel
from release.channels.verdict import Verdict
from release.commands.opening import open_session
from release.doctor.checks import check_expiry, check_own_token, check_quota, check_scopes, check_slack, parse_time
from release.doctor.doctor import Level, Line, doctor
from release.doctor.reads import served_line
from release.doctor.target import check_receiver, check_target
from release.github.workflows import Workflow, parse_listens
from release.records import Served, State
from release.rehearsal import StandIn
from release.report.document import findings_json
from release.session import Session
from release.settings import Channel, Environment
from tests.support.sessions import session_at

NOW = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC
TAP = HomebrewChannel(
    "homebrew", "homebrew", "acme/tap", "TAP_REPO_TOKEN", event_type="app-release", artifact="source",
    file="Formula/app.rb",
)  # fmt: skip
IMAGE = DockerChannel(
    "docker", "docker", "acme/app", "GITHUB_TOKEN", workflow="publish.yml", image="acme/app",
    inputs={"tag": "{version}"},
)  # fmt: skip
TARGETS = {"homebrew": "kademoslabs/homebrew-tap", "scoop": "kademoslabs/scoop-bucket"}


def raw_settings(root: Path) -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load((root / "invoke.yaml").read_text("utf-8"))
    return value


@pytest.fixture
def open_at(standin: StandIn, project_root: Path) -> Callable[..., Session]:
    """A session at the stand-in; a variable of ``None`` is unset."""

    def opened(**variables: str | None) -> Session:
        raw = raw_settings(project_root)
        raw["channels"]["docker"]["registry"] = standin.registry_url
        raw["channels"]["choco"]["feed"] = standin.feed_url
        raw["retry"] = {"attempts": 2, "max_wait": 0.01, "lookup": 0.05, "max_told": 1}
        merged = {**standin.environment, **variables}
        return open_session(raw, Environment({k: v for k, v in merged.items() if v is not None}), lambda _line: None)

    return opened


def found(lines: list[Line], channel: str, check: str) -> Line:
    return next(line for line in lines if (line.channel, line.check) == (channel, check))


def failed(lines: list[Line]) -> list[tuple[str, str]]:
    return [(line.channel, line.check) for line in lines if line.level is Level.FAILED]


def test_all_is_well_and_nothing_is_sent(standin: StandIn, open_at: Callable[..., Session]) -> None:
    session = open_at(SLACK_WEBHOOK="https://hooks.slack.com/services/T0/B0/c2VjcmV0LXRoaW5n")
    lines = doctor(session, list(session.settings.channels))
    assert failed(lines) == []
    for channel in session.settings.channels:
        assert found(lines, channel, "token").level is Level.OK
        assert found(lines, channel, "receiver").level is Level.OK
        assert found(lines, channel, "permission").text.startswith("unknown")
        assert "0.0.1" in found(lines, channel, "serves").text or channel == "docker"
    assert found(lines, "docker", "registry").level is Level.OK
    assert {request.method for request in standin.requests} <= {"GET", "HEAD"}
    assert standin.world.errors == []
    assert not any(secret in repr(lines) for secret in session.environment.secrets().values())


def test_only_the_chosen_channels_are_looked_at(standin: StandIn, open_at: Callable[..., Session]) -> None:
    lines = doctor(open_at(), ["scoop"])
    assert {line.channel for line in lines} == {"scoop", "all"}
    assert standin.sent("GET", "homebrew-tap") == []


def archive(standin: StandIn) -> None:
    standin.repository("homebrew").archived = True


def disable(standin: StandIn) -> None:
    standin.repository("homebrew").disabled_workflows["receive.yml"] = "disabled_inactivity"


def deafen(standin: StandIn) -> None:
    standin.misbehave("homebrew", "no-receiver")


def hide(standin: StandIn) -> None:
    repository = standin.repository("homebrew")
    repository.private = True
    standin.token("TAP_REPO_TOKEN").repositories.clear()


def no_actions(standin: StandIn) -> None:
    standin.token("TAP_REPO_TOKEN").denied.add("actions:read")


def scopeless(standin: StandIn) -> None:
    standin.token("TAP_REPO_TOKEN").scopes = "gist, read:org"


def expired(standin: StandIn) -> None:
    standin.token("TAP_REPO_TOKEN").expires = "2020-01-31 00:00:00 UTC"


def html(standin: StandIn) -> None:
    standin.fault("GET", "/repos/kademoslabs/homebrew-tap$", None, status=200, body="<html>hello</html>")


@pytest.mark.parametrize(
    ("bend", "check", "said", "fix"),
    [
        pytest.param(archive, "target", "archived", "Unarchive", id="archived"),
        pytest.param(disable, "receiver", "disabled", "gh workflow enable receive.yml", id="workflow-disabled"),
        pytest.param(deafen, "receiver", "not-kekkai-release", "types: [kekkai-release]", id="wrong-event-type"),
        pytest.param(hide, "target", "404", "cannot see it", id="not-visible"),
        pytest.param(no_actions, "receiver", "403", "actions=read", id="no-permission-for-actions"),
        pytest.param(scopeless, "permission", "gist, read:org", "scope repo", id="classic-token-without-scope"),
        pytest.param(expired, "expiry", "2020-01-31", "new token", id="token-expired"),
        pytest.param(html, "target", "not JSON", "proxy", id="html-in-place-of-json"),
    ],
)
def test_what_would_fail_is_found(
    standin: StandIn, open_at: Callable[..., Session], bend: Callable[[StandIn], None], check: str, said: str, fix: str
) -> None:
    bend(standin)
    line = found(doctor(open_at(), ["homebrew", "scoop"]), "homebrew", check)
    assert line.level is Level.FAILED
    assert said in line.text
    assert fix in line.fix


@pytest.mark.parametrize(
    ("variables", "channel", "check", "level", "said"),
    [
        pytest.param({"TAP_REPO_TOKEN": None}, "homebrew", "token", Level.FAILED, "TAP_REPO_TOKEN is not set", id="no"),
        pytest.param({"TAP_REPO_TOKEN": "wrong-token"}, "homebrew", "token", Level.FAILED, "Unauthorized", id="wrong"),
        pytest.param({"GITHUB_TOKEN": None}, "all", "issues", Level.WARNING, "GITHUB_TOKEN", id="nobody-reports"),
        pytest.param(
            {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "other/one"},
            "docker", "permission", Level.FAILED, "other/one", id="token-of-another-repository",
        ),
        pytest.param({"DOCKERHUB_TOKEN": "wrong-word"}, "docker", "registry", Level.FAILED, "Unauthorized", id="login"),
        pytest.param({"DOCKERHUB_TOKEN": None}, "docker", "registry", Level.FAILED, "DOCKERHUB_TOKEN", id="half-login"),
        pytest.param(
            {"DOCKERHUB_TOKEN": None, "DOCKERHUB_USERNAME": None},
            "docker", "registry", Level.WARNING, "rollback of docker", id="no-login",
        ),
    ],
)  # fmt: skip
def test_variables(
    open_at: Callable[..., Session], variables: Mapping[str, str | None], channel: str, check: str,
    level: Level, said: str,
) -> None:  # fmt: skip
    line = found(doctor(open_at(**variables), ["homebrew", "docker"]), channel, check)
    assert (line.level, said in line.text) == (level, True)
    assert line.fix


@pytest.mark.parametrize("value", [None, "wrong-token"], ids=["missing", "refused"])
def test_without_a_usable_token_a_public_target_is_still_looked_at(
    open_at: Callable[..., Session], value: str | None
) -> None:
    lines = doctor(open_at(TAP_REPO_TOKEN=value), ["homebrew"])
    assert failed(lines) == [("homebrew", "token")]
    assert found(lines, "homebrew", "receiver").level is Level.OK
    assert "serves 0.0.1" in found(lines, "homebrew", "serves").text


def test_a_workflow_without_the_input_is_found(standin: StandIn, open_at: Callable[..., Session]) -> None:
    path = ".github/workflows/docker-publish.yml"
    content = b"on: {workflow_dispatch: {inputs: {version: {required: true}}}}\njobs: {}\n"
    standin.repository("docker").commit("Rename the input", {path: content}, int(NOW))
    line = found(doctor(open_at(), ["docker"]), "docker", "receiver")
    assert (line.level, "no input tag (it has: version)" in line.text) == (Level.FAILED, True)


@pytest.mark.parametrize(("ref", "lines"), [("main", []), ("gone", [("docker", "ref")])], ids=["there", "gone"])
def test_the_workflow_must_be_at_the_ref(
    standin: StandIn, open_at: Callable[..., Session], ref: str, lines: list[tuple[str, str]]
) -> None:
    session = open_at()
    docker = session.settings.channels["docker"]
    assert isinstance(docker, DockerChannel)
    channel = replace(docker, ref=ref)
    settings = replace(session.settings, channels={"docker": channel})
    assert standin.repository("docker").branch == "main"
    assert failed(doctor(replace(session, settings=settings), ["docker"])) == lines


def test_a_registry_that_is_down_is_one_failed_line(standin: StandIn, open_at: Callable[..., Session]) -> None:
    standin.fault("*", "/v2/", None, origin="registry", status=503, body="down")
    lines = doctor(open_at(), ["docker"])
    assert failed(lines) == [("docker", "registry")]
    assert found(lines, "docker", "serves").level is Level.WARNING


def test_a_bad_repository_name_is_not_asked_for(standin: StandIn, project_root: Path) -> None:
    raw = raw_settings(project_root)
    raw["channels"]["scoop"]["target"] = "https://github.com/a/b"
    session = open_session(raw, Environment(standin.environment), lambda _line: None)
    lines = doctor(session, ["scoop"])
    assert failed(lines) == [("scoop", "configuration")]
    assert standin.sent("GET", "github.com/a/b") == []


def test_json_and_text_carry_every_line() -> None:
    lines = [Line("scoop", "token", Level.FAILED, "wrong", "right it"), Line("all", "slack", Level.OK, "fine")]
    document = findings_json(lines)
    assert (document["schema"], document["task"], document["ok"]) == (1, "doctor", False)
    assert json.loads(json.dumps(document))["lines"][0] == {
        "channel": "scoop", "check": "token", "level": "failed", "text": "wrong", "fix": "right it",
    }  # fmt: skip
    assert findings_json([replace(lines[0], level=Level.WARNING)])["ok"] is True


@pytest.mark.parametrize(
    ("header", "level", "said"),
    [
        pytest.param("2027-03-01 00:00:00 UTC", Level.OK, "until 2027-03-01", id="far"),
        pytest.param("2027-01-29 08:00:00 UTC", Level.WARNING, "in 14 days", id="fourteen-days"),
        pytest.param("2027-01-29 08:00:01 UTC", Level.OK, "until 2027-01-29", id="a-second-more"),
        pytest.param("2027-01-15 09:00:00 UTC", Level.WARNING, "in 0 days", id="within-the-hour"),
        pytest.param("2027-01-15 09:00:00 +0100", Level.FAILED, "expired on 2027-01-15", id="offset"),
        pytest.param("2027-01-15T07:59:59Z", Level.FAILED, "expired", id="iso"),
        pytest.param("next spring", Level.WARNING, "'next spring'", id="no-time"),
    ],
)
def test_expiry(header: str, level: Level, said: str) -> None:
    line = check_expiry(TAP, header, NOW)
    assert line is not None
    assert (line.level, said in line.text) == (level, True)


def test_no_expiry_stated_says_nothing() -> None:
    assert check_expiry(TAP, None, NOW) is None


@pytest.mark.parametrize("text", ["", "0", "2027-13-40 00:00:00 UTC", "99999-01-01 00:00:00 UTC", "\N{SNOWMAN}"])
def test_what_is_no_time(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    ("scopes", "repository", "level"),
    [
        pytest.param("repo, workflow", {"private": True}, Level.OK, id="repo"),
        pytest.param("public_repo", {"private": False}, Level.OK, id="public-repo-on-public"),
        pytest.param("public_repo", {"private": True}, Level.FAILED, id="public-repo-on-private"),
        pytest.param("public_repo", None, Level.FAILED, id="public-repo-on-unseen"),
        pytest.param("", {"private": False}, Level.FAILED, id="classic-without-any"),
        pytest.param("repo:status", {"private": False}, Level.FAILED, id="part-of-repo"),
        pytest.param("repo", {"permissions": {"push": False}}, Level.FAILED, id="reader-only"),
        pytest.param(None, {"permissions": {"push": True}}, Level.WARNING, id="fine-grained-is-unknown"),
    ],
)
def test_scopes(scopes: str | None, repository: Mapping[str, Any] | None, level: Level) -> None:
    assert check_scopes(TAP, scopes, repository).level is level


@pytest.mark.parametrize(
    ("channel", "needed"),
    [(TAP, "Contents: write and Actions: read on acme/tap"), (IMAGE, "Actions: write on acme/app")],
    ids=["repository_dispatch", "workflow_dispatch"],
)
def test_the_permission_that_is_needed_is_named(channel: Channel, needed: str) -> None:
    assert needed in check_scopes(channel, None, None).fix


def test_own_token_only_on_its_own_repository() -> None:
    assert check_own_token(IMAGE, "ACME/app") is None
    assert check_own_token(IMAGE, None) is None
    assert check_own_token(TAP, "acme/app") is None
    assert check_own_token(replace(TAP, token="GITHUB_TOKEN"), "acme/app") is not None


@pytest.mark.parametrize(
    ("answer", "warns"),
    [({"resources": {"core": {"remaining": 3}}}, True), ({"resources": {"core": {"remaining": 4000}}}, False),
     ({"resources": []}, False), (None, False), ({"resources": {"core": {"remaining": "?"}}}, False)],
    ids=["few", "many", "odd", "nothing", "no-number"],
)  # fmt: skip
def test_quota(answer: object, *, warns: bool) -> None:
    assert (check_quota(TAP, answer) is not None) is warns


@pytest.mark.parametrize(
    ("repository", "level", "said"),
    [
        ({"full_name": "ACME/Tap"}, Level.OK, "is there"),
        ({}, Level.OK, "is there"),
        ({"full_name": "acme/new-tap"}, Level.FAILED, "acme/new-tap"),
        ({"full_name": "acme/tap", "archived": True}, Level.FAILED, "archived"),
        ({"full_name": "acme/tap", "disabled": True}, Level.FAILED, "disabled"),
    ],
    ids=["letter-case", "no-name", "renamed", "archived", "disabled"],
)
def test_target(repository: Mapping[str, Any], level: Level, said: str) -> None:
    line = check_target(TAP, repository)
    assert (line.level, said in line.text) == (level, True)


def workflow(text: str, state: str = "active", name: str = "publish.yml") -> Workflow:
    return Workflow(f".github/workflows/{name}", state, parse_listens(text.encode()))


@pytest.mark.parametrize(
    ("channel", "workflows", "level", "said"),
    [
        pytest.param(TAP, [workflow("on: repository_dispatch")], Level.OK, "listens to app-release", id="string"),
        pytest.param(TAP, [workflow("on: [push, repository_dispatch]")], Level.OK, "listens", id="list"),
        pytest.param(TAP, [workflow("'on': {repository_dispatch: {types: app-release}}")], Level.OK, "", id="map"),
        pytest.param(
            TAP, [workflow("on: {repository_dispatch: {types: [Other]}}", name="bump.yml")],
            Level.FAILED, "bump.yml listens to repository_dispatch (Other)", id="another-type",
        ),
        pytest.param(TAP, [workflow("on: push")], Level.FAILED, "listens to push", id="another-event"),
        pytest.param(TAP, [], Level.FAILED, "no workflows", id="none"),
        pytest.param(
            TAP, [workflow("on: repository_dispatch", name=f"{n}.yml") for n in "ab"],
            Level.WARNING, "2 workflows", id="two",
        ),
        pytest.param(
            TAP, [Workflow(".github/workflows/x.yml", "active", problem="is not YAML")],
            Level.WARNING, "x.yml: is not YAML", id="unreadable",
        ),
        pytest.param(
            TAP, [workflow("on: repository_dispatch", "disabled_manually")],
            Level.FAILED, "disabled_manually", id="off",
        ),
        pytest.param(
            IMAGE, [workflow("on: {workflow_dispatch: {inputs: {tag: {required: true}}}}")],
            Level.OK, "with tag", id="input",
        ),
        pytest.param(IMAGE, [workflow("on: workflow_dispatch")], Level.FAILED, "no input tag", id="no-inputs"),
        pytest.param(
            IMAGE, [workflow("on: {workflow_dispatch: {inputs: {tag: , ref: {required: true}}}}")],
            Level.FAILED, "requires the input ref", id="required-input",
        ),
        pytest.param(IMAGE, [workflow("on: push")], Level.FAILED, "does not listen", id="not-by-hand"),
        pytest.param(
            IMAGE, [workflow("on: workflow_dispatch", name="other.yml")],
            Level.FAILED, "there are: other.yml", id="no-such-file",
        ),
        pytest.param(
            IMAGE, [workflow("on: {workflow_dispatch: {inputs: {tag: }}}", "disabled_inactivity")],
            Level.FAILED, "disabled_inactivity", id="input-but-off",
        ),
    ],
)  # fmt: skip
def test_receiver(channel: Channel, workflows: list[Workflow], level: Level, said: str) -> None:
    (line,) = check_receiver(channel, workflows)
    assert line.level is level
    assert said in line.text
    assert (line.fix == "") is (level is Level.OK)


@pytest.mark.parametrize(
    ("seen", "newest", "level"),
    [
        pytest.param(Verdict(State.SERVED, Served("1.0.0")), "1.0.0", Level.OK, id="served"),
        pytest.param(Verdict(State.PENDING, Served("1.0.0", pending=True)), "1.0.0", Level.OK, id="in-review"),
        pytest.param(Verdict(State.BEHIND, Served("0.9.0"), "serves 0.9.0"), "1.0.0", Level.WARNING, id="behind"),
        pytest.param(Verdict(State.BEHIND, Served("0.9.0"), "serves 0.9.0"), None, Level.OK, id="no-release-known"),
        pytest.param(Verdict(State.UNKNOWN, reason="no answer"), "1.0.0", Level.WARNING, id="unknown"),
        pytest.param(
            Verdict(State.UNKNOWN, Served("1.0.0", unread="latest: 500"), "latest: 500"),
            "1.0.0",
            Level.WARNING,
            id="half-unread",
        ),
        pytest.param(
            Verdict(State.UNKNOWN, reason="Formula/app.rb is not in acme/tap"), "1.0.0", Level.FAILED, id="no-file"
        ),
    ],
)
def test_served(seen: Verdict, newest: str | None, level: Level) -> None:
    assert served_line(TAP, seen, newest).level is level


UNCOMPARED = {
    "in the file": ({"file": "PKGBUILD", "contains": ["pkgver={version}", "{sha256}"]}, Level.OK,
                    "serves 0.0.2, checksum not compared"),
    "in the path": ({"file": "{sha256}", "contains": "{version}"}, Level.OK,
                    "unknown: the checksum that says where to look is not known yet"),
    "behind": ({"file": "PKGBUILD", "contains": ["{version}-1", "{sha256}"]}, Level.WARNING,
               "PKGBUILD does not hold '0.0.2-1'"),
}  # fmt: skip


@pytest.mark.parametrize(("serves", "level", "said"), UNCOMPARED.values(), ids=UNCOMPARED)
def test_a_checksum_that_doctor_cannot_compare_is_no_warning(
    standin: StandIn, serves: dict[str, Any], level: Level, said: str
) -> None:
    standin.add_repository("acme/aur", {"PKGBUILD": b"pkgver=0.0.2 " + b"a" * 64}, "TAP_REPO_TOKEN")
    aur = {"kind": "dispatch", "target": "acme/aur", "event_type": "x", "artifact": "wheel", "token": "TAP_REPO_TOKEN"}
    line = found(doctor(session_at(standin, {"aur": {**aur, "serves": serves}}), ["aur"]), "aur", "serves")
    assert (line.level, line.text) == (level, said)


@pytest.mark.parametrize(
    ("webhook", "level"),
    [
        (None, Level.OK),
        ("https://hooks.slack.com/services/T0/B0/c2VjcmV0", Level.OK),
        ("https://hooks.slack.com/services/", Level.FAILED),
        ("http://hooks.slack.com/services/T0/B0/c2VjcmV0", Level.FAILED),
        ("hooks.slack.com/services/T0/B0/c2VjcmV0", Level.FAILED),
        ("https://user:pass@hooks.slack.com/services/c2VjcmV0", Level.FAILED),
        ("https://[broken/c2VjcmV0", Level.FAILED),
    ],
    ids=["absent", "good", "cut", "http", "no-scheme", "login", "no-url"],
)
def test_slack(webhook: str | None, level: Level) -> None:
    line = check_slack(webhook)
    assert line.level is level
    assert "c2VjcmV0" not in repr(line)


def test_a_report_of_a_fault_can_name_the_version(open_at: Callable[..., Session]) -> None:
    line = found(doctor(open_at(), ["scoop"]), "all", "version")
    assert (line.level, line.text.split(",")[0]) == (Level.OK, f"release-distributions {__version__}")


def test_a_source_that_can_change_is_a_warning(standin: StandIn, open_at: Callable[..., Session]) -> None:
    standin.fault("GET", r"/contents/\.gitattributes$", None, status=200, body="a.txt export-subst\n")
    line = found(doctor(open_at(), ["scoop"]), "all", "source")
    assert (line.level, "can change after its checksum was published" in line.text) == (Level.WARNING, True)
