"""Clones, commits and pushes over HTTP with token check; what git is given, and what its refusals mean."""

import base64
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from itertools import groupby
from pathlib import Path

import pytest

from release.errors import EditRefused, ReleaseError
from release.git.clone import Clone, clone, tag_commit
from release.git.command import GitFailed, Protected, RaceLost, Refused, Remote, failure, make_remote
from release.git.push import push_once
from release.rehearsal import StandIn
from release.rehearsal.github.bare import write_commits

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("git_over_http")]

TAP, FORMULA = "kademoslabs/homebrew-tap", "Formula/kekkai.rb"
VARIABLE = "TAP_REPO_TOKEN"
OTHER_SECRET = "made-up-secret-of-another-channel"
Open = Callable[..., Remote]


@pytest.fixture
def remote(standin: StandIn) -> Open:
    """``remote(target, token, **more variables)``."""

    def make(target: str = TAP, token: str | None = standin.token(VARIABLE).value, **variables: str) -> Remote:
        known = {"PATH": os.environ["PATH"], "SCOOP_REPO_TOKEN": OTHER_SECRET, **variables}
        return make_remote(known, f"{standin.server_url}/{target}.git", token, VARIABLE, stall=5)

    return make


@pytest.fixture
def tap(remote: Open, tmp_path: Path) -> Clone:
    return clone(remote(), tmp_path / "tap.git")


def put(repository: Path, mode: str, path: str, content: str) -> None:
    """One commit with a file of this mode."""
    head = "commit refs/heads/main\ncommitter a <a@b> 1 +0000\ndata 0\nfrom refs/heads/main^0\n"
    script = f"{head}M {mode} inline {path}\ndata {len(content)}\n{content}\n"
    subprocess.run(["git", "fast-import", "--quiet"], input=script.encode(), cwd=repository, check=True)


def test_commit_changes_the_named_files_and_nothing_else(standin: StandIn, tap: Clone) -> None:
    odd = 'wide \u00e9/"quoted" \\back.txt'
    files = {FORMULA: b"\xef\xbb\xbfnew\r\nbytes \xff", "Formula/kekkai@0.0.1.rb": b"old\n", odd: b"from there\n"}
    commit = tap.commit(files, "a bump\n\nwith a body")
    tap.push(commit)
    repository = standin.repository("homebrew")
    assert repository.resolve("main") == commit
    assert tap.tip() == commit
    changed = subprocess.run(
        ["git", "diff", "-z", "--name-status", f"{commit}^", commit],
        cwd=repository.path,
        capture_output=True,
        check=True,
    )
    assert changed.stdout.decode().split("\0") == ["M", FORMULA, "A", "Formula/kekkai@0.0.1.rb", "A", odd, ""]
    assert {path: repository.read(path) for path in files} == files
    shown = subprocess.run(
        ["git", "log", "-1", "--format=%an|%cn|%B"], cwd=repository.path, capture_output=True, check=True
    ).stdout.decode()
    assert shown.strip() == "release-distributions|release-distributions|a bump\n\nwith a body"


def test_two_commits_on_one_head_are_two(tap: Clone) -> None:
    one, other, same = (tap.commit({FORMULA: body}, "m") for body in (b"1\n", b"2\n", b"1\n"))
    assert len({one, other, tap.head}) == 3
    tap.push(other)
    assert tap.tip() == other
    assert same != other


def test_attributes_of_the_repository_change_no_byte(standin: StandIn, remote: Open, tmp_path: Path) -> None:
    repository = standin.repository("homebrew")
    repository.commit("convert", {".gitattributes": b"* text=auto eol=crlf\n*.rb filter=x\n"}, 1)
    tap = clone(remote(), tmp_path / "tap.git")
    tap.push(tap.commit({FORMULA: b"a\r\nb\nc\r\n"}, "m"))
    assert repository.read(FORMULA) == b"a\r\nb\nc\r\n"
    tap.refresh()
    assert tap.files([FORMULA]) == {FORMULA: b"a\r\nb\nc\r\n"}


def test_mode_of_a_file_stays(standin: StandIn, remote: Open, tmp_path: Path) -> None:
    standin.add_repository("kademoslabs/other", {}, VARIABLE)
    path = standin.repository("kademoslabs/other").path
    put(path, "100755", "x.sh", "x")
    target = clone(remote("kademoslabs/other"), tmp_path / "other.git")
    target.push(target.commit({"x.sh": b"y"}, "m"))
    listed = subprocess.run(["git", "ls-tree", "main", "x.sh"], cwd=path, capture_output=True, check=True).stdout
    assert listed.startswith(b"100755")


def test_files_and_names_tell_what_is_there(tap: Clone) -> None:
    assert list(tap.files([FORMULA, "Formula/none.rb"])) == [FORMULA]
    assert tap.names("Formula") == ("Formula/kekkai.rb", "Formula/other.rb")
    assert "README.md" in tap.names("")
    assert tap.names("nowhere") == ()


@pytest.mark.parametrize("depth", [1, 9], ids=["newest alone", "history"])
def test_push_after_a_lost_race_and_a_refresh(standin: StandIn, remote: Open, tmp_path: Path, depth: int) -> None:
    mine = clone(remote(), tmp_path / "mine.git", depth=depth)
    standin.repository("homebrew").commit("faster", {"README.md": b"faster\n"}, 1)
    with pytest.raises(RaceLost):
        mine.push(mine.commit({FORMULA: b"mine"}, "late"))
    assert standin.repository("homebrew").read(FORMULA) != b"mine"
    mine.refresh()
    mine.push(mine.commit({FORMULA: b"mine"}, "in time"))
    assert standin.repository("homebrew").read(FORMULA) == b"mine"
    assert standin.repository("homebrew").read("README.md") == b"faster\n"


def test_protected_branch_is_told_from_a_race(standin: StandIn, tap: Clone) -> None:
    standin.repository("homebrew").protect("main")
    with pytest.raises(Protected, match="GH006"):
        tap.push(tap.commit({FORMULA: b"x"}, "m"))
    tap.push(commit := tap.commit({FORMULA: b"x"}, "m"), "bump-x")
    assert [tap.tip(branch) for branch in ("bump-x", "bump", "bump-y")] == [commit, "", ""]


def test_name_of_a_branch_within_another_s_is_not_that_branch(standin: StandIn, tap: Clone) -> None:
    path = standin.repository("homebrew").path
    subprocess.run(["git", "branch", "a/refs/heads/bump-x", "main"], cwd=path, check=True)
    assert (tap.tip("bump-x"), tap.tip()) == ("", tap.head)


@pytest.mark.parametrize(
    ("onto", "files", "same"),
    [
        pytest.param("main", {FORMULA: b"x"}, True, id="the same change on the same head"),
        pytest.param("main", {FORMULA: b"x", "more": b""}, False, id="with another file"),
        pytest.param("main^", {FORMULA: b"x"}, False, id="on an older head"),
        pytest.param("bump", {"more": b""}, False, id="as a second commit"),
        pytest.param("main", None, False, id="no commit at all"),
    ],
)
def test_branch_is_a_twin_only_with_the_same_parent_and_tree(
    standin: StandIn, tap: Clone, onto: str, files: dict[str, bytes] | None, *, same: bool
) -> None:
    mine, path = tap.commit({FORMULA: b"x"}, "mine"), standin.repository("homebrew").path
    tap.push(mine, "bump")
    subprocess.run(["git", "branch", "theirs", onto], cwd=path, check=True)
    if files is not None:
        write_commits(path, "theirs", [("theirs", files)], when=1)
    assert tap.is_twin(mine, "theirs") is same
    assert tap.refresh() == standin.repository("homebrew").resolve("main")


def test_push_without_permission_names_the_variable(standin: StandIn, tap: Clone) -> None:
    standin.token(VARIABLE).denied.add("contents:write")
    with pytest.raises(Refused) as refused:
        tap.push(tap.commit({FORMULA: b"x"}, "m"))
    assert refused.value.status == 403
    assert VARIABLE in refused.value.fix


@pytest.mark.parametrize("branch", ["main", "bump-x"], ids=["to the branch", "to a new one"])
@pytest.mark.parametrize("arrives", [True, False], ids=["it arrived", "it did not"])
def test_push_without_an_answer_is_looked_up(standin: StandIn, tap: Clone, branch: str, *, arrives: bool) -> None:
    standin.fault("POST", "git-receive-pack", times=None, accept=arrives, drop=True)
    commit, before = tap.commit({FORMULA: b"x"}, "m"), standin.repository("homebrew").resolve(branch)
    with nullcontext() if arrives else pytest.raises(GitFailed):
        assert push_once(tap, commit, branch)
    assert standin.repository("homebrew").resolve(branch) == (commit if arrives else before)


@pytest.mark.parametrize(
    ("target", "token", "status", "word"),
    [
        pytest.param(TAP, "made-up-wrong-token", 401, "Unauthorized", id="bad token"),
        pytest.param("kademoslabs/none", "made-up-wrong-token", 404, "not", id="unknown repository"),
    ],
)
def test_clone_that_is_refused(remote: Open, tmp_path: Path, target: str, token: str, status: int, word: str) -> None:
    with pytest.raises(Refused) as refused:
        clone(remote(target, token), tmp_path / "x.git")
    assert refused.value.status == status
    assert word in refused.value.wrong
    encoded = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    assert token not in str(refused.value)
    assert encoded not in str(refused.value)
    assert VARIABLE in refused.value.fix


def test_private_repository_without_a_token_is_unauthorized(standin: StandIn, remote: Open, tmp_path: Path) -> None:
    standin.repository("homebrew").private = True
    with pytest.raises(Refused, match="Unauthorized"):
        clone(remote(token=None), tmp_path / "x.git")


def test_public_repository_needs_no_token(remote: Open, tmp_path: Path) -> None:
    assert clone(remote(token=None), tmp_path / "x.git").files([FORMULA])


def test_empty_repository_is_refused(standin: StandIn, remote: Open, tmp_path: Path) -> None:
    path = standin.repository("homebrew").path
    subprocess.run(["git", "update-ref", "-d", "refs/heads/main"], cwd=path, check=True)
    with pytest.raises(EditRefused, match="no commits"):
        clone(remote(), tmp_path / "x.git")


def test_a_repository_whose_head_is_no_branch_is_refused(standin: StandIn, remote: Open, tmp_path: Path) -> None:
    repository = standin.repository("homebrew")
    (repository.path / "HEAD").write_text(f"{repository.resolve('main^')}\n")
    with pytest.raises(EditRefused, match="is no branch"):
        clone(remote(), tmp_path / "x.git")


def test_symbolic_link_is_no_file_to_edit(standin: StandIn, remote: Open, tmp_path: Path) -> None:
    path = standin.repository("homebrew").path
    put(path, "120000", FORMULA, "README.md")
    with pytest.raises(EditRefused, match="no plain file"):
        clone(remote(), tmp_path / "x.git").files([FORMULA])


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script is no git on Windows")
def test_git_gets_the_token_by_environment_only(standin: StandIn, remote: Open, tmp_path: Path) -> None:
    """A recorder in the place of git writes down its arguments and environment, and calls git."""
    folder = tmp_path / "bin"
    folder.mkdir()
    recorder = folder / "git"
    recorder.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/arguments"\nenv >> "{tmp_path}/environment"\n'
                        f'PATH="${{PATH#*:}}" exec git "$@"\n')  # fmt: skip
    recorder.chmod(recorder.stat().st_mode | stat.S_IXUSR)
    tap = clone(
        remote(PATH=f"{folder}:{os.environ['PATH']}", HOME="/home/somebody", GIT_DIR="/nowhere"), tmp_path / "t.git"
    )
    tap.push(tap.commit({FORMULA: b"x"}, "m"))
    token = standin.token(VARIABLE).value
    encoded = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    arguments, environment = (tmp_path / "arguments").read_text(), (tmp_path / "environment").read_text()
    assert "clone" in arguments
    assert "push" in arguments
    assert not [secret for secret in (token, encoded, "--force") if secret in arguments]
    assert encoded in environment
    assert not [word for word in (OTHER_SECRET, "/home/somebody", "GIT_DIR") if word in environment]
    kept = b"".join(p.read_bytes() for p in (tmp_path / "t.git").rglob("*") if p.is_file())
    assert token.encode() not in kept
    assert encoded.encode() not in kept


def test_files_of_the_machine_are_no_remote(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "local.git")], check=True)
    remote = make_remote({"PATH": os.environ["PATH"]}, f"file://{tmp_path}/local.git", None, VARIABLE)
    with pytest.raises(GitFailed, match="'file' not allowed"):
        clone(remote, tmp_path / "x.git")


def test_history_is_read_newest_first_and_through_merges(standin: StandIn, remote: Open, tmp_path: Path) -> None:
    target = clone(remote(), tmp_path / "x.git", depth=9)
    commits = target.commits([FORMULA])
    bodies = target.blobs([*((one, FORMULA) for one in reversed(commits)), (commits[0], "none")])
    *held, none = (body for body, _ in groupby(bodies))
    wanted = [b"0.0.0-rc.1.tar", b"0.0.0.tar", b"0.0.1.tar"]
    assert [want in (body or b"") for want, body in zip(wanted, filter(None, held), strict=True)] == [True] * 3
    assert none is None
    assert standin.repository("homebrew").resolve("main") == target.head


def test_commit_of_a_tag_annotated_or_not(standin: StandIn, remote: Open) -> None:
    path, head = standin.repository("homebrew").path, standin.repository("homebrew").resolve("main")
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", *who, "tag", "-m", "note", "v1", "main"], cwd=path, check=True)
    subprocess.run(["git", "tag", "v2", "main"], cwd=path, check=True)
    assert [tag_commit(remote(), tag) for tag in ("v1", "v2", "v3")] == [head, head, None]


@pytest.mark.parametrize(
    ("command", "said", "kind"),
    [
        pytest.param("push", "! [rejected] a:b (fetch first)", RaceLost, id="fetch first"),
        pytest.param("push", "! [rejected] a:b (non-fast-forward)", RaceLost, id="non-fast-forward"),
        pytest.param(
            "push", "! [remote rejected] a -> b (cannot lock ref 'x': is at 1 but expected 2)", RaceLost, id="lock"
        ),
        pytest.param(
            "push", "remote: error: GH006: Protected branch update failed\n! [remote rejected]", Protected, id="GH006"
        ),
        pytest.param("push", "remote: error: GH013: Repository rule violations found", Protected, id="rule set"),
        pytest.param("push", "! [remote rejected] a -> b (pre-receive hook declined)", Protected, id="hook"),
        pytest.param("push", "fatal: unable to access 'u': The requested URL returned error: 403", Refused, id="403"),
        pytest.param("clone", "fatal: Authentication failed for 'u'", Refused, id="401"),
        pytest.param(
            "clone", "fatal: could not read Username for 'u': terminal prompts disabled", Refused, id="prompt"
        ),
        pytest.param("clone", "remote: Repository not found.\nfatal: repository 'u' not found", Refused, id="404"),
        pytest.param("clone", "fatal: unable to access 'u': Could not resolve host: x", GitFailed, id="no host"),
        pytest.param("fetch", "", GitFailed, id="nothing said"),
    ],
)
def test_what_a_refusal_means(command: str, said: str, kind: type[ReleaseError]) -> None:
    secret = "made-up-token"
    error = failure(Remote("https://example.org/a/b.git", VARIABLE, {}, (secret,)), command, f"{said} {secret}")
    assert type(error) is kind
    assert secret not in str(error)
    assert "\n" not in error.wrong


def test_a_push_to_an_archived_repository_is_no_fault_of_the_token() -> None:
    said = "remote: This repository was archived so it is read-only.\nfatal: The requested URL returned error: 403"
    fix = failure(Remote("https://example.org/a/b.git", VARIABLE, {}, ()), "push", said).fix
    assert "Unarchive" in fix
    assert VARIABLE not in fix


@pytest.mark.parametrize("said", ["repository '", "remote: ", "((", "returned error: ", "a", "\x1b", "! "])
def test_words_of_git_without_an_end_are_read_at_once(said: str) -> None:
    start = time.process_time()
    text = (said * 64_000)[:64_000]
    error = failure(Remote("https://example.org/a/b.git", VARIABLE, {}, ("made-up-token",)), "push", text)
    assert len(error.wrong) < 500
    assert time.process_time() - start < 5  # some milliseconds
