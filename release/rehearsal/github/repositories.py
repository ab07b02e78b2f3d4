"""Repositories: their record, their files by the contents API, branches and refs, read from the bare repositories."""

import base64

from release.rehearsal.github.api import Call, route
from release.rehearsal.github.snapshots import Snapshot
from release.rehearsal.records import AnswerError, Json
from release.rehearsal.servers.http import Answer, json_answer

RAW = ("application/vnd.github.raw", "application/vnd.github.v3.raw")


def record(call: Call) -> Answer:
    """``GET /repos/{o}/{r}``."""
    found = call.repository
    write = call.token is not None and found.name in call.token.repositories
    permissions = {"admin": False, "maintain": False, "push": write, "triage": write, "pull": True}
    owner, _, name = found.name.partition("/")
    value: Json = {
        "id": 1 + sorted(call.world.repositories).index(found.name), "name": name, "full_name": found.name,
        "owner": {"login": owner, "type": "Organization"}, "private": found.private, "archived": found.archived,
        "disabled": False, "has_issues": found.issues, "default_branch": found.branch,
        "html_url": f"{call.world.server_url}/{found.name}", "clone_url": f"{call.world.server_url}/{found.name}.git",
    }  # fmt: skip
    if call.token:
        value["permissions"] = permissions
    return json_answer(value)


def contents(call: Call) -> Answer:
    """``GET /repos/{o}/{r}/contents/{path}``: raw bytes, or a record; a directory is a list."""
    call.check("contents:read")
    held, path = call.repository.at(call.request.query.get("ref")), call.names.get("path", "").strip("/")
    content = held.contents.get(path)
    if content is None:
        return _directory(held, path)
    if call.request.headers.get("accept", "").startswith(RAW):
        return Answer(200, content, {"Content-Type": "application/vnd.github.raw+json; charset=utf-8"})
    coded = base64.encodebytes(content).decode()
    return json_answer(
        {**_entry("file", held.entries[path][1], path), "size": len(content), "encoding": "base64", "content": coded}
    )


def _directory(held: Snapshot, path: str) -> Answer:
    found = held.inside(path)
    if not found:
        raise AnswerError(404, "Not Found")
    kinds = {"blob": "file", "tree": "dir"}
    return json_answer([_entry(kinds.get(kind, kind), sha, name) for kind, sha, name in found])


def _entry(kind: str, sha: str, path: str) -> Json:
    return {"type": kind, "name": path.rsplit("/", 1)[-1], "path": path, "sha": sha}


def branch(call: Call) -> Answer:
    """``GET /repos/{o}/{r}/branches/{branch}``."""
    found, name = call.repository, call.names["branch"]
    commit = found.resolve(f"refs/heads/{name}")
    if commit is None:
        raise AnswerError(404, "Branch not found")
    return json_answer({"name": name, "commit": {"sha": commit}, "protected": name in found.protected})


def ref(call: Call) -> Answer:
    """``GET /repos/{o}/{r}/git/ref/{ref}``."""
    name = f"refs/{call.names['ref']}"
    commit = call.repository.resolve(name)
    if commit is None:
        raise AnswerError(404, "Not Found")
    return json_answer({"ref": name, "object": {"type": "commit", "sha": commit}})


def user(call: Call) -> Answer:
    """``GET /user``."""
    if call.token is None:
        raise AnswerError(401, "Requires authentication")
    return json_answer({"login": "stand-in", "id": 1, "type": "User"})


ROUTES = [
    route("GET", "/user", user),
    route("GET", "/repos/{owner}/{repo}", record),
    route("GET", "/repos/{owner}/{repo}/contents", contents),
    route("GET", "/repos/{owner}/{repo}/contents/{path...}", contents),
    route("GET", "/repos/{owner}/{repo}/branches/{branch...}", branch),
    route("GET", "/repos/{owner}/{repo}/git/ref/{ref...}", ref),
]
