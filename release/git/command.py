"""Starting git: an environment of our own, credentials by environment only, failures as errors of ours."""

import base64
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from release.errors import InputError, ReleaseError, ServiceError, one_line
from release.git.process import TooMuch, run
from release.http.session import is_local

PROTOCOLS = "http:https"
SECONDS = 600.0
LARGEST_WORDS = 64 * 1024  # bytes of what git says when it fails; the end is what matters
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")
PASSED_ON = (
    "PATH", "PATHEXT", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "GIT_EXEC_PATH", "LD_LIBRARY_PATH",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
)  # fmt: skip
SETTINGS = {
    "core.autocrlf": "false", "core.bigFileThreshold": "1m", "core.hooksPath": os.devnull,
    "credential.helper": "", "gc.auto": "0", "http.followRedirects": "false",
    "http.lowSpeedLimit": "1", "maintenance.auto": "false", "advice.detachedHead": "false",
    "init.defaultBranch": "main",
}  # fmt: skip


class GitFailed(ReleaseError):  # noqa: N818 - says what happened
    """git ended with an error that is none of those below."""


class RaceLost(ReleaseError):  # noqa: N818 - says what happened
    """Somebody else pushed since the head was read; nothing of ours arrived."""


class Protected(ReleaseError):  # noqa: N818 - says what happened
    """The branch takes no direct push; nothing of ours arrived."""


class Refused(ServiceError):  # noqa: N818 - says what happened
    """The server refused the token, or does not show the repository to it."""


@dataclass(frozen=True)
class Remote:
    """A repository over HTTP.

    Attributes:
        url: ``{server}/{owner}/{name}.git``, without credentials.
        variable: the name of the environment variable that held the token, for messages.
        environment: what git runs with, from ``git_environment``.
        secrets: what must not stand in a message.
        seconds: the longest time of one git command.
    """

    url: str
    variable: str
    environment: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    seconds: float = SECONDS


def make_remote(
    variables: Mapping[str, str], url: str, token: str | None, variable: str,
    *, stall: float = 30, protocols: str = PROTOCOLS,
) -> Remote:  # fmt: skip
    """The remote at ``url``; the token goes to its own host only.

    Args:
        variables: the environment; only what git needs of it is passed on.
        url: ``{server}/{owner}/{name}.git``.
        token: ``None`` for a public repository.
        variable: the name of the variable that held the token.
        stall: seconds without a byte until git gives up.
        protocols: what git may speak, ``:`` between them.

    Raises:
        InputError: the token cannot be one, such as bytes that are no text.
    """
    if token and not (token.isascii() and token.isprintable()):
        wrong = f"Malformed token: {variable} has characters that no token has"
        raise InputError(wrong, f"Copy it anew to {variable}.")
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode() if token else None
    environment = git_environment(variables, url, basic, stall=stall, protocols=protocols)
    return Remote(url, variable, environment, tuple(filter(None, (basic, token))))


def git_environment(
    variables: Mapping[str, str], url: str, basic: str | None, *, stall: float, protocols: str
) -> dict[str, str]:
    """The whole environment of git: no configuration of the user or machine, no prompt, no other secret.

    ``basic`` is the value of a Basic authorization. Source: git's documentation of ``GIT_CONFIG_COUNT``.
    """
    settings = {**SETTINGS, "http.lowSpeedTime": f"{max(1, round(stall))}"}
    if basic:
        settings[f"http.{url}.extraHeader"] = f"Authorization: Basic {basic}"
    pairs = {f"GIT_CONFIG_KEY_{i}": key for i, key in enumerate(settings)}
    passed_on = PASSED_ON if is_local(url) else (*PASSED_ON, *PROXIES)  # nobody is in between on this machine
    pairs |= {f"GIT_CONFIG_VALUE_{i}": value for i, value in enumerate(settings.values())}
    return {
        **{name: variables[name] for name in passed_on if name in variables},
        **pairs,
        "GIT_CONFIG_COUNT": str(len(settings)),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "HOME": os.devnull,  # no netrc file either
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_ALLOW_PROTOCOL": protocols,
        "LC_ALL": "C",
    }


def run_git(
    remote: Remote, directory: Path, *arguments: str, data: bytes = b"", extra: Mapping[str, str] | None = None
) -> bytes:
    """What ``git ARGUMENTS`` prints, run in ``directory`` with ``data`` on its standard input.

    Raises:
        InputError: there is no git.
        RaceLost, Protected, Refused, GitFailed: see there.
    """
    environment = {**remote.environment, **(extra or {})}
    try:
        done = run(["git", *arguments], directory, environment, data, remote.seconds)
    except FileNotFoundError:
        raise InputError("git was not found", "Install git and put it on PATH.") from None
    except subprocess.TimeoutExpired:
        raise GitFailed(f"git {arguments[0]} took longer than {remote.seconds:g} s", "Run it again later.") from None
    except TooMuch:
        wrong = f"git {arguments[0]} of {remote.url} gave more than anybody can read"
        raise GitFailed(wrong, "Look what is in that repository.") from None
    if done.code:
        raise failure(remote, arguments[0], (done.out + b"\n" + done.err)[-LARGEST_WORDS:].decode("utf-8", "replace"))
    return done.out


LOST = re.compile(
    r"\((fetch first|non-fast-forward|stale info)\)|cannot lock ref|incorrect old value|failed to update ref"
)
HELD = re.compile(r"GH006|GH013|protected branch|hook declined|rule violations", re.IGNORECASE)
DENIED = re.compile(
    r"returned error: (401|403|404)|(Authentication failed)|(could not read Username)|"
    r"repository '[^'\n]*+' (not found)",
    re.IGNORECASE,
)


def failure(remote: Remote, command: str, said: str) -> ReleaseError:
    """The error for what git (run in the C locale) said when it failed."""
    for secret in remote.secrets:
        said = said.replace(secret, "***")
    words = _words(said)
    if command == "push" and HELD.search(said):
        return Protected(f"{remote.url} takes no direct push: {words}", "Merge a pull request in its place.")
    if command == "push" and LOST.search(said):
        return RaceLost(f"Somebody else pushed to {remote.url} at the same time", "Run it again.")
    if found := DENIED.search(said):
        return _refused(remote, command, words, found)
    return GitFailed(
        f"git {command} failed for {remote.url}: {words}", "Check the network and the address, then again."
    )


def _refused(remote: Remote, command: str, words: str, found: re.Match[str]) -> Refused:
    status = int(found[1]) if found[1] else 404 if found[4] else 401
    fixes = {
        401: f"Replace the token in {remote.variable}: it is wrong, expired or revoked.",
        403: f"Give the token in {remote.variable} the permission Contents: write on this repository.",
        404: f"Check the target's name; or the token in {remote.variable} cannot see it.",
    }
    if status == 403 and "archived" in words.lower():
        fixes[403] = "Unarchive the repository in its settings, or take the channel out; the token is not at fault."
    name = "Unauthorized: " if status == 401 else ""
    return Refused(f"{name}{remote.url} refused git {command} ({status}): {words}", fixes[status], status)


def _words(said: str) -> str:
    """What matters of git's many lines: the server's own, else the last that says what is wrong."""
    lines = [one_line(line) for line in said.splitlines()]
    remote = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    wrong = [line for line in lines if re.match(r"fatal:|error:|!", line)]
    return one_line(" ".join([line for line in remote if line] or wrong[:1] or lines[-1:]))[:300] or "no message"
