"""Is everything ready? All channels at once, nothing is sent, and every finding comes with its fix."""

from collections.abc import Sequence
from dataclasses import replace
from platform import python_version
from typing import TYPE_CHECKING, Any

from release import __version__
from release.channels import kind_of
from release.doctor.app import examine_app
from release.doctor.checks import (
    check_expiry,
    check_own_token,
    check_quota,
    check_scopes,
    check_slack,
    token_missing,
)
from release.doctor.reads import check_issues, check_served, check_stable, guarded, newest_version
from release.doctor.target import check_receiver, check_target
from release.errors import ReleaseError, ServiceError
from release.findings import Level, Line
from release.github.workflows import FOLDER
from release.http.limits import server_time
from release.http.transport import Answer
from release.http.workers import Workers
from release.session import Session
from release.settings import Channel, Environment, check_repositories

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Level", "Line", "doctor"]


def doctor(session: Session, channels: Sequence[str]) -> list[Line]:
    """What would fail tomorrow: a line per check, in the order of ``channels``, then what concerns all.

    Args:
        session: its tokens are used for reading only.
        channels: names in the configuration.
    """
    chosen, session = [session.settings.channels[name] for name in channels], session.remembering()
    with Workers(session.settings.http.concurrency) as workers:
        newest = workers.submit(newest_version, session)  # first in the queue: the others wait for it
        begun = [workers.submit(_Examination(session, channel, newest).run) for channel in chosen]
        common = workers.submit(_common, session, chosen)
        source = workers.submit(check_stable, session, newest)
        lines = [line for future in (*begun, source, common) for line in future.result()]
    return [replace(line, text=session.redact(line.text), fix=session.redact(line.fix)) for line in lines]


class _Examination:
    """One channel; ``reader`` reads with its token, or as nobody where the token is missing or refused."""

    def __init__(self, session: Session, channel: Channel, newest: "Future[str | None]") -> None:
        self.session, self.channel, self.reader, self.newest = session, channel, session, newest
        self.repository: dict[str, Any] | None = None
        self.scopes: str | None = None
        self.usable = False

    def run(self) -> list[Line]:
        """All lines of this channel."""
        if problems := check_repositories(self.session.settings, [self.channel.name]):
            wrong = [one for one in problems if not one.startswith("project.")] or problems
            return [self._line("configuration", Level.FAILED, wrong[0], "Correct it in invoke.yaml.")]
        steps = {"token": self._token, "target": self._target, "permission": self._permission,
                 "receiver": self._receiver, "serves": self._serves}  # fmt: skip
        steps |= kind_of(self.channel.kind).examine(self.session, self.channel)
        lines = [self._line("configuration", Level.OK, self._plan())]
        for check, look in steps.items():
            lines += guarded(self.channel.name, check, look)
        return lines

    def _line(self, check: str, level: Level, text: str, fix: str = "") -> Line:
        return Line(self.channel.name, check, level, text, fix)

    def _plan(self) -> str:
        channel = self.channel
        what = f"workflow_dispatch of {channel.workflow}" if channel.workflow else f"event {channel.event_type}"
        return f"kind {channel.kind}: {what} to {channel.target}"

    def _token(self) -> list[Line]:
        try:
            token = self.session.token(self.channel)
        except ReleaseError:  # of an App
            self.reader = _without(self.session, self.channel.token)
            raise
        if token is None:
            return [token_missing(self.channel)]
        github = self.session.github
        answer = github.ask("GET", github.url("rate_limit"), token)
        if answer.status != 200:
            self.reader = _without(self.session, self.channel.token)
            raise github.refusal(answer, token, "GET /rate_limit")
        self.usable, self.scopes = True, answer.headers.get("x-oauth-scopes")
        now = server_time(answer.headers, self.session.transport.clock())
        expiry = check_expiry(self.channel, answer.headers.get("github-authentication-token-expiration"), now)
        found = [expiry, check_quota(self.channel, _json(answer))]
        return [
            self._line("token", Level.OK, f"{self.session.token_name(self.channel)} is accepted"),
            *filter(None, found),
        ]

    def _target(self) -> list[Line]:
        token = self.reader.token(self.channel)
        self.repository = self.reader.github.repository(self.channel.target, token)
        return [check_target(self.channel, self.repository)]

    def _permission(self) -> list[Line]:
        if not self.usable or self.session.token_name(self.channel) != self.channel.token:
            return []
        environment = self.session.environment
        own = check_own_token(self.channel, environment.get("GITHUB_REPOSITORY") if environment.in_actions else None)
        return [own or check_scopes(self.channel, self.scopes, self.repository)]

    def _receiver(self) -> list[Line]:
        if self.repository is None:
            return [self._line("receiver", Level.WARNING, "unknown: the target could not be read", "See above.")]
        return [*check_receiver(self.channel, self.reader.workflows(self.channel)), *self._ref()]

    def _ref(self) -> list[Line]:
        """A ``workflow_dispatch`` runs the file as it stands at ``ref``: it must be there too."""
        channel, branch = self.channel, (self.repository or {}).get("default_branch")
        if not channel.workflow or channel.ref == branch:
            return []
        token = self.reader.token(channel)
        if self.reader.github.file(channel.target, FOLDER + channel.workflow, token, channel.ref) is not None:
            return []
        text = f"{channel.target} has no {channel.workflow} at {channel.ref}: no such branch, or not on it"
        return [self._line("ref", Level.FAILED, text, f"Set channels.{channel.name}.ref, such as to {branch}.")]

    def _serves(self) -> list[Line]:
        return check_served(self.reader, self.channel, self.newest.result())


def _json(answer: Answer) -> Any:  # noqa: ANN401 - JSON is of any type
    try:
        return answer.json()
    except ServiceError:
        return None


def _without(session: Session, variable: str) -> Session:
    """The same session for somebody who does not have this variable."""
    left = {name: value for name, value in session.environment.variables.items() if name != variable}
    return replace(session, environment=Environment(left), app=None)


def _common(session: Session, channels: Sequence[Channel]) -> list[Line]:
    """What is no single channel's: where failures are reported, and what a report of a fault of ours should name."""
    slack = check_slack(session.environment.get("SLACK_WEBHOOK"))
    version = Line("all", "version", Level.OK, f"release-distributions {__version__}, Python {python_version()}")
    issues = guarded("all", "issues", lambda: check_issues(session))
    return [*examine_app(session, channels), *issues, slack, version]
