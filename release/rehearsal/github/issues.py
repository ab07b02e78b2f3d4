"""Issues, their comments and labels."""

import time

from release.rehearsal.github.api import Call, route
from release.rehearsal.records import AnswerError, Json, iso
from release.rehearsal.servers.http import Answer, json_answer


def all_items(call: Call, *, permission: str | None = None) -> list[Json]:
    """The repository's issues and pull requests, oldest first.

    Raises:
        AnswerError: 410 where issues are disabled, else what the token lacks.
    """
    if permission:
        call.allow(permission)
    if not call.repository.issues and permission != "pull_requests:write":
        raise AnswerError(410, "Issues are disabled for this repo")
    return call.world.issues.setdefault(call.repository.name, [])


def page_of(call: Call, found: list[Json]) -> Answer:
    """The page of ``found`` that was asked for, with a link to the next one."""
    count, page = int(call.request.query.get("per_page", "30")), int(call.request.query.get("page", "1"))
    headers = {}
    if len(found) > page * count:
        headers["Link"] = f'<{call.world.api_url}{_next_page(call, page + 1)}>; rel="next"'
    return json_answer(found[(page - 1) * count : page * count], headers=headers)


def _next_page(call: Call, page: int) -> str:
    query = {**call.request.query, "page": str(page)}
    path = call.request.path[call.request.path.index("/repos/") :]
    return path + "?" + "&".join(f"{name}={value}" for name, value in query.items())


def list_issues(call: Call) -> Answer:
    """``GET .../issues``: newest first, pull requests among them, as GitHub has it."""
    call.check("issues:read")
    query = call.request.query
    state, labels = query.get("state", "open"), set(filter(None, query.get("labels", "").split(",")))
    found = [
        item for item in reversed(all_items(call))
        if state in {"all", item["state"]} and labels <= {label["name"] for label in item["labels"]}
    ]  # fmt: skip
    return page_of(call, found)


def create_issue(call: Call) -> Answer:
    """``POST .../issues``: labels that do not exist are made."""
    items, body = all_items(call, permission="issues:write"), call.json()
    if not isinstance(body.get("title"), str) or not body["title"]:
        raise AnswerError(422, "Validation Failed", errors=[{"resource": "Issue", "field": "title", "code": "missing"}])
    with call.world.lock:  # no two have one number
        items.append(item := new_item(call, body, "issues"))
    _know_labels(call, body.get("labels", []))
    return json_answer(item, 201)


def new_item(call: Call, body: Json, kind: str) -> Json:
    """The record of a new issue (``kind`` is ``issues``) or pull request (``pulls``)."""
    number = len(call.world.issues.get(call.repository.name, [])) + 1
    page = f"{call.world.server_url}/{call.repository.name}/{'pull' if kind == 'pulls' else 'issues'}/{number}"
    moment = iso(time.time())
    return {
        "id": call.world.next_id(), "number": number, "title": body["title"], "body": body.get("body"),
        "state": "open", "state_reason": None, "labels": [{"name": name} for name in body.get("labels", [])],
        "html_url": page, "url": f"{call.world.api_url}/repos/{call.repository.name}/{kind}/{number}",
        "comments": 0, "created_at": moment, "updated_at": moment, "user": {"login": "stand-in"},
    }  # fmt: skip


def _know_labels(call: Call, names: list[str]) -> None:
    known = call.world.labels.setdefault(call.repository.name, [])
    known.extend(name for name in names if name not in known)


def _item(call: Call, *, permission: str | None = None) -> Json:
    for item in all_items(call, permission=permission):
        if str(item["number"]) == call.names["number"]:
            return item
    raise AnswerError(404, "Not Found")


def get_issue(call: Call) -> Answer:
    """``GET .../issues/{number}``."""
    return json_answer(_item(call))


def update_issue(call: Call) -> Answer:
    """``PATCH .../issues/{number}``: state, title, body, labels."""
    item, body = _item(call, permission="issues:write"), call.json()
    with call.world.lock:
        item |= {key: body[key] for key in ("state", "state_reason", "title", "body") if key in body}
        if "labels" in body:
            item["labels"] = [{"name": name} for name in body["labels"]]
            _know_labels(call, body["labels"])
        item["updated_at"] = iso(time.time())
    return json_answer(item)


def add_comment(call: Call) -> Answer:
    """``POST .../issues/{number}/comments``."""
    item, body = _item(call, permission="issues:write"), call.json()
    comment = {"id": call.world.next_id(), "body": body.get("body", ""), "created_at": iso(time.time())}
    with call.world.lock:
        item["comments"] += 1
        call.world.comments.setdefault((call.repository.name, item["number"]), []).append(comment)
    return json_answer({**comment, "html_url": f"{item['html_url']}#issuecomment-{comment['id']}"}, 201)


def list_comments(call: Call) -> Answer:
    """``GET .../issues/{number}/comments``."""
    return page_of(call, call.world.comments.get((call.repository.name, _item(call)["number"]), []))


def list_labels(call: Call) -> Answer:
    """``GET .../labels``."""
    return page_of(call, [{"name": name} for name in call.world.labels.get(call.repository.name, [])])


def get_label(call: Call) -> Answer:
    """``GET .../labels/{name}``."""
    if call.names["name"] not in call.world.labels.get(call.repository.name, []):
        raise AnswerError(404, "Not Found")
    return json_answer({"name": call.names["name"]})


def create_label(call: Call) -> Answer:
    """``POST .../labels``: 422 where it exists."""
    call.allow("issues:write")
    name = call.json().get("name")
    if not isinstance(name, str) or name in call.world.labels.get(call.repository.name, []):
        error = {"resource": "Label", "code": "already_exists", "field": "name"}
        raise AnswerError(422, "Validation Failed", errors=[error])
    _know_labels(call, [name])
    return json_answer({"name": name}, 201)


ISSUES = "/repos/{owner}/{repo}/issues"
LABELS = "/repos/{owner}/{repo}/labels"
ROUTES = [
    route("GET", ISSUES, list_issues),
    route("POST", ISSUES, create_issue),
    route("GET", ISSUES + "/{number}", get_issue),
    route("PATCH", ISSUES + "/{number}", update_issue),
    route("GET", ISSUES + "/{number}/comments", list_comments),
    route("POST", ISSUES + "/{number}/comments", add_comment),
    route("GET", LABELS, list_labels),
    route("POST", LABELS, create_label),
    route("GET", LABELS + "/{name}", get_label),
]
