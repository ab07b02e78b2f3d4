"""Dispatches, workflows and runs, refused and answered in GitHub's words."""

import json

from release.rehearsal.github.api import Call, route
from release.rehearsal.github.runs import follow_run, new_run, run_record, start_runs
from release.rehearsal.github.workflows import Workflow, find_workflow, read_workflows
from release.rehearsal.records import AnswerError, Dispatch, Json, Run, iso
from release.rehearsal.servers.http import Answer, json_answer

MOST_KEYS, MOST_INPUTS, LONGEST, LARGEST = 10, 25, 100, 65535


def repository_dispatch(call: Call) -> Answer:
    """``POST /repos/{o}/{r}/dispatches``: 204, and no word of a run."""
    call.allow("contents:write")
    body = call.json()
    event, payload = body.get("event_type"), body.get("client_payload", {})
    if not isinstance(event, str):
        raise AnswerError(422, 'Invalid request.\n\n"event_type" wasn\'t supplied.')
    if not 1 <= len(event) <= LONGEST:
        raise AnswerError(422, f"Invalid request.\n\nevent_type must be 1 to {LONGEST} characters long.")
    if not isinstance(payload, dict):
        raise AnswerError(422, f"Invalid request.\n\nFor 'properties/client_payload', {payload!r} is not an object.")
    if len(payload) > MOST_KEYS:
        text = f"No more than {MOST_KEYS} properties are allowed; {len(payload)} were supplied."
        raise AnswerError(422, f"Invalid request.\n\n{text}")
    if len(json.dumps(payload)) > LARGEST:
        raise AnswerError(422, "Invalid request.\n\nclient_payload is too large.")
    start_runs(call.world, call.repository, _dispatch(call, "repository_dispatch", event, payload))
    return Answer(204)


def workflow_dispatch(call: Call) -> Answer:
    """``POST .../actions/workflows/{file}/dispatches``: 204, or 200 with the run where that was asked for."""
    call.allow("actions:write")
    workflow, body = _workflow(call), call.json()
    details = _details(call, body)
    inputs = _check_inputs(call, workflow, body)
    dispatch = _dispatch(call, "workflow_dispatch", workflow.file, inputs)
    run = new_run(call.world, call.repository, workflow, dispatch)
    with call.world.lock:
        call.world.dispatches.append(dispatch)
    call.world.play(follow_run(call.world, run))
    record = run_record(call.world, run)
    told = {"workflow_run_id": run.id, "run_url": record["url"], "html_url": record["html_url"]}
    return json_answer(told) if details else Answer(204)


def _details(call: Call, body: Json) -> bool:
    if "return_run_details" in body and not call.world.run_details:
        raise AnswerError(400, 'Invalid request.\n\n"return_run_details" is not a permitted key.')
    return body.get("return_run_details") is True


def _check_inputs(call: Call, workflow: Workflow, body: Json) -> Json:
    ref, given, known = body.get("ref"), body.get("inputs") or {}, workflow.inputs()
    if not isinstance(ref, str):
        raise AnswerError(422, 'Invalid request.\n\n"ref" wasn\'t supplied.')
    if not call.repository.has(ref):
        raise AnswerError(422, f"No ref found for: {ref}")
    if known is None:
        raise AnswerError(422, "Workflow does not have 'workflow_dispatch' trigger")
    if workflow.state != "active":
        raise AnswerError(403, f"Cannot trigger a 'workflow_dispatch' on a disabled workflow ({workflow.state})")
    if len(given) > MOST_INPUTS:
        raise AnswerError(422, f"Invalid request.\n\nNo more than {MOST_INPUTS} properties are allowed.")
    if unexpected := sorted(set(given) - set(known)):
        raise AnswerError(422, f"Unexpected inputs provided: {json.dumps(unexpected)}")
    for name, settings in known.items():
        if (settings or {}).get("required") and not given.get(name) and "default" not in settings:
            raise AnswerError(422, f"Required input '{name}' not provided")
    return dict(given)


def _dispatch(call: Call, event: str, name: str, payload: Json) -> Dispatch:
    token = call.token.name if call.token else ""
    return Dispatch(call.repository.name, event, name, payload, token, call.world.clock.now())


def _workflow(call: Call) -> Workflow:
    found = find_workflow(call.repository, call.names["workflow"])
    if found is None:
        raise AnswerError(404, "Not Found")
    return found


def list_workflows(call: Call) -> Answer:
    """``GET .../actions/workflows``."""
    call.check("actions:read")
    found = [_record(call, workflow) for workflow in read_workflows(call.repository)]
    return json_answer({"total_count": len(found), "workflows": found})


def get_workflow(call: Call) -> Answer:
    """``GET .../actions/workflows/{file}``."""
    call.check("actions:read")
    return json_answer(_record(call, _workflow(call)))


def _record(call: Call, workflow: Workflow) -> Json:
    page = f"{call.world.server_url}/{call.repository.name}/blob/main/{workflow.path}"
    return {"id": workflow.id, "name": workflow.name, "path": workflow.path, "state": workflow.state, "html_url": page}


def list_runs(call: Call) -> Answer:
    """``GET .../actions/runs`` and ``.../actions/workflows/{file}/runs``: newest first, filtered."""
    call.check("actions:read")
    file = _workflow(call).file if "workflow" in call.names else None
    with call.world.lock:
        runs = [run for run in call.world.runs if run.visible and _fits(call, run, file)]
    runs.sort(key=lambda run: run.id, reverse=True)
    count, page = int(call.request.query.get("per_page", "30")), int(call.request.query.get("page", "1"))
    shown = [run_record(call.world, run) for run in runs[(page - 1) * count : page * count]]
    return json_answer({"total_count": len(runs), "workflow_runs": shown})


def _fits(call: Call, run: Run, file: str | None) -> bool:
    query = call.request.query
    return (
        run.repository == call.repository.name
        and file in {None, run.workflow}
        and query.get("event", run.event) == run.event
        and query.get("status", run.status) in {run.status, run.conclusion}
        and _in_time(query.get("created", "*"), iso(run.created))
    )


def _in_time(wanted: str, moment: str) -> bool:
    """GitHub's date search: ``>=T``, ``>T``, ``<=T``, ``<T``, ``T..T``; ``moment`` and T as ISO text in UTC."""
    wanted = wanted.replace("+00:00", "Z")
    if ".." in wanted:
        low, high = wanted.split("..")
        return low in {"*", ""} or (low <= moment and (high in {"*", ""} or moment <= high))
    for sign, fits in ((">=", moment >= wanted[2:]), ("<=", moment <= wanted[2:]), (">", moment > wanted[1:]),
                       ("<", moment < wanted[1:])):  # fmt: skip
        if wanted.startswith(sign):
            return fits
    return wanted == "*" or moment.startswith(wanted)


def get_run(call: Call) -> Answer:
    """``GET .../actions/runs/{id}``: known at once, also while no list shows it yet."""
    call.check("actions:read")
    for run in call.world.runs:
        if str(run.id) == call.names["run"] and run.repository == call.repository.name:
            return json_answer(run_record(call.world, run))
    raise AnswerError(404, "Not Found")


def list_jobs(call: Call) -> Answer:
    """``GET .../actions/runs/{id}/jobs``: one, which goes as the run goes."""
    run = json.loads(get_run(call).body)  # type: ignore[arg-type]  # bytes here
    kept = ("id", "name", "status", "conclusion", "html_url")
    return json_answer({"total_count": 1, "jobs": [{"run_id": run["id"], **{key: run[key] for key in kept}}]})


RUNS = "/repos/{owner}/{repo}/actions/runs"
WORKFLOWS = "/repos/{owner}/{repo}/actions/workflows"
ROUTES = [
    route("POST", "/repos/{owner}/{repo}/dispatches", repository_dispatch),
    route("POST", WORKFLOWS + "/{workflow}/dispatches", workflow_dispatch),
    route("GET", WORKFLOWS, list_workflows),
    route("GET", WORKFLOWS + "/{workflow}", get_workflow),
    route("GET", WORKFLOWS + "/{workflow}/runs", list_runs),
    route("GET", RUNS, list_runs),
    route("GET", RUNS + "/{run}", get_run),
    route("GET", RUNS + "/{run}/jobs", list_jobs),
]
