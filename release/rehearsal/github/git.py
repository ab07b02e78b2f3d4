"""Git over HTTP by git's own backend, with the channel's token as the password."""

import base64
import binascii
import re
import shutil
import subprocess
import time
from functools import cache
from pathlib import Path

from release.rehearsal.github.bare import Repository
from release.rehearsal.github.isolated import git_environment, run_git
from release.rehearsal.records import AnswerError, Token
from release.rehearsal.servers.http import Answer, Request
from release.rehearsal.world import World

PATH = re.compile(r"/(?P<repo>[^/]+/[^/]+)\.git(?P<rest>/(?:info/refs|HEAD|objects/.*|git-(?:upload|receive)-pack))")


def answer_git(world: World, root: Path, request: Request) -> Answer | None:
    """Git's answer; ``None`` where the path is not git's."""
    match = PATH.fullmatch(request.path)
    if match is None:
        return None
    try:
        repository = world.repository(match["repo"])
        refused = _refuse(world, repository, request, pushes=_pushes(request, match["rest"]))
    except AnswerError:
        return _plain(404, "Repository not found.")
    if refused:
        return refused
    if match["rest"] == "/git-receive-pack":
        _lose_race(world, repository)
    return _backend(root, f"/{repository.path.relative_to(root).as_posix()}{match['rest']}", request)


def _pushes(request: Request, rest: str) -> bool:
    return rest == "/git-receive-pack" or request.query.get("service") == "git-receive-pack"


def _refuse(world: World, repository: Repository, request: Request, *, pushes: bool) -> Answer | None:
    given = _password(request.headers.get("authorization", ""))
    token = world.tokens.get(given) if given else None
    if given and token is None:
        return _unauthorized("Invalid username or token.")
    if token is None:
        return _unauthorized("Authentication required.") if pushes or repository.private else None
    if pushes and not _may_push(token, repository):
        return _plain(403, f"Permission to {repository.name}.git denied to stand-in.")
    if pushes and repository.archived:
        return _plain(403, "This repository was archived so it is read-only.")
    return None


def _may_push(token: Token, repository: Repository) -> bool:
    return repository.name in token.repositories and "contents:write" not in token.denied


def _password(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return value
    try:
        return base64.b64decode(value).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return "unreadable"


def _unauthorized(text: str) -> Answer:
    answer = _plain(401, text)
    answer.headers["WWW-Authenticate"] = 'Basic realm="GitHub"'
    return answer


def _plain(status: int, text: str) -> Answer:
    return Answer(status, f"{text}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})


def _lose_race(world: World, repository: Repository) -> None:
    with world.lock:
        if repository.races:
            message, files = repository.races.pop(0)
            repository.commit(message, files, int(time.time()))


@cache
def _program() -> list[str]:
    """The backend itself, without git's own start in front of it."""
    folder = run_git("--exec-path", cwd=Path.cwd()).decode().strip()
    found = shutil.which("git-http-backend", path=folder)
    return [found] if found else ["git", "http-backend"]


def _backend(root: Path, path: str, request: Request) -> Answer:
    kind, protocol = request.headers.get("content-type", ""), request.headers.get("git-protocol", "")
    variables = {
        "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "REMOTE_USER": "x-access-token",
        "REQUEST_METHOD": request.method, "QUERY_STRING": request.raw_query, "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(request.plain)), "GIT_PROTOCOL": protocol, "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    done = subprocess.run(
        _program(), input=request.plain, env=git_environment() | variables, capture_output=True, check=False
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200").split()[0]) if head else 500
    return Answer(status, body, headers)
