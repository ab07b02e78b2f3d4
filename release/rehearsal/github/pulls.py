"""Pull requests; GitHub counts them among the issues, and so do we."""

from release.rehearsal.github.api import Call, route
from release.rehearsal.github.issues import all_items, new_item, page_of, update_issue
from release.rehearsal.records import AnswerError, Json
from release.rehearsal.servers.http import Answer, json_answer


def create_pull(call: Call) -> Answer:
    """``POST .../pulls``: 422 where the branch is missing or has an open pull request already."""
    items, body = all_items(call, permission="pull_requests:write"), call.json()
    head = str(body.get("head", "")).rpartition(":")[2]
    if not body.get("title") or call.repository.resolve(f"refs/heads/{head}") is None:
        raise AnswerError(
            422, "Validation Failed", errors=[{"resource": "PullRequest", "field": "head", "code": "invalid"}]
        )
    with call.world.lock:  # of two at the same moment one is refused, as by GitHub
        items.append(item := _new_pull(call, items, body, head))
    return json_answer(item, 201)


def _new_pull(call: Call, items: list[Json], body: Json, head: str) -> Json:
    label = f"{call.repository.name.partition('/')[0]}:{head}"
    if any(item.get("head", {}).get("label") == label and item["state"] == "open" for item in items):
        text = f"A pull request already exists for {label}."
        raise AnswerError(
            422, "Validation Failed", errors=[{"resource": "PullRequest", "code": "custom", "message": text}]
        )
    item = new_item(call, body, "pulls")
    own = {"repo": {"full_name": call.repository.name}}
    return item | {"head": {"ref": head, "label": label, "sha": call.repository.resolve(f"refs/heads/{head}"), **own},
                   "base": {"ref": body.get("base", call.repository.branch), **own}, "merged": False, "draft": False,
                   "pull_request": {"html_url": item["html_url"]}}  # fmt: skip


def list_pulls(call: Call) -> Answer:
    """``GET .../pulls``: filtered by ``state``, ``head`` (``owner:branch``) and ``base``."""
    call.check("pull_requests:read")
    query = call.request.query
    found = [
        item for item in reversed(call.world.issues.get(call.repository.name, []))
        if "head" in item and query.get("state", "open") in {"all", item["state"]}
        and query.get("head", item["head"]["label"]) == item["head"]["label"]
        and query.get("base", item["base"]["ref"]) == item["base"]["ref"]
    ]  # fmt: skip
    return page_of(call, found)


PULLS = "/repos/{owner}/{repo}/pulls"
ROUTES = [
    route("GET", PULLS, list_pulls),
    route("POST", PULLS, create_pull),
    route("PATCH", PULLS + "/{number}", update_issue),
]
