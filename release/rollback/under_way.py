"""Whether something still brings a version into a channel: a run that has not ended, or an open pull request."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from release.channels import kind_of
from release.errors import ServiceError
from release.github.own import is_own_pull
from release.github.pulls import pull_url
from release.github.runs import names_version, run_url, under_way
from release.records import Outcome, State
from release.repository.listeners import hearing
from release.session import Session
from release.settings import Channel

OURS = "rollback-"


def under_way_to(session: Session, channel: Channel, version: str) -> str | None:
    """The page of what brings ``version`` into the channel, ``None`` where nothing does.

    Raises:
        ServiceError: runs or pull requests cannot be read with this token.
    """
    token, project = session.token(channel), session.settings.project.name
    runs = session.github.runs(channel.target, token, workflow=channel.workflow or "")
    if found := hearing(session, channel, under_way(runs, project, version)):
        return run_url(found[0]) or f"{session.environment.server_url}/{channel.target}/actions"
    if not kind_of(channel.kind).edits_files:
        return None
    pulls = [one for one in session.github.pulls(channel.target, token) if is_own_pull(one, channel.target)]
    page = f"{session.environment.server_url}/{channel.target}"
    return next((pull_url(pull, page) for pull in pulls if _brings(pull, project, version)), None)


def _brings(pull: Mapping[str, Any], project: str, version: str) -> bool:
    """Whether title or branch says that this pull request is a bump to ``version``, and it is no rollback."""
    head = pull.get("head")
    branch = str(head.get("ref") or "") if isinstance(head, Mapping) else ""
    bump = re.compile(rf"(?:.*/|bump-)?{re.escape(project)}-v?{re.escape(version)}", re.IGNORECASE)
    titled = names_version({"display_title": pull.get("title")}, project, version)
    return not branch.startswith(OURS) and (titled or bump.fullmatch(branch) is not None)


def unless_under_way(session: Session, channel: Channel, version: str, outcome: Outcome) -> Outcome:
    """``outcome``, if nothing brings ``version`` back; a rollback is not done before that is known."""
    try:
        page = under_way_to(session, channel, version)
    except ServiceError as error:
        unread = f"whether {version} is on its way could not be read: {error.wrong}"
        if outcome.state is State.SKIPPED:
            return replace(outcome, state=State.UNCONFIRMED, reason=f"{outcome.reason}; {unread}", next=error.fix)
        return replace(outcome, reason="; ".join(filter(None, (outcome.reason, unread))))
    if page is None:
        return outcome
    reason = "; ".join(filter(None, (outcome.reason, f"{version} is still on its way: {page}")))
    if outcome.state is State.PLANNED:
        return replace(outcome, reason=reason)
    todo = f"Cancel or close {page}, or let it end; then run this again."
    return replace(outcome, state=State.FAILED, reason=reason, run_url=page, next=todo)
