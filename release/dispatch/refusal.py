"""What GitHub, or somebody in between, said to a dispatch. Pure."""

from release.dispatch.message import Message
from release.errors import ServiceError
from release.github.refusals import message_of
from release.github.runs import Run
from release.http.session import MOVED
from release.http.transport import Answer


def is_page(answer: Answer) -> bool:
    """Whether it is a page for people, as a proxy answers, and no word of GitHub's."""
    html = answer.headers.get("Content-Type", "").lower().startswith("text/html")
    return html or answer.body.lstrip().startswith(b"<")


def run_details(answer: Answer) -> Run | None:
    """The run that a 200 names; ``None`` for a 200 of another kind, such as a proxy's page."""
    try:
        value = answer.json()
    except ServiceError:
        return None
    return value if isinstance(value, dict) and type(value.get("workflow_run_id")) is int else None


def is_about_inputs(answer: Answer) -> bool:
    """Whether a 422 is about the workflow, its ref or inputs rather than about a field of ours."""
    said = message_of(answer)
    return any(words in said for words in ("No ref found", "Unexpected inputs", "workflow_dispatch", "Required input"))


def likely_fix(answer: Answer, message: Message, sender: str, new_name: str | None = None) -> str | None:
    """The likely cause and what to do, for a dispatch that was refused for good.

    Args:
        answer: the refusal.
        message: what was sent.
        sender: whose token was sent: its variable, or the name of the App.
        new_name: of a target that was renamed or moved, where it could be found out.
    """
    channel, said = message.channel, message_of(answer)
    own = sender == channel.token
    holder, scope = (f"the token in {sender}", ", a classic token the scope repo") if own else (sender, "")
    needs = "Actions: write" if message.wants_run else "Contents: write (not Actions)"
    if answer.status == 403 and not (answer.headers.get("x-github-sso") or "archived" in said.lower()):
        return f"Give {holder} {needs} on {channel.target}{scope}."
    if answer.status == 404:
        what = f"{channel.workflow} exists in {channel.target}" if message.wants_run else f"{channel.target} exists"
        return f"Check that {what}, and that {holder} can see it: it needs {needs}."
    if answer.status == 422 and "No ref found" in said:
        return f"Set channels.{channel.name}.ref to a branch of {channel.target}."
    if answer.status == 422 and "nexpected inputs" in said:
        return f"Correct channels.{channel.name}.inputs: the workflow has inputs of other names."
    if answer.status == 422 and "workflow_dispatch" in said:
        return f"Add `workflow_dispatch:` to {channel.workflow} on its default branch."
    if answer.status in MOVED:
        new = new_name or "its new name"
        return f"The repository was renamed or moved: set channels.{channel.name}.target to {new}."
    return None
