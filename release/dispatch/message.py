"""What a channel is told: the plan as data. A dry run prints it, a real run sends the same."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from release.records import Release
from release.settings import Channel, Project


@dataclass(frozen=True)
class Message:
    """One dispatch.

    Attributes:
        channel: who is told.
        path: of the POST, below ``/repos/OWNER/NAME/``.
        body: its JSON.
        event: the event that its run will show.
    """

    channel: Channel
    path: str
    body: Mapping[str, Any]
    event: str

    @property
    def wants_run(self) -> bool:
        """Whether the answer can name the run."""
        return self.event == "workflow_dispatch"


def checksum_for(channel: Channel, release: Release) -> str | None:
    """The checksum of the artifact that this channel's users download."""
    artifact = release.artifacts.get(channel.artifact or "")
    return artifact.sha256 if artifact else None


def message_for(channel: Channel, release: Release, project: Project, *, allow_downgrade: bool = False) -> Message:
    """What ``channel`` has to be told about ``release``. Source: GitHub's "create a dispatch event".

    Args:
        channel: who is told.
        release: what of; a channel without an artifact is sent the version alone.
        project: fills in the inputs of a workflow.
        allow_downgrade: a receiver may go below the version that its files hold.
    """
    if channel.workflow:
        values = {"version": release.version, "tag": release.tag, "name": project.name,
                  "sha256": checksum_for(channel, release) or ""}  # fmt: skip
        inputs = {key: _filled(text, values) for key, text in channel.inputs.items()}
        path = f"actions/workflows/{channel.workflow}/dispatches"
        return Message(channel, path, {"ref": channel.ref, "inputs": inputs}, "workflow_dispatch")
    payload: dict[str, Any] = {"version": release.version}
    if channel.artifact:
        payload["sha256"] = checksum_for(channel, release)
    if allow_downgrade:
        payload["allow_downgrade"] = True
    body = {"event_type": channel.event_type, "client_payload": payload}
    return Message(channel, "dispatches", body, "repository_dispatch")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def render_message(message: Message) -> str:
    """One line for a person: where it goes and what it says."""
    shown = json.loads(json.dumps(message.body))
    payload = shown.get("client_payload", {})
    if payload.get("sha256", "") is None:
        payload["sha256"] = "unknown"
    return f"POST /repos/{message.channel.target}/{message.path} {json.dumps(shown)}"
