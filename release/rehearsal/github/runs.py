"""Workflow runs: how a dispatch becomes one, and how it ends."""

from collections.abc import Iterator

from release.rehearsal.github.bare import Repository
from release.rehearsal.github.workflows import Workflow, read_workflows
from release.rehearsal.records import Dispatch, Json, Run, iso
from release.rehearsal.world import World

ENDINGS = {
    "run-failed": "failure",
    "run-cancelled": "cancelled",
    "run-timeout": "timed_out",
    "needs-approval": "action_required",
    "stale": "success",
}


def start_runs(world: World, repository: Repository, dispatch: Dispatch) -> None:
    """Note an accepted ``repository_dispatch`` and, a moment later, run what listens to it."""
    with world.lock:
        world.dispatches.append(dispatch)

    def listen() -> Iterator[float]:
        for workflow in read_workflows(repository):
            if workflow.hears(dispatch.name):
                yield from follow_run(world, new_run(world, repository, workflow, dispatch))

    world.play(listen())


def new_run(world: World, repository: Repository, workflow: Workflow, dispatch: Dispatch) -> Run:
    """A run of ``workflow``; not shown yet."""
    channel = world.channel_of(repository.name, dispatch.event, dispatch.name)
    title = workflow.title(dispatch.event, dispatch.name, dispatch.payload)
    moment = dispatch.time
    run = Run(
        world.next_id(), repository.name, workflow.file, workflow.name, title, dispatch.event, channel,
        dispatch.payload, moment, moment,
    )  # fmt: skip
    with world.lock:
        world.runs.append(run)
    return run


def follow_run(world: World, run: Run) -> Iterator[float]:
    """Take ``run`` from queued to completed; the seconds between its steps."""
    yield world.run_delay
    run.visible, run.updated = True, world.clock.now()
    yield world.run_time / 2
    kind = world.behaviour.get(run.channel or "")
    run.status, run.updated = ("waiting" if kind == "needs-approval" else "in_progress"), world.clock.now()
    conclusion = ENDINGS.get(kind or "") or _receive(world, run)
    if kind != "stuck":
        yield world.run_time / 2
        run.conclusion, run.updated = conclusion, world.clock.now()
        run.status = "completed"


def _receive(world: World, run: Run) -> str:
    if run.channel is None or world.behaviour.get(run.channel) == "stuck":
        return "success"
    try:
        done = world.receiver(run.channel, run.payload)
    except Exception as failed:  # noqa: BLE001 - a broken receiver is a failed run, as on GitHub
        world.errors.append(f"receiver of {run.channel}: {failed!r}")
        return "failure"
    return "success" if done else "failure"


def run_record(world: World, run: Run, number: int = 1) -> Json:
    """The API's record of a run."""
    page = f"{world.server_url}/{run.repository}/actions/runs/{run.id}"
    api = f"{world.api_url}/repos/{run.repository}/actions"
    return {
        "id": run.id, "name": run.name, "display_title": run.title, "run_number": number, "run_attempt": 1,
        "path": f".github/workflows/{run.workflow}", "event": run.event, "status": run.status,
        "conclusion": run.conclusion, "workflow_id": workflow_number(world, run), "head_branch": "main",
        "url": f"{api}/runs/{run.id}", "html_url": page, "created_at": iso(run.created),
        "run_started_at": iso(run.created), "updated_at": iso(run.updated),
        "repository": {"full_name": run.repository},
    }  # fmt: skip


def workflow_number(world: World, run: Run) -> int:
    """The number of the run's workflow, 0 where its file is gone."""
    found = read_workflows(world.repository(run.repository))
    return next((workflow.id for workflow in found if workflow.file == run.workflow), 0)
