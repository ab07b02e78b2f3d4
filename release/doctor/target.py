"""What the doctor concludes about a target and its workflows. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from release.findings import Level, Line
from release.github.workflows import FOLDER, Workflow, nobody_hears
from release.settings import Channel


def check_target(channel: Channel, repository: Mapping[str, Any]) -> Line:
    """Whether the target can be sent to, from what ``GET /repos/{target}`` shows."""
    name = str(repository.get("full_name") or channel.target)
    if name.lower() != channel.target.lower():
        text = f"{channel.target} is called {name} now, and a dispatch does not follow a rename"
        return Line(channel.name, "target", Level.FAILED, text, f"Set channels.{channel.name}.target to {name}.")
    if repository.get("archived") or repository.get("disabled"):
        what = "archived" if repository.get("archived") else "disabled"
        text = f"{channel.target} is {what}: no workflow runs there"
        return Line(channel.name, "target", Level.FAILED, text, "Unarchive it in its settings, or set another target.")
    return Line(channel.name, "target", Level.OK, f"{channel.target} is there")


def check_receiver(channel: Channel, workflows: Sequence[Workflow]) -> list[Line]:
    """Whether a workflow of the target starts on what this channel sends."""
    if channel.workflow:
        return [_dispatched(channel, channel.workflow, workflows)]
    event_type = channel.event_type or ""
    hearing = [one for one in workflows if one.active and one.hears("repository_dispatch", event_type)]
    if why := nobody_hears(workflows, "repository_dispatch", event_type):
        return [_deaf(channel, why, workflows)]
    if not hearing:
        return [_unread(channel, workflows)]
    names = ", ".join(one.name for one in hearing)
    if len(hearing) > 1:
        text = f"{len(hearing)} workflows listen to {event_type} and all of them will run: {names}"
        return [Line(channel.name, "receiver", Level.WARNING, text, "Leave one of them.")]
    return [Line(channel.name, "receiver", Level.OK, f"{names} listens to {event_type}")]


def _deaf(channel: Channel, why: str, workflows: Iterable[Workflow]) -> Line:
    off = next((one for one in workflows if one.hears("repository_dispatch", channel.event_type)), None)
    fix = _enable(channel, off) if off else (
        f"Add `repository_dispatch: {{types: [{channel.event_type}]}}` to a workflow on the default branch of "
        f"{channel.target}, or correct channels.{channel.name}.event_type."
    )  # fmt: skip
    return Line(channel.name, "receiver", Level.FAILED, why, fix)


def _unread(channel: Channel, workflows: Iterable[Workflow]) -> Line:
    unread = "; ".join(f"{one.name}: {one.problem}" for one in workflows if one.listens is None)
    text = f"unknown whether a workflow listens: {unread}"
    return Line(channel.name, "receiver", Level.WARNING, text, f"Correct that file in {channel.target}.")


def _enable(channel: Channel, workflow: Workflow) -> str:
    return f"Enable it: gh workflow enable {workflow.name} --repo {channel.target}"


def _dispatched(channel: Channel, name: str, workflows: Sequence[Workflow]) -> Line:
    """The one workflow that a ``workflow_dispatch`` names."""
    found = next((one for one in workflows if one.path == FOLDER + name), None)
    where = f"{name} of {channel.target}"
    if found is None or found.problem is not None:
        there = ", ".join(one.name for one in workflows) or "none"
        text = f"{name}: {found.problem}" if found else f"{channel.target} has no workflow {name} (there are: {there})"
        fix = f"Add it on the default branch, or correct channels.{channel.name}.workflow."
    elif not found.hears("workflow_dispatch"):
        text, fix = f"{where} does not listen to workflow_dispatch", "Add `workflow_dispatch:` with its inputs to it."
    elif not found.active:
        text, fix = f"{where} is disabled ({found.state})", _enable(channel, found)
    elif wrong := _inputs(channel, found):
        text, fix = f"{where} {wrong}", f"Correct channels.{channel.name}.inputs, or the workflow's inputs."
    else:
        said = ", ".join(channel.inputs) or "no inputs"
        return Line(channel.name, "receiver", Level.OK, f"{where} takes workflow_dispatch with {said}")
    return Line(channel.name, "receiver", Level.FAILED, text, fix)


def _inputs(channel: Channel, workflow: Workflow) -> str | None:
    """What does not fit between the inputs that are sent and those that the workflow declares."""
    declared = workflow.listens.inputs if workflow.listens else {}
    if unknown := [name for name in channel.inputs if name not in declared]:
        return f"has no input {', '.join(unknown)} (it has: {', '.join(declared) or 'none'})"
    missing = [name for name, must in declared.items() if must and name not in channel.inputs]
    return f"requires the input {', '.join(missing)}, which is not sent" if missing else None
